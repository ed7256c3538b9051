using Portal.Grains.OneTimeCodes;

namespace Portal.Grains.Shared;

/// <summary>
/// The budget of wrong answers to one secret that a person knows or holds: so many in an hour and in a day, the moments of which are kept
/// in the grain's state.
/// </summary>
public static class GuessBudget
{
    /// <summary>Wrong answers in an hour before nothing more is compared. Source: security rules, "Guesses".</summary>
    public const int PerHour = 10;

    /// <summary>The same in a day. Source: security rules, "Guesses".</summary>
    public const int PerDay = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>When an answer is compared again; null where one may be now.</summary>
    /// <param name="wrong">The moments of wrong answers, in rising order.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset? NextAt(DateTimeOffset[] wrong, DateTimeOffset now) =>
        Stamps.Latest(Stamps.FreeAt(wrong, PerHour, Hour, now), Stamps.FreeAt(wrong, PerDay, Day, now));

    /// <summary>How many more wrong answers are compared.</summary>
    public static int Left(DateTimeOffset[] wrong, DateTimeOffset now) =>
        Math.Max(0, Math.Min(PerHour - Stamps.Within(wrong, Hour, now), PerDay - Stamps.Within(wrong, Day, now)));

    /// <summary>The moments with one more, those that count no longer left out.</summary>
    public static DateTimeOffset[] Counted(DateTimeOffset[] wrong, DateTimeOffset now) =>
        Stamps.Add(Stamps.Recent(wrong, Day, now), now, PerDay);
}
