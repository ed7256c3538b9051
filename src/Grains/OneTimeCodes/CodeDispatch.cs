using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.OneTimeCodes;

/// <summary>What is sent for a challenge.</summary>
/// <param name="Channel">How; <see cref="MessageChannel.None"/> where nothing is, which costs as much.</param>
/// <param name="Kind">What.</param>
/// <param name="Reason">Why no code goes out, as a stable name for the audit log; null where one does.</param>
public sealed record CodeDispatch(MessageChannel Channel, MessageKind Kind, string? Reason = null)
{
    /// <summary>Whether the message holds the code: also where it goes nowhere, so that it weighs the same.</summary>
    public bool SendsCode => Kind != MessageKind.AccessNotEnabled;

    /// <summary>
    /// A code to whoever may come in; to a patient who may not, a notice that says so; nothing where nobody holds the credential, the
    /// portal is off or the organisation has switched the method off. The invited address is proved by email whatever the methods for
    /// signing in are, and so is a patient who is known already where those are passwords only.
    /// </summary>
    /// <param name="purpose">What for.</param>
    /// <param name="held">Whether anybody holds the credential.</param>
    /// <param name="destination">
    /// Where to; null where there is nowhere, which may be because the organisation has switched the only method off.
    /// </param>
    /// <param name="organisation">Its settings.</param>
    public static CodeDispatch Decide(CodePurpose purpose, bool held, CodeDestination? destination, OrganisationView? organisation)
    {
        var kind = KindOf(purpose);
        if (organisation is not { Settings.PortalEnabled: true }) return new(MessageChannel.None, kind, "portal-disabled");
        if (destination is null) return new(MessageChannel.None, kind, held ? "nowhere-to-send" : "unknown-credential");
        var allowed = destination.Sms ? organisation.Settings.MobileCode : organisation.Settings.EmailCode;
        var passwordsOnly = organisation.Settings is { EmailCode: false, MobileCode: false } && purpose != CodePurpose.SignIn;
        if (!allowed && !passwordsOnly && purpose != CodePurpose.Invitation) return new(MessageChannel.None, kind, "method-off");
        var channel = destination.Sms ? MessageChannel.Sms : MessageChannel.Email;
        return destination.Standing == StandingKind.Good
            ? new(channel, kind)
            : new(channel, MessageKind.AccessNotEnabled, destination.Standing == StandingKind.Blocked ? "blocked" : "no-access");
    }

    /// <summary>Nothing, because the organisation's text messages are spent.</summary>
    public static CodeDispatch Unaffordable(CodePurpose purpose) => new(MessageChannel.None, KindOf(purpose), "sms-budget-spent");

    /// <summary>The purpose's stable name in the audit log.</summary>
    public static string Name(CodePurpose purpose) => purpose switch
    {
        CodePurpose.SignIn => "sign-in",
        CodePurpose.Elevation => "elevation",
        CodePurpose.Invitation => "invitation",
        CodePurpose.CredentialChange => "credential-change",
        _ => "link",
    };

    private static MessageKind KindOf(CodePurpose purpose) => purpose switch
    {
        CodePurpose.SignIn => MessageKind.SignInCode,
        CodePurpose.Elevation => MessageKind.ElevationCode,
        CodePurpose.Invitation => MessageKind.InvitationCode,
        CodePurpose.CredentialChange => MessageKind.CredentialChangeCode,
        _ => MessageKind.LinkCode,
    };
}
