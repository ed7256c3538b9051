using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Sessions;

/// <summary>What pages say about codes.</summary>
public static class CodeWording
{
    private const int Longest = 40;
    private const int Length = 6;

    /// <summary>What was typed without the spaces and hyphens that people put between digits.</summary>
    public static string Digits(string? typed) =>
        typed is null || typed.Length > Longest ? "" : new([.. typed.Where(c => !char.IsWhiteSpace(c) && c != '-')]);

    /// <summary>What is wrong with a code that can't be one, so that a slip of the finger costs no try; null where it can.</summary>
    /// <param name="digits">As <see cref="Digits"/> gives it.</param>
    public static string? Slip(string digits) => digits switch
    {
        "" => "Enter the 6-digit code",
        { Length: Length } when digits.All(char.IsAsciiDigit) => null,
        _ => "A code is 6 digits, such as 204 815. Enter all of them",
    };

    /// <summary>Why a code was refused, and what to do.</summary>
    public static string Refusal(SignInOutcome outcome, DateTimeOffset now, OrganisationView organisation) => outcome switch
    {
        SignInOutcome.WrongCode { TriesLeft: > 0 } wrong =>
            $"That is not the code that we sent. You have {Wording.Count(wrong.TriesLeft, "more try", "more tries")}",
        SignInOutcome.WrongCode => "That is not the code that we sent. Ask for another one",
        SignInOutcome.TooMany tooMany => $"There were too many tries. Try again {Wording.When(tooMany.Until, now, organisation)}",
        SignInOutcome.TryAgain => "We could not finish that just now. Nothing is lost: press the button again",
        _ => $"That code no longer works: it was used, is older than {Lifetime(organisation)}, or a newer one was sent. "
            + "Ask for another one",
    };

    /// <summary>How long a code works here, such as "10 minutes".</summary>
    public static string Lifetime(OrganisationView organisation) =>
        Wording.Count((int)OneTimeCodeLimits.Tightened(organisation.Settings.CodeLimits).Lifetime.TotalMinutes, "minute", "minutes");

    /// <summary>Too many codes were asked for, and none that was sent is good.</summary>
    public static string Several(DateTimeOffset until, DateTimeOffset now, OrganisationView organisation) =>
        $"Several codes were asked for already. You can ask for another one {Wording.When(until, now, organisation)}";

    /// <summary>It is too soon for another code; the one before is still good.</summary>
    public static string AlreadySent(DateTimeOffset until, DateTimeOffset now, OrganisationView organisation) =>
        $"A code was sent already. You can ask for another one {Wording.When(until, now, organisation)}";
}
