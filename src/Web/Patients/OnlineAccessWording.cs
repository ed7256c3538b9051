namespace Portal.Web.Patients;

/// <summary>What the Online Access tab says after something was done.</summary>
public static class OnlineAccessWording
{
    /// <summary>The message for a name in the address; null for anything else.</summary>
    public static string? Done(string done) => done switch
    {
        "given" => "Access is on.",
        "taken" => "Access is off, and all sessions have ended.",
        "blocked" => "Blocked: every way in is shut, and all sessions have ended.",
        "unblocked" => "No longer blocked. Links and invitations of before stay dead: send new ones.",
        "credential-set" => "The credential is set. It counts as verified once the first code sent to it was entered.",
        "credential-awaits" => "The change waits for somebody else with access to approve it, for 3 days. Until then nothing changes.",
        "credential-declined" => "The request is gone; nothing was changed.",
        "credential-unchanged" => "That was the value already; nothing changed.",
        "credential-cleared" => "The credential is cleared.",
        "credential-cleared-last" => "The last credential is cleared: access is off, and all sessions have ended.",
        "password-removed" => "The password is removed, and all sessions have ended.",
        "mfa-reset" => "The authenticator app is off, and all sessions have ended. The patient is told.",
        "invited" => "The invitation is on its way. It works for 3 days; older ones no longer do.",
        "invitation-revoked" => "The invitation is revoked.",
        "link-revoked" => "The link is revoked.",
        "session-ended" => "The session has ended.",
        "sessions-ended" => "All sessions have ended.",
        "elevation-revoked" => "The records are closed in that session.",
        "practitioners" => "Who may be booked online is saved.",
        "test" => "This is a test record now: counts and work on many leave it out.",
        "no-test" => "This is a real record now.",
        _ => null,
    };
}
