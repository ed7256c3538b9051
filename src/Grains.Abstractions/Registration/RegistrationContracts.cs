using Orleans;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Abstractions.Registration;

/// <summary>The bounds of online registration.</summary>
public static class RegistrationLimits
{
    /// <summary>How long the link in the message works. Ours: people read their mail within a day.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>How long the details of a decided one are kept for staff. Ours: as the ends of sessions.</summary>
    public static readonly TimeSpan KeptAfterDecision = TimeSpan.FromDays(30);

    /// <summary>Registrations of one address in an hour. Ours: fewer than codes, of which the security rules allow 5.</summary>
    public const int PerHour = 3;

    /// <summary>The same in a day. Ours.</summary>
    public const int PerDay = 6;

    /// <summary>The longest words of staff in a refusal, in characters. Ours.</summary>
    public const int MaxNote = 400;

    /// <summary>Rows of a page of the list.</summary>
    public const int PageSize = 25;
}

/// <summary>How a registration stands. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.RegistrationStage")]
public enum RegistrationStage
{
    /// <summary>There is none.</summary>
    None = 0,

    /// <summary>The link was sent, and its button not pressed yet.</summary>
    Waiting = 1,

    /// <summary>The address is proved; staff decide, since somebody like that is on file or the organisation looks at each.</summary>
    Held = 2,

    /// <summary>A patient was made of it.</summary>
    Confirmed = 3,

    /// <summary>Staff found it to be a patient who is on file, and invited that patient.</summary>
    Attached = 4,

    /// <summary>Staff refused it.</summary>
    Refused = 5,

    /// <summary>Never confirmed in time, or replaced by a newer one; its details are forgotten.</summary>
    Ended = 6,
}

/// <summary>The form of somebody who registers.</summary>
[GenerateSerializer, Alias("portal.SubmitRegistration"), Immutable]
public sealed record SubmitRegistration
{
    /// <summary>Name, date of birth, and contact details; email, street, town and postal code are needed.</summary>
    [Id(0)] public RegisterPatient Details { get; init; } = new();

    /// <summary>"The clinic may keep and use these details" was ticked; without it nothing is taken.</summary>
    [Id(1)] public bool Consent { get; init; }

    /// <summary>The token, whose hash is the grain's key. It goes into the message and is kept nowhere.</summary>
    [Id(2)] public string Token { get; init; } = "";
}

/// <summary>What came of sending the form.</summary>
[GenerateSerializer, Alias("portal.SubmitOutcome")]
public abstract record SubmitOutcome
{
    private SubmitOutcome() { }

    /// <summary>The link is on its way, now or before.</summary>
    [GenerateSerializer, Alias("portal.SubmitOutcome.Sent"), Immutable]
    public sealed record Sent : SubmitOutcome;

    /// <summary>Too many from this address or this client.</summary>
    [GenerateSerializer, Alias("portal.SubmitOutcome.TooMany"), Immutable]
    public sealed record TooMany : SubmitOutcome
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>The organisation takes no registrations online.</summary>
    [GenerateSerializer, Alias("portal.SubmitOutcome.Closed"), Immutable]
    public sealed record Closed : SubmitOutcome;

    /// <summary>Something is missing, too long or no address; the page says what before it sends.</summary>
    [GenerateSerializer, Alias("portal.SubmitOutcome.Invalid"), Immutable]
    public sealed record Invalid : SubmitOutcome;
}

/// <summary>What the page of a link shows to somebody who has only the token.</summary>
[GenerateSerializer, Alias("portal.RegistrationPage"), Immutable]
public sealed record RegistrationPage
{
    /// <summary>How it stands.</summary>
    [Id(0)] public RegistrationStage Stage { get; init; }

    /// <summary>Until when the link works.</summary>
    [Id(1)] public DateTimeOffset Deadline { get; init; }
}

/// <summary>What came of pressing the button of the link.</summary>
[GenerateSerializer, Alias("portal.RegistrationVerdict")]
public abstract record RegistrationVerdict
{
    private RegistrationVerdict() { }

    /// <summary>On file, with access: the patient may be signed in.</summary>
    [GenerateSerializer, Alias("portal.RegistrationVerdict.Registered"), Immutable]
    public sealed record Registered : RegistrationVerdict
    {
        /// <summary>The patient.</summary>
        [Id(0)] public string Patient { get; init; } = "";

        /// <summary>The credential that was proved, <c>{kind}.{keyed hash}</c>.</summary>
        [Id(1)] public string Credential { get; init; } = "";
    }

    /// <summary>Staff decide.</summary>
    [GenerateSerializer, Alias("portal.RegistrationVerdict.Held"), Immutable]
    public sealed record Held : RegistrationVerdict;

    /// <summary>The link no longer works.</summary>
    [GenerateSerializer, Alias("portal.RegistrationVerdict.Ended"), Immutable]
    public sealed record Ended : RegistrationVerdict;

    /// <summary>Could not be finished just now; the same operation may try again.</summary>
    [GenerateSerializer, Alias("portal.RegistrationVerdict.TryAgain"), Immutable]
    public sealed record TryAgain : RegistrationVerdict;
}

/// <summary>Somebody whose address is proved.</summary>
[GenerateSerializer, Alias("portal.AdmitPerson"), Immutable]
public sealed record AdmitPerson
{
    /// <summary>The id that the patient will have.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>What is to be done by the patient.</summary>
    [Id(1)] public RegisterOnline Command { get; init; } = new();
}

/// <summary>What came of somebody at the gate.</summary>
[GenerateSerializer, Alias("portal.AdmitOutcome")]
public enum AdmitOutcome
{
    /// <summary>On file, with access.</summary>
    Registered = 0,

    /// <summary>Somebody like that is on file; nothing was made.</summary>
    Held = 1,

    /// <summary>Could not be finished just now.</summary>
    Busy = 2,
}

/// <summary>A registration as staff see it.</summary>
[GenerateSerializer, Alias("portal.RegistrationView"), Immutable]
public sealed record RegistrationView
{
    /// <summary>How it stands, judged now.</summary>
    [Id(0)] public RegistrationStage Stage { get; init; }

    /// <summary>What was typed.</summary>
    [Id(1)] public RegisterPatient Details { get; init; } = new();

    /// <summary>When.</summary>
    [Id(2)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the address was proved; null: not.</summary>
    [Id(3)] public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>The patient that was made or found; empty: none.</summary>
    [Id(4)] public string Patient { get; init; } = "";

    /// <summary>When it was decided; null: not.</summary>
    [Id(5)] public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The staff member who decided; empty: nobody had to.</summary>
    [Id(6)] public string DecidedBy { get; init; } = "";

    /// <summary>What staff wrote to a person who was refused.</summary>
    [Id(7)] public string Note { get; init; } = "";

    /// <summary>Until when the link works.</summary>
    [Id(8)] public DateTimeOffset Deadline { get; init; }
}

/// <summary>What came of a decision of staff.</summary>
[GenerateSerializer, Alias("portal.DecisionOutcome")]
public enum DecisionOutcome
{
    /// <summary>Done, now or before.</summary>
    Done = 0,

    /// <summary>A patient was made, without access: the address signs somebody else in, or is not proved.</summary>
    WithoutAccess = 1,

    /// <summary>There is none of this name, or it was decided otherwise, or has ended.</summary>
    Overtaken = 2,

    /// <summary>The patient has no email, or no postal code, on file: nobody could be invited. Nothing was changed.</summary>
    CannotInvite = 3,

    /// <summary>The patient is blocked. Nothing was changed.</summary>
    Blocked = 4,

    /// <summary>Could not be finished just now; try again.</summary>
    Busy = 5,
}

/// <summary>Which registrations are listed.</summary>
[GenerateSerializer, Alias("portal.RegistrationQuery"), Immutable]
public sealed record RegistrationQuery
{
    /// <summary>Only those that stand so; <see cref="RegistrationStage.None"/>: all. Confirmed means attached too.</summary>
    [Id(0)] public RegistrationStage Stage { get; init; }

    /// <summary>The page, from 1.</summary>
    [Id(1)] public int Page { get; init; } = 1;
}

/// <summary>A page of registrations.</summary>
[GenerateSerializer, Alias("portal.RegistrationList"), Immutable]
public sealed record RegistrationList
{
    /// <summary>The rows.</summary>
    [Id(0)] public IReadOnlyList<RegistrationRow> Rows { get; init; } = [];

    /// <summary>How many there are in all.</summary>
    [Id(1)] public int Total { get; init; }

    /// <summary>How many wait for staff.</summary>
    [Id(2)] public int Held { get; init; }
}

/// <summary>A registration in a list.</summary>
[GenerateSerializer, Alias("portal.RegistrationRow"), Immutable]
public sealed record RegistrationRow
{
    /// <summary>Its id, which is not a secret.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>How it stands.</summary>
    [Id(1)] public RegistrationStage Stage { get; init; }

    /// <summary>Given name.</summary>
    [Id(2)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(3)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth.</summary>
    [Id(4)] public DateOnly BirthDate { get; init; }

    /// <summary>Email.</summary>
    [Id(5)] public string Email { get; init; } = "";

    /// <summary>When the form was sent.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The patient that was made or found; empty: none.</summary>
    [Id(7)] public string Patient { get; init; } = "";
}

/// <summary>A registration beside the patients who might be the same person.</summary>
[GenerateSerializer, Alias("portal.RegistrationComparison"), Immutable]
public sealed record RegistrationComparison
{
    /// <summary>The registration.</summary>
    [Id(0)] public RegistrationView Registration { get; init; } = new();

    /// <summary>Those who might be the same person, while it is not decided.</summary>
    [Id(1)] public IReadOnlyList<ComparedPatient> Patients { get; init; } = [];
}

/// <summary>A patient who might be the same person.</summary>
[GenerateSerializer, Alias("portal.ComparedPatient"), Immutable]
public sealed record ComparedPatient
{
    /// <summary>The most that are shown beside a registration. Ours: a page that can be read.</summary>
    public const int Most = 5;

    /// <summary>The patient.</summary>
    [Id(0)] public PatientView Patient { get; init; } = new();

    /// <summary>Why, the strongest first.</summary>
    [Id(1)] public IReadOnlyList<DuplicateReason> Reasons { get; init; } = [];
}
