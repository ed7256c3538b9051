using Orleans;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Whether a patient may use the portal, as staff set it.</summary>
[GenerateSerializer, Alias("portal.AccessLevel")]
public enum AccessLevel
{
    /// <summary>No access to the portal. The default.</summary>
    NoAccess,

    /// <summary>The patient can access the portal.</summary>
    CanAccess,
}

/// <summary>Access as lists show it: the level, or blocked, which wins.</summary>
[GenerateSerializer, Alias("portal.AccessState")]
public enum AccessState
{
    /// <summary>No access.</summary>
    NoAccess,

    /// <summary>Can access.</summary>
    CanAccess,

    /// <summary>Blocked.</summary>
    Blocked,
}

/// <summary>How the patient came on file, which decides the first access level.</summary>
[GenerateSerializer, Alias("portal.PatientOrigin")]
public enum PatientOrigin
{
    /// <summary>Added by staff.</summary>
    Manual,

    /// <summary>Imported from another system.</summary>
    Imported,

    /// <summary>Registered online.</summary>
    Online,
}

/// <summary>Contact details: for general contact only, may be shared by a family, never used to sign in.</summary>
[GenerateSerializer, Alias("portal.ContactDetails"), Immutable]
public sealed record ContactDetails
{
    /// <summary>Email.</summary>
    [Id(0)] public string Email { get; init; } = "";

    /// <summary>Mobile number as written.</summary>
    [Id(1)] public string Mobile { get; init; } = "";

    /// <summary>Home telephone as written.</summary>
    [Id(2)] public string HomePhone { get; init; } = "";

    /// <summary>Street and house.</summary>
    [Id(3)] public string Street { get; init; } = "";

    /// <summary>Town.</summary>
    [Id(4)] public string Town { get; init; } = "";

    /// <summary>Home postal or zip code.</summary>
    [Id(5)] public string PostalCode { get; init; } = "";
}

/// <summary>Makes a patient.</summary>
[GenerateSerializer, Alias("portal.RegisterPatient"), Immutable]
public sealed record RegisterPatient
{
    /// <summary>The longest name part, address part or contact value, in characters. Ours.</summary>
    public const int MaxText = 100;

    /// <summary>Given name.</summary>
    [Id(0)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(1)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth, not in the future and not before 1900.</summary>
    [Id(2)] public DateOnly BirthDate { get; init; }

    /// <summary>Contact details.</summary>
    [Id(3)] public ContactDetails Contact { get; init; } = new();

    /// <summary>How the patient came on file.</summary>
    [Id(4)] public PatientOrigin Origin { get; init; }

    /// <summary>The id by which the system that the patient was imported from knows them; empty: none.</summary>
    [Id(10)] public string ExternalId { get; init; } = "";

    /// <summary>
    /// Whether the person is no patient, and is put on file to act for others only: in no list of patients. Needs no postal code.
    /// </summary>
    [Id(40)] public bool CaregiverOnly { get; init; }
}

/// <summary>What came of registering a patient.</summary>
[GenerateSerializer, Alias("portal.RegisterOutcome")]
public enum RegisterOutcome
{
    /// <summary>On file, now or before.</summary>
    Registered,

    /// <summary>A name is missing or a value is too long.</summary>
    Invalid,
}

/// <summary>A patient's details.</summary>
[GenerateSerializer, Alias("portal.PatientView"), Immutable]
public sealed record PatientView
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Given name.</summary>
    [Id(1)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(2)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth.</summary>
    [Id(3)] public DateOnly BirthDate { get; init; }

    /// <summary>Contact details.</summary>
    [Id(4)] public ContactDetails Contact { get; init; } = new();

    /// <summary>Access state.</summary>
    [Id(5)] public AccessState Access { get; init; }

    /// <summary>Rises with each change of the details.</summary>
    [Id(10)] public int DetailsVersion { get; init; }

    /// <summary>Whether it is a test patient, kept out of counts and of work on many.</summary>
    [Id(11)] public bool Test { get; init; }

    /// <summary>Tags, in order.</summary>
    [Id(12)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The patient that this one was merged into; empty: none.</summary>
    [Id(13)] public string MergedInto { get; init; } = "";

    /// <summary>Whether the person is no patient, and is on file to act for others.</summary>
    [Id(20)] public bool CaregiverOnly { get; init; }

    /// <summary>Given and family name.</summary>
    public string FullName => $"{GivenName} {FamilyName}";
}

/// <summary>One portal credential as staff see it.</summary>
[GenerateSerializer, Alias("portal.CredentialView"), Immutable]
public sealed record CredentialView
{
    /// <summary>Kind.</summary>
    [Id(0)] public CredentialKind Kind { get; init; }

    /// <summary>The value in its canonical form, such as <c>a@x.org</c> or <c>+447700900123</c>.</summary>
    [Id(1)] public string Value { get; init; } = "";

    /// <summary>When the patient's first code through it succeeded; null: unverified.</summary>
    [Id(2)] public DateTimeOffset? VerifiedAt { get; init; }

    /// <summary>When it was set.</summary>
    [Id(3)] public DateTimeOffset SetAt { get; init; }
}

/// <summary>What the Online Access tab shows.</summary>
[GenerateSerializer, Alias("portal.OnlineAccessView"), Immutable]
public sealed record OnlineAccessView
{
    /// <summary>The patient.</summary>
    [Id(0)] public PatientView Patient { get; init; } = new();

    /// <summary>Access level.</summary>
    [Id(1)] public AccessLevel Level { get; init; }

    /// <summary>When blocked; null: not blocked.</summary>
    [Id(2)] public DateTimeOffset? BlockedAt { get; init; }

    /// <summary>Why blocked, in the words of the staff member.</summary>
    [Id(3)] public string BlockReason { get; init; } = "";

    /// <summary>The credentials that are set.</summary>
    [Id(4)] public IReadOnlyList<CredentialView> Credentials { get; init; } = [];

    /// <summary>What is missing before access can be given.</summary>
    [Id(5)] public IReadOnlyList<AccessCondition> Missing { get; init; } = [];

    /// <summary>Last sign-in; null where there was none.</summary>
    [Id(6)] public DateTimeOffset? LastSignIn { get; init; }

    /// <summary>A credential change that has not finished; it finishes by itself.</summary>
    [Id(7)] public bool ChangeUnderWay { get; init; }

    /// <summary>The authenticator app.</summary>
    [Id(20)] public MfaView Mfa { get; init; } = new();

    /// <summary>The change of a credential that waits for a second staff member; null: none.</summary>
    [Id(21)] public CredentialRequestView? CredentialRequest { get; init; }
}

/// <summary>What access needs on file.</summary>
[GenerateSerializer, Alias("portal.AccessCondition")]
public enum AccessCondition
{
    /// <summary>A contact email.</summary>
    Email,

    /// <summary>A home postal code.</summary>
    PostalCode,
}

/// <summary>What came of giving or taking access.</summary>
[GenerateSerializer, Alias("portal.AccessOutcome")]
public abstract record AccessOutcome
{
    private AccessOutcome() { }

    /// <summary>Set.</summary>
    [GenerateSerializer, Alias("portal.AccessOutcome.Set")]
    public sealed record Set : AccessOutcome;

    /// <summary>Refused: something that access needs is not on file.</summary>
    [GenerateSerializer, Alias("portal.AccessOutcome.MissingDetails")]
    public sealed record MissingDetails : AccessOutcome
    {
        /// <summary>What is missing.</summary>
        [Id(0)] public IReadOnlyList<AccessCondition> Missing { get; init; } = [];
    }

    /// <summary>No such patient.</summary>
    [GenerateSerializer, Alias("portal.AccessOutcome.Unknown")]
    public sealed record Unknown : AccessOutcome;
}

/// <summary>Whether a patient's sessions, links and invitations work.</summary>
[GenerateSerializer, Alias("portal.PatientStanding"), Immutable]
public sealed record PatientStanding
{
    /// <summary>Why not; <see cref="StandingKind.Good"/> where they do.</summary>
    [Id(0)] public StandingKind Kind { get; init; }

    /// <summary>Sessions made under an older epoch are dead.</summary>
    [Id(1)] public int Epoch { get; init; }

    /// <summary>The invitation that counts; null where there is none.</summary>
    [Id(2)] public string? CurrentInvitation { get; init; }

    /// <summary>Given name, for greeting a signed-in patient.</summary>
    [Id(3)] public string GivenName { get; init; } = "";

    /// <summary>Rises with each block, and whenever access is taken, so that links and invitations of before stay dead after it.</summary>
    [Id(4)] public int BlockCount { get; init; }

    /// <summary>When <see cref="Epoch"/> last rose; codes that were asked for before are dead. Null: never.</summary>
    [Id(5)] public DateTimeOffset? EpochAt { get; init; }

    /// <summary>Whether an authenticator app is asked for at each sign-in.</summary>
    [Id(40)] public bool SecondFactor { get; init; }

    /// <summary>Whether the person is no patient, and is on file to act for others.</summary>
    [Id(41)] public bool CaregiverOnly { get; init; }

    /// <summary>Whether the person may act for others.</summary>
    [Id(42)] public bool ActsForOthers { get; init; }
}

/// <summary>The reasons for which a patient can't get in.</summary>
[GenerateSerializer, Alias("portal.StandingKind")]
public enum StandingKind
{
    /// <summary>No such patient.</summary>
    Unknown,

    /// <summary>Can get in.</summary>
    Good,

    /// <summary>No access.</summary>
    NoAccess,

    /// <summary>Blocked.</summary>
    Blocked,
}

/// <summary>Where a code goes.</summary>
[GenerateSerializer, Alias("portal.CodeDestination"), Immutable]
public sealed record CodeDestination
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>True: SMS to a mobile number. False: email.</summary>
    [Id(1)] public bool Sms { get; init; }

    /// <summary>The address or number.</summary>
    [Id(2)] public string Address { get; init; } = "";

    /// <summary>
    /// The standing now: only where <see cref="StandingKind.Good"/> is a code sent; otherwise a notice that access is not on.
    /// </summary>
    [Id(3)] public StandingKind Standing { get; init; }

    /// <summary>The grain that holds the budgets of this destination: <c>{kind}.{keyed hash}</c>.</summary>
    [Id(4)] public string Subject { get; init; } = "";
}

/// <summary>The patient's half of accepting an invitation.</summary>
[GenerateSerializer, Alias("portal.AcceptInvitation"), Immutable]
public sealed record AcceptInvitation
{
    /// <summary>The accepting operation: the hash of the session that will begin.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>The invitation's token hash.</summary>
    [Id(1)] public string Invitation { get; init; } = "";

    /// <summary>The address that the code went to.</summary>
    [Id(2)] public string Address { get; init; } = "";
}

/// <summary>What came of the patient's half of accepting an invitation.</summary>
[GenerateSerializer, Alias("portal.AcceptOutcome")]
public enum AcceptOutcome
{
    /// <summary>Access is on and the credential verified.</summary>
    Accepted,

    /// <summary>Another invitation counts, or none does: the patient was blocked, or access was taken, since it was made.</summary>
    NotCurrent,

    /// <summary>
    /// The invited address signs another patient in, and this patient has no credential of their own: the clinic has to help (a username,
    /// or another address).
    /// </summary>
    AddressTaken,

    /// <summary>Access needs details that are not on file.</summary>
    MissingDetails,

    /// <summary>A change is under way and could not be finished just now; try again.</summary>
    Busy,

    /// <summary>Accepted, by an address that is none by which the patient got in until now: they are told where they are reached.</summary>
    AcceptedElsewhere,
}
