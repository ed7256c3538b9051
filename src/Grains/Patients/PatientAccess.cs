using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Patients;

/// <summary>The rules of who may get in: access level, block, epoch. Each change comes with its entry for the audit log.</summary>
public static class PatientAccess
{
    /// <summary>The longest reason of a block that is kept, in characters. Ours.</summary>
    public const int MaxReason = 200;

    /// <summary>
    /// What access needs and is not on file. Source: product, section 3. Who is no patient has no home address here.
    /// </summary>
    public static IReadOnlyList<AccessCondition> Missing(PatientState state)
    {
        List<AccessCondition> missing = [];
        if (state.Contact.Email.Length == 0) missing.Add(AccessCondition.Email);
        if (state.Contact.PostalCode.Length == 0 && !state.CaregiverOnly) missing.Add(AccessCondition.PostalCode);
        return missing;
    }

    /// <summary>Access as lists show it.</summary>
    public static AccessState State(PatientState state) =>
        state.BlockedAt is not null ? AccessState.Blocked
        : state.Level == AccessLevel.CanAccess ? AccessState.CanAccess
        : AccessState.NoAccess;

    /// <summary>Whether sessions, links and invitations work.</summary>
    public static PatientStanding Standing(PatientState state) => !PatientMerge.IsHere(state) ? new PatientStanding() : new PatientStanding
    {
        Kind = State(state) switch
        {
            AccessState.Blocked => StandingKind.Blocked,
            AccessState.CanAccess => StandingKind.Good,
            _ => StandingKind.NoAccess,
        },
        Epoch = state.Epoch,
        EpochAt = state.EpochAt,
        CurrentInvitation = state.CurrentInvitation,
        GivenName = state.GivenName,
        BlockCount = state.BlockCount,
        SecondFactor = PatientMfa.IsOn(state),
        CaregiverOnly = state.CaregiverOnly,
        ActsForOthers = state.ActsForOthers,
    };

    /// <summary>
    /// Gives or takes access. Taking it ends the sessions, links and invitations of before for good: giving it again later brings none of
    /// them back. The same state where the level is that already.
    /// </summary>
    public static (AccessOutcome Outcome, PatientState State) SetLevel(PatientState state, AccessLevel level, AuditEntry entry)
    {
        if (!PatientMerge.IsHere(state)) return (new AccessOutcome.Unknown(), state);
        if (level == AccessLevel.CanAccess && Missing(state) is { Count: > 0 } missing)
            return (new AccessOutcome.MissingDetails { Missing = missing }, state);
        if (state.Level == level) return (new AccessOutcome.Set(), state);
        var next = level == AccessLevel.CanAccess ? state with { Level = level } : WithoutAccess(state, entry.At);
        return (new AccessOutcome.Set(), Noted(next, entry));
    }

    /// <summary>
    /// Gives access to whoever was put on file just now, where the organisation gives it to those whom staff add by hand and nothing is
    /// missing; else the same state. Imported patients get none. Source: product, section 3, "Defaults".
    /// </summary>
    public static PatientState WithFirstLevel(PatientState state, OrganisationView? organisation, AuditEntry entry) =>
        state.Origin == PatientOrigin.Manual && organisation is { Settings.ActivateWithoutConfirmation: true }
            ? SetLevel(state, AccessLevel.CanAccess, entry).State
            : state;

    /// <summary>
    /// Blocks: sessions, links and invitations of before are dead for good. The same state where the patient is blocked already, or there
    /// is none. The reason is cut rather than refused, since a block must not wait.
    /// </summary>
    public static PatientState Block(PatientState state, string reason, AuditEntry entry, DateTimeOffset now)
    {
        if (!PatientMerge.IsHere(state) || state.BlockedAt is not null) return state;
        return Noted(WaysInEnded(state, now) with { BlockedAt = now, BlockReason = PlainText.Cleaned(reason, MaxReason) }, entry);
    }

    /// <summary>Lifts the block. The same state where there is none.</summary>
    public static PatientState Unblock(PatientState state, AuditEntry entry) =>
        state.BlockedAt is null ? state : Noted(state with { BlockedAt = null, BlockReason = "" }, entry);

    /// <summary>Ends every session, and the codes that were asked for before.</summary>
    public static PatientState EndSessions(PatientState state, AuditEntry entry) =>
        !state.Registered ? state : Noted(SessionsEnded(state, entry.At), entry);

    /// <summary>Ends every session for a change of the password; the same state where that change has ended them before.</summary>
    public static PatientState EndSessionsFor(PatientState state, string operation, AuditEntry entry) =>
        state.EndedFor == operation ? state : EndSessions(state, entry) with { EndedFor = operation, EndedEpoch = state.Epoch };

    /// <summary>Makes an invitation the one that counts. Refused for a patient who is blocked or not on file.</summary>
    public static (bool Adopted, PatientState State) Adopt(PatientState state, string invitation, DateTimeOffset deadline)
    {
        if (!PatientMerge.IsHere(state) || state.BlockedAt is not null) return (false, state);
        if (state.CurrentInvitation == invitation) return (true, state);
        return (true, state with
        {
            CurrentInvitation = invitation,
            InvitedUntil = deadline,
            InvitationStage = InvitationStage.Open,
        });
    }

    /// <summary>The same for a patient who is given access with it, in one change. Refused, neither happens.</summary>
    public static (bool Adopted, PatientState State) AdoptWithAccess(
        PatientState state, string invitation, DateTimeOffset deadline, AuditEntry entry)
    {
        var (outcome, next) = SetLevel(state, AccessLevel.CanAccess, entry);
        return outcome is AccessOutcome.Set && Adopt(next, invitation, deadline) is { Adopted: true } adopted ? adopted : (false, state);
    }

    /// <summary>Notes that an invitation was taken back. The same state where another one counts, or it was accepted.</summary>
    public static PatientState Dropped(PatientState state, string invitation) =>
        state.CurrentInvitation == invitation && state.InvitationStage == InvitationStage.Open
            ? state with { InvitationStage = InvitationStage.Dropped }
            : state;

    /// <summary>How the last invitation stands, but for its deadline, which whoever reads it judges.</summary>
    public static PatientInvitation LastInvitation(PatientState state) => state switch
    {
        { InvitationStage: InvitationStage.Accepted } => PatientInvitation.Accepted,
        { InvitedUntil: null } => PatientInvitation.Never,
        { InvitationStage: InvitationStage.Dropped } or { CurrentInvitation: null } => PatientInvitation.Revoked,
        _ => PatientInvitation.Pending,
    };

    /// <summary>Takes access, where there is any.</summary>
    internal static PatientState WithoutAccess(PatientState state, DateTimeOffset now) =>
        state.Level == AccessLevel.NoAccess ? state : WaysInEnded(state, now) with { Level = AccessLevel.NoAccess };

    /// <summary>Ends sessions and the codes that were asked for before.</summary>
    internal static PatientState SessionsEnded(PatientState state, DateTimeOffset now) =>
        state with { Epoch = state.Epoch + 1, EpochAt = now };

    /// <summary>Puts an entry down with the change it is about.</summary>
    internal static PatientState Noted(PatientState state, params AuditEntry[] entries) => state.Noting(entries);

    /// <summary>Ends sessions, and links and invitations of before for good.</summary>
    internal static PatientState WaysInEnded(PatientState state, DateTimeOffset now) =>
        SessionsEnded(state, now) with { BlockCount = state.BlockCount + 1, CurrentInvitation = null };
}
