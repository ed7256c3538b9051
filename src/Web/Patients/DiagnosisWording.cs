using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Web.Credentials;

namespace Portal.Web.Patients;

/// <summary>The conditions of getting in, in the words of staff pages.</summary>
public static class DiagnosisWording
{
    /// <summary>How a condition stands, as a sentence without its full stop.</summary>
    /// <param name="finding">The condition.</param>
    /// <param name="patient">What a patient is called here.</param>
    public static string Of(AccessFinding finding, string patient)
    {
        var met = finding.State == CheckState.Met;
        return finding.Check switch
        {
            AccessCheck.PortalEnabled => met ? "The portal is switched on" : "The portal is switched off for everybody",
            AccessCheck.NotBlocked => met ? "Not blocked" : "Blocked: that wins over everything else",
            AccessCheck.EmailOnFile => met ? "A contact email is on file" : "No contact email is on file",
            AccessCheck.PostalCodeOnFile => met ? "A home postal code is on file" : "No home postal code is on file",
            AccessCheck.AccessGiven => met ? "Access is on" : "Access is off",
            AccessCheck.CredentialSet => met ? "There is something to sign in with" : "There is nothing to sign in with",
            AccessCheck.EmailNotTaken => met
                ? $"The contact email signs somebody else in, and this {patient} has a credential of their own"
                : "Somebody else signs in with the contact email: who shares a mailbox needs a username",
            AccessCheck.MethodOn => met
                ? "A way to sign in with it is switched on"
                : $"Signing in with the {Names(finding.Kinds)} is switched off here",
            AccessCheck.CredentialVerified => met
                ? "A code has proved it"
                : $"The {Names(finding.Kinds)} waits for its first code: unverified until then",
            AccessCheck.CodesAllowed => met
                ? "Codes may be sent and tried"
                : "Too many codes were asked for or tried: from a new device nobody gets in for a while",
            AccessCheck.TemporaryPasswordGood => met ? "The temporary password works" : "The temporary password has expired",
            AccessCheck.InvitationGood => met
                ? "The last invitation works or was accepted"
                : "The last invitation has expired or was revoked",
            AccessCheck.LinkGood => met ? "The last link works or was used" : "The last link ended before it was used",
            _ => met ? "The last message arrived, or is on its way" : "The last message came back or could not be sent",
        };
    }

    private static string Names(IReadOnlyList<CredentialKind> kinds) =>
        string.Join(" and the ", kinds.Select(kind => CredentialWording.Name(kind).ToLowerInvariant()));
}
