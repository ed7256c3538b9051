using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

/// <summary>Everything that has a say in whether a patient gets in.</summary>
public sealed record AccessFacts
{
    /// <summary>The settings in force.</summary>
    public PortalSettings Settings { get; init; } = new();

    /// <summary>The patient's access.</summary>
    public OnlineAccessView Access { get; init; } = new();

    /// <summary>The password.</summary>
    public PasswordView Password { get; init; } = new();

    /// <summary>Until when no code is sent or compared; null: they are.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Who signs in with the patient's contact email; empty: nobody, or the patient.</summary>
    public string EmailTakenBy { get; init; } = "";

    /// <summary>The last invitation; null where there was none.</summary>
    public InvitationRow? Invitation { get; init; }

    /// <summary>The last link; null where there was none.</summary>
    public LinkRow? Link { get; init; }

    /// <summary>The last message; null where there was none.</summary>
    public DeliveryRecord? Message { get; init; }
}

/// <summary>
/// The rules of why a patient can't get in. The causes that the products before this one name are among them: the portal is off, access is
/// off, email or postal code is missing, no credential is set, a family shares one email, the invitation or the link has expired, the
/// patient is blocked.
/// </summary>
public static class AccessDiagnosis
{
    /// <summary>Each condition and how it stands, in the order in which to mend them.</summary>
    public static IReadOnlyList<AccessFinding> Of(AccessFacts facts, DateTimeOffset now)
    {
        var access = facts.Access;
        var patient = access.Patient;
        return
        [
            Met(AccessCheck.PortalEnabled, facts.Settings.PortalEnabled),
            Met(AccessCheck.NotBlocked, access.BlockedAt is null) with { At = access.BlockedAt },
            Met(AccessCheck.EmailOnFile, patient.Contact.Email.Length > 0),
            Met(AccessCheck.PostalCodeOnFile, patient.Contact.PostalCode.Length > 0),
            Met(AccessCheck.AccessGiven, access.Level == AccessLevel.CanAccess),
            Met(AccessCheck.CredentialSet, access.Credentials.Count > 0),
            .. EmailNotTaken(facts),
            .. MethodOn(facts, now),
            .. Verified(access.Credentials),
            Met(AccessCheck.CodesAllowed, facts.LockedUntil is null) with { At = facts.LockedUntil },
            .. TemporaryPassword(facts, now),
            .. Invitation(facts),
            .. Link(facts),
            .. Messages(facts),
        ];
    }

    /// <summary>Whether nothing stands in the way.</summary>
    public static bool CanGetIn(IEnumerable<AccessFinding> findings) => findings.All(f => f.State != CheckState.Unmet);

    // A family shares a mailbox: whoever has no credential of their own needs a username.
    private static IEnumerable<AccessFinding> EmailNotTaken(AccessFacts facts)
    {
        if (facts.EmailTakenBy.Length == 0) return [];
        var state = facts.Access.Credentials.Count == 0 ? CheckState.Unmet : CheckState.Met;
        return [new AccessFinding { Check = AccessCheck.EmailNotTaken, State = state, Patient = facts.EmailTakenBy }];
    }

    // A username is a way in by a code too, to the email or mobile of the patient; and by a password.
    private static IEnumerable<AccessFinding> MethodOn(AccessFacts facts, DateTimeOffset now)
    {
        var kinds = facts.Access.Credentials.Select(c => c.Kind).ToArray();
        if (kinds.Length == 0) return [];
        var shut = kinds.Where(kind => !Opens(kind)).ToArray();
        var byPassword = facts.Settings.Password && (facts.Password.Kind == PasswordKind.Chosen || facts.Password.Until > now);
        var state = shut.Length == 0 || byPassword ? CheckState.Met : shut.Length < kinds.Length ? CheckState.Attention : CheckState.Unmet;
        return [new AccessFinding { Check = AccessCheck.MethodOn, State = state, Kinds = state == CheckState.Met ? [] : shut }];

        bool Opens(CredentialKind kind) => kind switch
        {
            CredentialKind.Email => facts.Settings.EmailCode,
            CredentialKind.Mobile => facts.Settings.MobileCode,
            _ => (facts.Settings.EmailCode && (kinds.Contains(CredentialKind.Email) || facts.Access.Patient.Contact.Email.Length > 0))
                || (facts.Settings.MobileCode && kinds.Contains(CredentialKind.Mobile)),
        };
    }

    // Usernames have no address that a code could prove. The first code proves a credential: until then it is only worth a look.
    private static IEnumerable<AccessFinding> Verified(IReadOnlyList<CredentialView> credentials)
    {
        var addresses = credentials.Where(c => c.Kind != CredentialKind.Username).ToArray();
        if (addresses.Length == 0) return [];
        CredentialKind[] pending = [.. addresses.Where(c => c.VerifiedAt is null).Select(c => c.Kind)];
        var state = pending.Length == 0 ? CheckState.Met : CheckState.Attention;
        return [new AccessFinding { Check = AccessCheck.CredentialVerified, State = state, Kinds = pending }];
    }

    private static IEnumerable<AccessFinding> TemporaryPassword(AccessFacts facts, DateTimeOffset now)
    {
        if (!facts.Settings.Password || facts.Password is not { Kind: PasswordKind.Temporary, Until: { } until }) return [];
        // Whoever has a credential that a code goes to gets in without it.
        var expired = facts.Access.Credentials.All(c => c.Kind == CredentialKind.Username) ? CheckState.Unmet : CheckState.Attention;
        var state = until > now ? CheckState.Met : expired;
        return [new AccessFinding { Check = AccessCheck.TemporaryPasswordGood, State = state, At = until }];
    }

    private static IEnumerable<AccessFinding> Invitation(AccessFacts facts)
    {
        if (facts.Invitation is not { } invitation) return [];
        var good = invitation.State is InvitationState.Pending or InvitationState.Accepted;
        var state = good ? CheckState.Met : HasWayIn(facts) ? CheckState.Attention : CheckState.Unmet;
        return [new AccessFinding { Check = AccessCheck.InvitationGood, State = state, At = invitation.Deadline }];
    }

    private static IEnumerable<AccessFinding> Link(AccessFacts facts)
    {
        if (facts.Link is not { } link) return [];
        var good = link.State == LinkState.Active || link.UsedAt is not null;
        return [new AccessFinding
        {
            Check = AccessCheck.LinkGood, State = good ? CheckState.Met : CheckState.Attention, At = link.Deadline,
        }];
    }

    private static IEnumerable<AccessFinding> Messages(AccessFacts facts)
    {
        if (facts.Message is not { } message) return [];
        var lost = message.State is DeliveryState.Failed or DeliveryState.Bounced;
        return [Met(AccessCheck.MessagesArrive, !lost)];
    }

    // Who has signed in before, or has access and a credential, needs no invitation.
    private static bool HasWayIn(AccessFacts facts) =>
        facts.Access.Level == AccessLevel.CanAccess && facts.Access.Credentials.Count > 0;

    private static AccessFinding Met(AccessCheck check, bool met) =>
        new() { Check = check, State = met ? CheckState.Met : CheckState.Unmet };
}
