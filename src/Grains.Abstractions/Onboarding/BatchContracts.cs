using Orleans;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Abstractions.Onboarding;

/// <summary>What a batch does. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.BatchJob")]
public enum BatchJob
{
    /// <summary>Puts the people of a file on file.</summary>
    Import = 0,

    /// <summary>Gives access, invites, sends links.</summary>
    Onboarding = 1,

    /// <summary>Makes contact details credentials.</summary>
    Backfill = 2,
}

/// <summary>How far a batch has come. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.BatchStage")]
public enum BatchStage
{
    /// <summary>There is no such batch.</summary>
    None = 0,

    /// <summary>Its rows are coming in.</summary>
    Filling = 1,

    /// <summary>Somebody has to say what the columns are.</summary>
    Mapping = 2,

    /// <summary>Rows are being judged. Nothing is changed.</summary>
    Checking = 3,

    /// <summary>Judged; waits for somebody to begin it.</summary>
    Ready = 4,

    /// <summary>Rows are being worked through.</summary>
    Running = 5,

    /// <summary>Done.</summary>
    Done = 7,

    /// <summary>Stopped for good. What was done stays done.</summary>
    Cancelled = 8,
}

/// <summary>What came, or is to come, of a row. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.RowOutcome")]
public enum RowOutcome
{
    /// <summary>Still to be done; after the check: will be.</summary>
    ToDo = 0,

    /// <summary>Done.</summary>
    Done = 1,

    /// <summary>Import: is a patient on file, who stays as they are.</summary>
    OnFile = 2,

    /// <summary>Import: the same person as an earlier row of the file.</summary>
    Repeated = 3,

    /// <summary>Something in the row cannot be right; the detail says what.</summary>
    Invalid = 4,

    /// <summary>Backfill: the patient has a credential of this kind.</summary>
    AlreadySet = 5,

    /// <summary>Backfill: several patients have this contact.</summary>
    Shared = 6,

    /// <summary>Backfill: another patient signs in with it.</summary>
    Taken = 7,

    /// <summary>No email on file.</summary>
    NoEmail = 8,

    /// <summary>No home postal code on file.</summary>
    NoPostalCode = 9,

    /// <summary>The patient is blocked.</summary>
    Blocked = 10,

    /// <summary>A patient for trying things out, whom bulk work leaves alone.</summary>
    TestPatient = 11,

    /// <summary>The patient accepted an invitation, or signs in already.</summary>
    AlreadyIn = 12,

    /// <summary>An invitation is open.</summary>
    InvitedAlready = 13,

    /// <summary>An invitation ran out, and inviting again was not chosen.</summary>
    InvitationExpired = 14,

    /// <summary>There is no such patient any more.</summary>
    Gone = 15,

    /// <summary>Failed for no reason of its own; may be tried in another batch.</summary>
    Failed = 16,

    /// <summary>The portal is switched off.</summary>
    PortalDisabled = 17,

    /// <summary>Is so already.</summary>
    NothingToDo = 18,

    /// <summary>The patient gets in already, and a second staff member has to approve another way in.</summary>
    NeedsApproval = 19,
}

/// <summary>What a column of a file is.</summary>
[GenerateSerializer, Alias("portal.ImportField")]
public enum ImportField
{
    /// <summary>Nothing that is wanted.</summary>
    None = 0,

    /// <summary>The other system's id.</summary>
    ExternalId = 1,

    /// <summary>Given name.</summary>
    GivenName = 2,

    /// <summary>Family name.</summary>
    FamilyName = 3,

    /// <summary>Given and family name in one, or <c>Family, Given</c>.</summary>
    FullName = 4,

    /// <summary>Date of birth.</summary>
    BirthDate = 5,

    /// <summary>Email.</summary>
    Email = 6,

    /// <summary>Mobile number.</summary>
    Mobile = 7,

    /// <summary>Home telephone.</summary>
    HomePhone = 8,

    /// <summary>Street and house.</summary>
    Street = 9,

    /// <summary>Town.</summary>
    Town = 10,

    /// <summary>Postal or zip code.</summary>
    PostalCode = 11,
}

/// <summary>Makes a batch.</summary>
[GenerateSerializer, Alias("portal.CreateBatch"), Immutable]
public sealed record CreateBatch
{
    /// <summary>The longest name, in characters. Ours.</summary>
    public const int MaxName = 100;

    /// <summary>The most columns of a file. Ours.</summary>
    public const int MaxColumns = 100;

    /// <summary>What it does.</summary>
    [Id(0)] public BatchJob Job { get; init; }

    /// <summary>What staff call it, such as the name of the file; cut to <see cref="MaxName"/>.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>Import: the names of the columns, as the file has them.</summary>
    [Id(2)] public IReadOnlyList<string> Header { get; init; } = [];

    /// <summary>Import: what the columns are, where the file's format says so; else empty.</summary>
    [Id(3)] public IReadOnlyList<ImportField> Columns { get; init; } = [];

    /// <summary>Onboarding: what is done to whom.</summary>
    [Id(4)] public OnboardingOrder Onboarding { get; init; } = new();
}

/// <summary>What an onboarding does, and to whom.</summary>
[GenerateSerializer, Alias("portal.OnboardingOrder"), Immutable]
public sealed record OnboardingOrder
{
    /// <summary>The most patients chosen one by one. Ours: more are chosen by a filter.</summary>
    public const int MaxChosen = 1_000;

    /// <summary>Give access.</summary>
    [Id(0)] public bool GiveAccess { get; init; }

    /// <summary>Invite by email.</summary>
    [Id(1)] public bool Invite { get; init; }

    /// <summary>Invite those again whose invitation ran out.</summary>
    [Id(2)] public bool InviteExpired { get; init; }

    /// <summary>Send a link to the portal.</summary>
    [Id(3)] public bool SendLink { get; init; }

    /// <summary>The patients chosen one by one; empty: all that <see cref="Matching"/> finds.</summary>
    [Id(4)] public IReadOnlyList<string> Patients { get; init; } = [];

    /// <summary>Whom it is for, where none are chosen one by one. Page and size do not count.</summary>
    [Id(5)] public PatientQuery Matching { get; init; } = new();
}

/// <summary>What came of making a batch.</summary>
[GenerateSerializer, Alias("portal.CreateBatchOutcome")]
public enum CreateBatchOutcome
{
    /// <summary>Made, now or before.</summary>
    Created,

    /// <summary>There is nothing to do in it: no action, no columns, or too many of something.</summary>
    Invalid,
}

/// <summary>What came of saying what the columns are.</summary>
[GenerateSerializer, Alias("portal.MapOutcome")]
public enum MapOutcome
{
    /// <summary>The rows are being judged by it.</summary>
    Checking,

    /// <summary>No column is the name.</summary>
    NoName,

    /// <summary>No column is the date of birth.</summary>
    NoBirthDate,

    /// <summary>Two columns are said to be the same.</summary>
    Twice,

    /// <summary>The batch is none that waits for this.</summary>
    NotNow,
}

/// <summary>A batch as staff see it.</summary>
[GenerateSerializer, Alias("portal.BatchView"), Immutable]
public sealed record BatchView
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>What it does.</summary>
    [Id(1)] public BatchJob Job { get; init; }

    /// <summary>What staff call it.</summary>
    [Id(2)] public string Name { get; init; } = "";

    /// <summary>How far it has come.</summary>
    [Id(3)] public BatchStage Stage { get; init; }

    /// <summary>Whether it waits for somebody to resume it.</summary>
    [Id(4)] public bool Paused { get; init; }

    /// <summary>Rows in all.</summary>
    [Id(5)] public int Total { get; init; }

    /// <summary>Rows behind it in this stage.</summary>
    [Id(6)] public int Behind { get; init; }

    /// <summary>How many rows have each outcome, where any has.</summary>
    [Id(7)] public IReadOnlyList<OutcomeCount> Counts { get; init; } = [];

    /// <summary>When it was made.</summary>
    [Id(8)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was begun; null: not yet.</summary>
    [Id(9)] public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When it ended; null: not yet.</summary>
    [Id(10)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Import: the names of the columns.</summary>
    [Id(11)] public IReadOnlyList<string> Header { get; init; } = [];

    /// <summary>Import: what the columns are, as said or guessed.</summary>
    [Id(12)] public IReadOnlyList<ImportField> Columns { get; init; } = [];

    /// <summary>Onboarding: what it does.</summary>
    [Id(13)] public OnboardingOrder Onboarding { get; init; } = new();

    /// <summary>How many rows have this outcome.</summary>
    public int Count(RowOutcome outcome) => Counts.FirstOrDefault(c => c.Outcome == outcome)?.Rows ?? 0;

    /// <summary>Whether something happens by itself now.</summary>
    public bool IsMoving => !Paused && Stage is BatchStage.Filling or BatchStage.Checking or BatchStage.Running;
}

/// <summary>How many rows have an outcome.</summary>
[GenerateSerializer, Alias("portal.OutcomeCount"), Immutable]
public sealed record OutcomeCount
{
    /// <summary>The outcome.</summary>
    [Id(0)] public RowOutcome Outcome { get; init; }

    /// <summary>How many.</summary>
    [Id(1)] public int Rows { get; init; }
}

/// <summary>A batch in a list.</summary>
[GenerateSerializer, Alias("portal.BatchListRow"), Immutable]
public sealed record BatchListRow
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>What staff call it.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>How far it has come.</summary>
    [Id(2)] public BatchStage Stage { get; init; }

    /// <summary>Whether it is paused.</summary>
    [Id(3)] public bool Paused { get; init; }

    /// <summary>Rows in all.</summary>
    [Id(4)] public int Total { get; init; }

    /// <summary>Rows that were done.</summary>
    [Id(5)] public int Done { get; init; }

    /// <summary>When it was made.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>By whom: a staff member's id.</summary>
    [Id(7)] public string CreatedBy { get; init; } = "";
}
