namespace Portal.Web.Sessions;

/// <summary>
/// When somebody who has proved nothing yet is answered. The same is done whether or not anybody has the credential, but not on the same
/// pages of the database nor with the same things in memory, and the message is prepared meanwhile: a tenth of a millisecond that
/// thousands of measurements would show. Started before the work and awaited after it, so that the answer's time is the clock's.
/// </summary>
internal static class AnswerTime
{
    /// <summary>The soonest answer to a request for a code. Ours: several times what it takes.</summary>
    public static readonly TimeSpan Request = TimeSpan.FromMilliseconds(10);

    /// <summary>The soonest refusal of a code. Ours: whoever mistypes does not notice.</summary>
    public static readonly TimeSpan Refusal = TimeSpan.FromMilliseconds(50);

    /// <summary>Completes when a request for a code that begins now may be answered.</summary>
    public static Task OfRequest() => Task.Delay(Request, TimeProvider.System);

    /// <summary>Completes when a code that is judged from now on may be refused.</summary>
    public static Task OfRefusal() => Task.Delay(Refusal, TimeProvider.System);
}
