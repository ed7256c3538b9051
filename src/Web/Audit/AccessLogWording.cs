using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Audit;

/// <summary>The access log in a patient's words.</summary>
public static class AccessLogWording
{
    // What was done, and what it is called where it was refused or failed; null: the first words, and "refused".
    private static readonly Dictionary<string, (string Done, string? Refused)> Sentences = new(StringComparer.Ordinal)
    {
        ["code.requested"] = ("A code to sign in was asked for", null),
        ["code.refused"] = ("A wrong or late code was entered", "A wrong or late code was entered"),
        ["credential.changed"] = ("What you sign in with was changed", null),
        ["credential.cleared"] = ("Something you signed in with was taken away", null),
        ["credential.set"] = ("Something to sign in with was set", null),
        ["credential.verified"] = ("What you sign in with was proved by a code", null),
        ["elevation.ended"] = ("Your clinical records were closed again", null),
        ["elevation.granted"] = ("Your clinical records were opened with one more code", null),
        ["elevation.refused"] = ("Opening your clinical records failed", "Opening your clinical records failed"),
        ["elevation.revoked"] = ("Your clinical records were closed by the clinic", null),
        ["invitation.accepted"] = ("An invitation to the portal was accepted", null),
        ["invitation.created"] = ("You were invited to the portal", null),
        ["invitation.expired"] = ("An invitation to the portal ran out", null),
        ["invitation.opened"] = ("An invitation to the portal was opened", null),
        ["invitation.revoked"] = ("An invitation to the portal was taken back", null),
        ["link.created"] = ("A link was made for you", null),
        ["link.opened"] = ("A link that was made for you was opened", null),
        ["link.revoked"] = ("A link that was made for you was taken back", null),
        ["link.used"] = ("A link that was made for you was used to sign in", null),
        ["mfa.recovery-code-used"] = ("A recovery code was used to sign in", null),
        ["mfa.recovery-codes-renewed"] = ("New recovery codes were made", null),
        ["mfa.refused"] = ("A wrong code of the authenticator app was entered", "A wrong code of the authenticator app was entered"),
        ["mfa.reset"] = ("The authenticator app was taken away", null),
        ["mfa.switched-off"] = ("Signing in with an authenticator app was switched off", null),
        ["mfa.switched-on"] = ("Signing in with an authenticator app was switched on", null),
        ["password.chosen"] = ("A password was chosen", null),
        ["password.made-temporary"] = ("A temporary password was made", null),
        ["password.refused"] = ("A wrong password was entered", "A wrong password was entered"),
        ["password.removed"] = ("The password was taken away", null),
        ["password.reset-requested"] = ("A link for a new password was asked for", null),
        ["patient.access-given"] = ("Access to the portal was given", "Access to the portal could not be given"),
        ["patient.access-taken"] = ("Access to the portal was taken away", null),
        ["patient.blocked"] = ("Access to the portal was blocked", null),
        ["patient.details-changed"] = ("Your details were changed", null),
        ["patient.practitioners-changed"] = ("Whom you can book was changed", null),
        ["patient.registered"] = ("You were put on file", null),
        ["patient.unblocked"] = ("Access to the portal was unblocked", null),
        ["patient.viewed"] = ("Your details were looked at", null),
        ["record.added"] = ("Something was added to your clinical records", null),
        ["record.read"] = ("Your clinical records were read", "Reading your clinical records was refused"),
        ["record.shared"] = ("Something of your clinical records was shared with you", null),
        ["record.unshared"] = ("Something of your clinical records is no longer shared with you", null),
        ["session.ended"] = ("A device was signed out", null),
        ["session.proof-refused"] = ("Confirming who you are failed", "Confirming who you are failed"),
        ["session.proved"] = ("You confirmed who you are", null),
        ["sign-in.done"] = ("Signed in", null),
        ["sign-in.first-step-done"] = ("The first step of signing in was done", null),
        ["sign-in.refused"] = ("Signing in failed", "Signing in failed"),
        ["sign-in.temporary-password-accepted"] = ("A temporary password was used", null),
    };

    /// <summary>What was done, in a sentence without its stop.</summary>
    public static string What(string action, AuditOutcome outcome, Labels labels)
    {
        if (!Sentences.TryGetValue(action, out var words)) words = (AuditWording.Action(action, labels), null);
        if (outcome == AuditOutcome.Done) return words.Done;
        return words.Refused ?? words.Done + (outcome == AuditOutcome.Refused ? ": refused" : ": failed");
    }

    /// <summary>Who did it, after a comma.</summary>
    public static string Who(AccessLogRow row, OrganisationView organisation) => row.By switch
    {
        AccessLogActor.You => "by you",
        AccessLogActor.Caregiver => "by somebody who acts for you",
        AccessLogActor.Staff when row.Name.Length > 0 => $"by {row.Name}, {Role(row.Role, organisation)}",
        AccessLogActor.Staff => $"by somebody who worked at {organisation.Name} then",
        AccessLogActor.Visitor => "by somebody who was not signed in",
        _ => "by the portal itself",
    };

    private static string Role(StaffRole? role, OrganisationView organisation) => role switch
    {
        StaffRole.Practitioner => organisation.Settings.Labels.Practitioner,
        StaffRole.FrontDesk => "front desk",
        _ => "administration",
    };
}
