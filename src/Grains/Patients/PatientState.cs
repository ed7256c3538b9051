using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Shared;

namespace Portal.Grains.Patients;

/// <summary>What is stored of a patient.</summary>
[GenerateSerializer, Alias("portal.PatientState")]
public sealed record PatientState : IUntold<PatientState>
{
    /// <summary>Whether there is such a patient.</summary>
    [Id(0)] public bool Registered { get; init; }

    /// <summary>Given name.</summary>
    [Id(1)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(2)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth.</summary>
    [Id(3)] public DateOnly BirthDate { get; init; }

    /// <summary>Contact details as written.</summary>
    [Id(4)] public ContactDetails Contact { get; init; } = new();

    /// <summary>The digits of the contact numbers, with the country code where it is known, for the directory.</summary>
    [Id(5)] public IReadOnlyList<string> ContactNumbers { get; init; } = [];

    /// <summary>How the patient came on file.</summary>
    [Id(6)] public PatientOrigin Origin { get; init; }

    /// <summary>Access level.</summary>
    [Id(7)] public AccessLevel Level { get; init; }

    /// <summary>When blocked; null: not blocked.</summary>
    [Id(8)] public DateTimeOffset? BlockedAt { get; init; }

    /// <summary>Why blocked.</summary>
    [Id(9)] public string BlockReason { get; init; } = "";

    /// <summary>Rises whenever links and invitations of before die: with a block, and when access is taken.</summary>
    [Id(10)] public int BlockCount { get; init; }

    /// <summary>Rises whenever the sessions of before end.</summary>
    [Id(11)] public int Epoch { get; init; }

    /// <summary>The credentials, at most one of a kind, in order of kind.</summary>
    [Id(12)] public IReadOnlyList<BoundCredential> Credentials { get; init; } = [];

    /// <summary>Last sign-in; null where there was none.</summary>
    [Id(13)] public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>The invitation that counts; null where there is none.</summary>
    [Id(14)] public string? CurrentInvitation { get; init; }

    /// <summary>The change of a credential that has not finished; null where there is none.</summary>
    [Id(15)] public CredentialChange? Pending { get; init; }

    /// <summary>The last finished operations, at most <see cref="PatientCredentials.MaxFinished"/>, oldest first.</summary>
    [Id(16)] public IReadOnlyList<FinishedOperation> Finished { get; init; } = [];

    /// <summary>The operations of the last sign-ins, at most <see cref="PatientCredentials.MaxSignIns"/>, oldest first.</summary>
    [Id(17)] public IReadOnlyList<string> SignIns { get; init; } = [];

    /// <summary>
    /// What was done and may not be in the audit log yet. Written with what was done, so that a crash in between loses neither.
    /// </summary>
    [Id(18)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <summary>Rises with each write; the directory says which version it has.</summary>
    [Id(19)] public long Version { get; init; }

    /// <summary>When <see cref="Epoch"/> last rose; null: never.</summary>
    [Id(20)] public DateTimeOffset? EpochAt { get; init; }

    /// <summary>The change of the password that last ended the sessions; it ends them once.</summary>
    [Id(21)] public string EndedFor { get; init; } = "";

    /// <summary>The epoch that they lived under.</summary>
    [Id(22)] public int EndedEpoch { get; init; }

    /// <summary>Whether it is a test patient, kept out of counts and of work on many.</summary>
    [Id(25)] public bool Test { get; init; }

    /// <summary>Tags in their canonical form, in order, at most <see cref="PatientTag.Most"/>.</summary>
    [Id(26)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The ids of the practitioners who may be booked online, in order; null: all of them, later ones too.</summary>
    [Id(27)] public IReadOnlyList<string>? Practitioners { get; init; }

    /// <summary>Until when the last invitation that counted works or worked; null where there was none.</summary>
    [Id(28)] public DateTimeOffset? InvitedUntil { get; init; }

    /// <summary>What became of it.</summary>
    [Id(29)] public InvitationStage InvitationStage { get; init; }

    /// <summary>Rises with each change of the details, so that who changes them is told when somebody else was quicker.</summary>
    [Id(30)] public int DetailsVersion { get; init; }

    /// <summary>The operation that changed the details last.</summary>
    [Id(31)] public string LastEdit { get; init; } = "";

    /// <summary>The patient that this one was merged into; empty: none.</summary>
    [Id(32)] public string MergedInto { get; init; } = "";

    /// <summary>The merge under way, in which nothing else changes credentials or details; null where there is none.</summary>
    [Id(33)] public PatientMergeMark? Merge { get; init; }

    /// <summary>The id by which the system that the patient was imported from knows them; empty: none.</summary>
    [Id(35)] public string ExternalId { get; init; } = "";

    /// <summary>The authenticator app, where there is one.</summary>
    [Id(40)] public PatientMfaState Mfa { get; init; } = new();

    /// <summary>
    /// Whether the person is no patient here but on file to act for others: in no list, no count and no work on many.
    /// </summary>
    [Id(42)] public bool CaregiverOnly { get; init; }

    /// <summary>Whether the person was ever given a grant to act for somebody.</summary>
    [Id(43)] public bool ActsForOthers { get; init; }

    /// <summary>The change of a credential that waits for a second staff member; null: none.</summary>
    [Id(44)] public CredentialRequest? Request { get; init; }

    /// <summary>What the patient is still to be told.</summary>
    [Id(41)] public IReadOnlyList<OwedNotice> Notices { get; init; } = [];

    /// <inheritdoc />
    public PatientState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>What became of a patient's last invitation, as far as the patient knows. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.InvitationStage")]
public enum InvitationStage
{
    /// <summary>Open, or none.</summary>
    Open = 0,

    /// <summary>Accepted.</summary>
    Accepted = 1,

    /// <summary>Taken back.</summary>
    Dropped = 2,
}

/// <summary>A credential that is bound to its patient.</summary>
[GenerateSerializer, Alias("portal.BoundCredential")]
public sealed record BoundCredential
{
    /// <summary>Kind.</summary>
    [Id(0)] public CredentialKind Kind { get; init; }

    /// <summary>Canonical value.</summary>
    [Id(1)] public string Value { get; init; } = "";

    /// <summary>Its keyed hash, which its claim is known by.</summary>
    [Id(2)] public string Hash { get; init; } = "";

    /// <summary>When it was set.</summary>
    [Id(3)] public DateTimeOffset SetAt { get; init; }

    /// <summary>When a code proved it first; null: unverified.</summary>
    [Id(4)] public DateTimeOffset? VerifiedAt { get; init; }
}

/// <summary>The commands that a patient remembers by their operation. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.PatientOperation")]
public enum PatientOperation
{
    /// <summary>Setting or changing a credential.</summary>
    Set = 0,

    /// <summary>Clearing a credential.</summary>
    Clear = 1,

    /// <summary>Accepting an invitation.</summary>
    Accept = 2,

    /// <summary>Registering online.</summary>
    Online = 50,
}

/// <summary>How an operation ended. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.PatientOperationResult")]
public enum PatientOperationResult
{
    /// <summary>The credential is bound.</summary>
    Bound = 0,

    /// <summary>It was bound before.</summary>
    Unchanged = 1,

    /// <summary>Another patient has it.</summary>
    Taken = 2,

    /// <summary>The credential is cleared, now or before.</summary>
    Cleared = 3,

    /// <summary>The last credential is cleared.</summary>
    ClearedLast = 4,

    /// <summary>The invitation is accepted.</summary>
    Accepted = 5,

    /// <summary>The invited address is another patient's, and this one has no credential.</summary>
    AddressTaken = 6,

    /// <summary>The patient was blocked, or invited anew, before the invitation's acceptance was committed.</summary>
    NotCurrent = 7,

    /// <summary>The invitation is accepted, by an address that is none by which the patient got in until now.</summary>
    AcceptedElsewhere = 8,

    /// <summary>On file, with access.</summary>
    Registered = 50,

    /// <summary>On file, without access.</summary>
    WithoutAccess = 51,
}

/// <summary>An operation that has ended.</summary>
[GenerateSerializer, Alias("portal.FinishedOperation")]
public sealed record FinishedOperation
{
    /// <summary>The operation.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>What it was.</summary>
    [Id(1)] public PatientOperation Command { get; init; }

    /// <summary>How it ended.</summary>
    [Id(2)] public PatientOperationResult Result { get; init; }

    /// <summary>The patient who has the credential, where <see cref="Result"/> is <see cref="PatientOperationResult.Taken"/>.</summary>
    [Id(3)] public string TakenBy { get; init; } = "";

    /// <summary>The epoch whose sessions it ended; null where it ended none.</summary>
    [Id(40)] public int? EndedEpoch { get; init; }
}

/// <summary>How far a change of a credential has come. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.ChangeStep")]
public enum ChangeStep
{
    /// <summary>Intended: the new value is to be reserved. Nothing has changed for anybody.</summary>
    Intended = 0,

    /// <summary>
    /// Committed: the new value is bound, or the old one is not any more. Hold the new one, free the old one, tell its owner.
    /// </summary>
    Committed = 1,

    /// <summary>Aborted: the new value is another patient's. Leave nothing reserved.</summary>
    Aborted = 2,
}

/// <summary>A change of a credential that is under way.</summary>
[GenerateSerializer, Alias("portal.CredentialChange")]
public sealed record CredentialChange
{
    /// <summary>The operation.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>What it is.</summary>
    [Id(1)] public PatientOperation Command { get; init; }

    /// <summary>Kind of the credential.</summary>
    [Id(2)] public CredentialKind Kind { get; init; }

    /// <summary>The new canonical value; empty where it is cleared.</summary>
    [Id(3)] public string Value { get; init; } = "";

    /// <summary>Keyed hash of the new value; empty where it is cleared.</summary>
    [Id(4)] public string Hash { get; init; } = "";

    /// <summary>The value before; empty where there was none.</summary>
    [Id(5)] public string OldValue { get; init; } = "";

    /// <summary>Keyed hash of the value before; empty where there was none.</summary>
    [Id(6)] public string OldHash { get; init; } = "";

    /// <summary>How far it has come.</summary>
    [Id(7)] public ChangeStep Step { get; init; }

    /// <summary>How it ends, once it is committed or aborted.</summary>
    [Id(8)] public PatientOperationResult Result { get; init; }

    /// <summary>The patient who has the new value, where it is taken.</summary>
    [Id(9)] public string TakenBy { get; init; } = "";

    /// <summary>Who asked for it and when, for the audit log: a reminder that finishes it is not who asked.</summary>
    [Id(10)] public AuditEntry Entry { get; init; } = new();

    /// <summary>The invitation that is accepted; null where staff make the change.</summary>
    [Id(11)] public string? Invitation { get; init; }

    /// <summary>Whether a code has proved the new value to be the patient's.</summary>
    [Id(40)] public bool Proved { get; init; }

    /// <summary>The epoch whose sessions it ended; null where it ended none.</summary>
    [Id(41)] public int? EndedEpoch { get; init; }

    /// <summary>Whether a patient who got in already accepts an invitation to an address of no credential of theirs.</summary>
    [Id(42)] public bool Elsewhere { get; init; }

    /// <summary>Where the address of somebody who registers online is taken: whether they are put on file without it.</summary>
    [Id(50)] public bool EvenWithoutEmail { get; init; }
}
