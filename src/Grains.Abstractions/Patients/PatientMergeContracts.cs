using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Makes one patient of two.</summary>
[GenerateSerializer, Alias("portal.MergePatients"), Immutable]
public sealed record MergePatients
{
    /// <summary>The id of who stays.</summary>
    [Id(0)] public string Survivor { get; init; } = "";

    /// <summary>The id of who goes.</summary>
    [Id(1)] public string Loser { get; init; } = "";

    /// <summary>The details that are taken from who goes; the others stay as they are.</summary>
    [Id(2)] public IReadOnlyList<MergeField> FromLoser { get; init; } = [];

    /// <summary>
    /// The kinds of credential that are taken from who goes where both have one. One that only one of them has is kept in any case.
    /// </summary>
    [Id(3)] public IReadOnlyList<CredentialKind> CredentialsFromLoser { get; init; } = [];
}

/// <summary>A detail that can be chosen. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.MergeField")]
public enum MergeField
{
    /// <summary>Given name.</summary>
    GivenName = 0,

    /// <summary>Family name.</summary>
    FamilyName = 1,

    /// <summary>Date of birth.</summary>
    BirthDate = 2,

    /// <summary>Contact email.</summary>
    Email = 3,

    /// <summary>Mobile.</summary>
    Mobile = 4,

    /// <summary>Home telephone.</summary>
    HomePhone = 5,

    /// <summary>Street, town and postal code.</summary>
    Address = 6,
}

/// <summary>Why two patients are not merged. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.MergeRefusal")]
public enum MergeRefusal
{
    /// <summary>One of them is not on file, or they are one.</summary>
    Unknown = 0,

    /// <summary>One of them was merged already.</summary>
    Merged = 1,

    /// <summary>One of them is blocked: that has to be looked into first.</summary>
    Blocked = 2,

    /// <summary>Another change of one of them is under way; to be tried again.</summary>
    Busy = 3,

    /// <summary>One of them is no patient, and on file to act for others.</summary>
    Caregiver = 4,

    /// <summary>Who goes has an authenticator app and who stays has none: the other way round.</summary>
    SecondFactor = 5,

    /// <summary>
    /// A way in to one of them would open the other, who gets in already, and a second staff member approves changes of that.
    /// </summary>
    NeedsApproval = 6,

    /// <summary>The clinical records of both are more than one record holds.</summary>
    RecordFull = 7,
}

/// <summary>What came of merging.</summary>
[GenerateSerializer, Alias("portal.MergeOutcome")]
public abstract record MergeOutcome
{
    private MergeOutcome() { }

    /// <summary>Merged, now or before.</summary>
    [GenerateSerializer, Alias("portal.MergeOutcome.Merged")]
    public sealed record Merged : MergeOutcome;

    /// <summary>Nothing was changed.</summary>
    [GenerateSerializer, Alias("portal.MergeOutcome.Refused")]
    public sealed record Refused : MergeOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public MergeRefusal Why { get; init; }
    }
}

/// <summary>What a patient who goes leaves to the one who stays.</summary>
[GenerateSerializer, Alias("portal.MergeParcel"), Immutable]
public sealed record MergeParcel
{
    /// <summary>Who goes, as they were.</summary>
    [Id(0)] public PatientView Patient { get; init; } = new();

    /// <summary>Access level.</summary>
    [Id(1)] public AccessLevel Level { get; init; }

    /// <summary>Credentials.</summary>
    [Id(2)] public IReadOnlyList<MovedCredential> Credentials { get; init; } = [];

    /// <summary>Practitioners who may be booked; null: all.</summary>
    [Id(3)] public IReadOnlyList<string>? Practitioners { get; init; }

    /// <summary>Last sign-in; null where there was none.</summary>
    [Id(4)] public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>When blocked, after the merge had begun; null: not.</summary>
    [Id(5)] public DateTimeOffset? BlockedAt { get; init; }

    /// <summary>Why blocked.</summary>
    [Id(6)] public string BlockReason { get; init; } = "";

    /// <summary>Holds personal data.</summary>
    public override string ToString() => nameof(MergeParcel);
}

/// <summary>A credential that changes hands.</summary>
[GenerateSerializer, Alias("portal.MovedCredential"), Immutable]
public sealed record MovedCredential
{
    /// <summary>Kind.</summary>
    [Id(0)] public CredentialKind Kind { get; init; }

    /// <summary>Canonical value.</summary>
    [Id(1)] public string Value { get; init; } = "";

    /// <summary>Its keyed hash.</summary>
    [Id(2)] public string Hash { get; init; } = "";

    /// <summary>When it was set.</summary>
    [Id(3)] public DateTimeOffset SetAt { get; init; }

    /// <summary>When a code proved it; null: unverified.</summary>
    [Id(4)] public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>Holds personal data.</summary>
    public override string ToString() => nameof(MovedCredential);
}

/// <summary>What became of the credentials of both.</summary>
[GenerateSerializer, Alias("portal.MergedCredentials"), Immutable]
public sealed record MergedCredentials
{
    /// <summary>Those of who goes that who stays has now.</summary>
    [Id(0)] public IReadOnlyList<MovedCredential> Taken { get; init; } = [];

    /// <summary>Those of who goes that nobody has any more.</summary>
    [Id(1)] public IReadOnlyList<MovedCredential> Left { get; init; } = [];

    /// <summary>Those of who stays that were replaced.</summary>
    [Id(2)] public IReadOnlyList<MovedCredential> Replaced { get; init; } = [];

    /// <summary>Holds personal data.</summary>
    public override string ToString() => nameof(MergedCredentials);
}

/// <summary>Takes in what another patient leaves.</summary>
[GenerateSerializer, Alias("portal.AbsorbPatient"), Immutable]
public sealed record AbsorbPatient
{
    /// <summary>The merge.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>What was chosen.</summary>
    [Id(1)] public MergePatients Choice { get; init; } = new();

    /// <summary>What is left.</summary>
    [Id(2)] public MergeParcel Parcel { get; init; } = new();

    /// <summary>Who asked for it, for the audit log.</summary>
    [Id(3)] public AuditEntry Entry { get; init; } = new();
}

/// <summary>What it is judged by whether two patients may be merged, asked for while they are frozen.</summary>
[GenerateSerializer, Alias("portal.MergeFacts"), Immutable]
public sealed record MergeFacts
{
    /// <summary>Whether the person is no patient, and on file to act for others.</summary>
    [Id(0)] public bool CaregiverOnly { get; init; }

    /// <summary>Whether an authenticator app is asked for.</summary>
    [Id(1)] public bool SecondFactor { get; init; }

    /// <summary>Whether the patient has a credential or has signed in: nobody else's way in may open the record.</summary>
    [Id(2)] public bool GetsIn { get; init; }

    /// <summary>Whether codes go to the contact email, since there is a username and no sign-in email.</summary>
    [Id(3)] public bool CodesToContact { get; init; }

    /// <summary>The contact email.</summary>
    [Id(4)] public string ContactEmail { get; init; } = "";

    /// <summary>Holds personal data.</summary>
    public override string ToString() => nameof(MergeFacts);
}
