using Orleans;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Kiosk;

/// <summary>
/// The intake forms of one patient: filled in on the clinic's tablet, or by the patient who is signed in. Key: <c>{org}/{patient}</c>. Asks
/// the session whether the tablet's is alive, and ends it with the form.
/// </summary>
[Alias("portal.IIntakeFormsGrain"), Repeatable]
public interface IIntakeFormsGrain : IGrainWithStringKey
{
    /// <summary>
    /// What the form begins with: nothing but the patient's own contact details. Null where there is nobody to fill it in.
    /// </summary>
    [Alias("Blank"), Door(Callers.Kiosk | Callers.PatientSelf)]
    Task<IntakeBlank?> Blank();

    /// <summary>Keeps a form. The same operation again keeps no second one. On a tablet the session ends with it.</summary>
    [Alias("Submit"), Door(Callers.Kiosk | Callers.PatientSelf)]
    Task<SubmitIntakeOutcome> Submit(SubmitIntake command);

    /// <summary>The newest forms, at most <see cref="IntakeLimits.Listed"/>.</summary>
    [Alias("List"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<IntakeRow>> List();

    /// <summary>A form, beside what is on file; null where there is none. Is written to the audit log.</summary>
    [Alias("Read"), Door(Callers.AnyStaff)]
    Task<IntakeForm?> Read(string form);

    /// <summary>Makes the forms another patient's: they were merged. Idempotent.</summary>
    [Alias("MoveTo"), Door(Callers.Grain)]
    Task MoveTo(string patient);
}

/// <summary>The bounds of intake forms.</summary>
public static class IntakeLimits
{
    /// <summary>The longest answer in words, in characters. Ours.</summary>
    public const int MaxAnswer = 2_000;

    /// <summary>Forms of one patient in a day. Ours: a form a visit, and room for mistakes.</summary>
    public const int PerDay = 10;

    /// <summary>How many are listed. Ours.</summary>
    public const int Listed = 50;
}

/// <summary>What an intake form begins with.</summary>
[GenerateSerializer, Alias("portal.IntakeBlank"), Immutable]
public sealed record IntakeBlank
{
    /// <summary>Given name.</summary>
    [Id(0)] public string GivenName { get; init; } = "";

    /// <summary>Contact details on file.</summary>
    [Id(1)] public ContactDetails Contact { get; init; } = new();
}

/// <summary>What was answered.</summary>
[GenerateSerializer, Alias("portal.IntakeAnswers"), Immutable]
public sealed record IntakeAnswers
{
    /// <summary>Contact details as the patient says they are. Nothing on file is changed by them.</summary>
    [Id(0)] public ContactDetails Contact { get; init; } = new();

    /// <summary>Allergies, in the patient's words.</summary>
    [Id(1)] public string Allergies { get; init; } = "";

    /// <summary>Medication, in the patient's words.</summary>
    [Id(2)] public string Medication { get; init; } = "";

    /// <summary>"This is right, and the clinic may keep it" was ticked.</summary>
    [Id(3)] public bool Consent { get; init; }
}

/// <summary>Hands a form in.</summary>
[GenerateSerializer, Alias("portal.SubmitIntake"), Immutable]
public sealed record SubmitIntake
{
    /// <summary>Names this form; on a tablet the session names it.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>What was answered.</summary>
    [Id(1)] public IntakeAnswers Answers { get; init; } = new();
}

/// <summary>What came of handing a form in.</summary>
[GenerateSerializer, Alias("portal.SubmitIntakeOutcome")]
public enum SubmitIntakeOutcome
{
    /// <summary>Kept, now or before.</summary>
    Kept = 0,

    /// <summary>The consent is missing, or an answer is too long or can't be shown.</summary>
    Invalid = 1,

    /// <summary>The tablet's session is over, or there is no such patient.</summary>
    Ended = 2,

    /// <summary>There were too many today.</summary>
    TooMany = 3,
}

/// <summary>A form in a list.</summary>
[GenerateSerializer, Alias("portal.IntakeRow"), Immutable]
public sealed record IntakeRow
{
    /// <summary>Its id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>When it was handed in.</summary>
    [Id(1)] public DateTimeOffset At { get; init; }

    /// <summary>On the clinic's tablet; else by the patient who was signed in.</summary>
    [Id(2)] public bool AtKiosk { get; init; }
}

/// <summary>A form with what was answered.</summary>
[GenerateSerializer, Alias("portal.IntakeForm"), Immutable]
public sealed record IntakeForm
{
    /// <summary>Its id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>When it was handed in.</summary>
    [Id(1)] public DateTimeOffset At { get; init; }

    /// <summary>On the clinic's tablet; else by the patient who was signed in.</summary>
    [Id(2)] public bool AtKiosk { get; init; }

    /// <summary>What was answered.</summary>
    [Id(3)] public IntakeAnswers Answers { get; init; } = new();
}
