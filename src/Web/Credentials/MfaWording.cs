using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Credentials;

/// <summary>What pages say about authenticator apps.</summary>
public static class MfaWording
{
    private const int RecoveryLength = 12;

    /// <summary>What is wrong with a recovery code that can't be one, so that a slip costs no try; null where it can.</summary>
    public static string? RecoverySlip(string? typed) => CodeWording.Digits(typed) switch
    {
        "" => "Enter a recovery code",
        { Length: RecoveryLength } => null,
        _ => "A recovery code has 12 letters and digits, such as kx4m-p7dq-83vn. Enter all of them",
    };

    /// <summary>What is wrong with what was typed where either will do; null: nothing.</summary>
    public static string? Slip(string? typed) => CodeWording.Digits(typed) switch
    {
        "" => "Enter the 6-digit code of your authenticator app",
        { Length: RecoveryLength } => null,
        var digits => CodeWording.Slip(digits),
    };

    /// <summary>Why a code was refused at sign-in, and what to do.</summary>
    public static string Refusal(SignInOutcome outcome, bool recovery, DateTimeOffset now, OrganisationView organisation) => outcome switch
    {
        SignInOutcome.WrongCode { TriesLeft: 0 } => "That is not right either. Start again with the first step",
        SignInOutcome.WrongCode wrong when recovery => $"That is not one of your recovery codes, or it was used. You have {Tries(wrong)}",
        SignInOutcome.WrongCode wrong =>
            $"That code is not right. Wait for the next one, and check that your phone's clock is right. You have {Tries(wrong)}",
        _ => CodeWording.Refusal(outcome, now, organisation),
    };

    /// <summary>Why a change was refused, and what to do.</summary>
    public static string Refusal(MfaOutcome outcome, DateTimeOffset now, OrganisationView organisation) => outcome switch
    {
        MfaOutcome.Wrong => "That code is not right. Wait for the next one, and check that your phone's clock is right",
        MfaOutcome.TooMany many => $"There were too many tries. Try again {Wording.When(many.Until, now, organisation)}",
        _ => "This was changed in between. Load the page again",
    };

    private static string Tries(SignInOutcome.WrongCode wrong) => Wording.Count(wrong.TriesLeft, "more try", "more tries");
}
