using Orleans;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>Changes a patient's details as one form has them.</summary>
[GenerateSerializer, Alias("portal.EditPatient"), Immutable]
public sealed record EditPatient
{
    /// <summary>Names this click, so that a repeat of it is the same operation.</summary>
    [Id(0)] public string Operation { get; init; } = "";

    /// <summary>The <see cref="PatientView.DetailsVersion"/> that the form was filled from.</summary>
    [Id(1)] public int Version { get; init; }

    /// <summary>Given name.</summary>
    [Id(2)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(3)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth, not in the future and not before 1900.</summary>
    [Id(4)] public DateOnly BirthDate { get; init; }

    /// <summary>Contact details.</summary>
    [Id(5)] public ContactDetails Contact { get; init; } = new();

    /// <summary>Tags, at most 10 of at most 30 letters, digits and hyphens.</summary>
    [Id(6)] public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// Access may go off with what it needs: without it a change that takes the email or postal code of a patient with access away is not
    /// made.
    /// </summary>
    [Id(7)] public bool EndAccess { get; init; }
}

/// <summary>What came of changing a patient's details.</summary>
[GenerateSerializer, Alias("portal.EditOutcome")]
public abstract record EditOutcome
{
    private EditOutcome() { }

    /// <summary>On file, now or before.</summary>
    [GenerateSerializer, Alias("portal.EditOutcome.Saved")]
    public sealed record Saved : EditOutcome;

    /// <summary>Somebody else changed the details since the form was filled; nothing was changed.</summary>
    [GenerateSerializer, Alias("portal.EditOutcome.Stale")]
    public sealed record Stale : EditOutcome
    {
        /// <summary>The details as they are now.</summary>
        [Id(0)] public PatientView Current { get; init; } = new();
    }

    /// <summary>It would take away what access needs, and so end access; nothing was changed.</summary>
    [GenerateSerializer, Alias("portal.EditOutcome.EndsAccess")]
    public sealed record EndsAccess : EditOutcome
    {
        /// <summary>What would be missing.</summary>
        [Id(0)] public IReadOnlyList<AccessCondition> Missing { get; init; } = [];
    }

    /// <summary>A name is missing, or a value is too long, can't be shown or can't be.</summary>
    [GenerateSerializer, Alias("portal.EditOutcome.Invalid")]
    public sealed record Invalid : EditOutcome;

    /// <summary>
    /// Codes for the patient's username go to the contact email, and a second staff member approves changes of that: a sign-in email is to
    /// be set first, which can be asked for. Nothing was changed.
    /// </summary>
    [GenerateSerializer, Alias("portal.EditOutcome.NeedsApproval")]
    public sealed record NeedsApproval : EditOutcome;

    /// <summary>The patient is being merged at this moment; to be tried again.</summary>
    [GenerateSerializer, Alias("portal.EditOutcome.Busy")]
    public sealed record Busy : EditOutcome;

    /// <summary>No such patient, or one that was merged into another.</summary>
    [GenerateSerializer, Alias("portal.EditOutcome.Unknown")]
    public sealed record Unknown : EditOutcome;
}

/// <summary>A practitioner of the roster, and whether the patient may book them online.</summary>
[GenerateSerializer, Alias("portal.AvailablePractitioner"), Immutable]
public sealed record AvailablePractitioner
{
    /// <summary>The staff member's id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>Whether the patient may book them online.</summary>
    [Id(2)] public bool Available { get; init; }
}

/// <summary>Who might be the same person as somebody who is about to be put on file, or is already.</summary>
[GenerateSerializer, Alias("portal.DuplicateQuery"), Immutable]
public sealed record DuplicateQuery
{
    /// <summary>Given name.</summary>
    [Id(0)] public string GivenName { get; init; } = "";

    /// <summary>Family name.</summary>
    [Id(1)] public string FamilyName { get; init; } = "";

    /// <summary>Date of birth.</summary>
    [Id(2)] public DateOnly BirthDate { get; init; }

    /// <summary>Contact details, of which email and numbers count.</summary>
    [Id(3)] public ContactDetails Contact { get; init; } = new();

    /// <summary>The patient's own id, who is no duplicate; empty for a new one.</summary>
    [Id(4)] public string Except { get; init; } = "";
}

/// <summary>Why a patient might be the same person.</summary>
[GenerateSerializer, Alias("portal.DuplicateReason")]
public enum DuplicateReason
{
    /// <summary>The same date of birth and a similar name.</summary>
    NameAndBirthDate,

    /// <summary>The same email.</summary>
    Email,

    /// <summary>The same telephone number.</summary>
    Phone,
}

/// <summary>A patient who might be the same person.</summary>
[GenerateSerializer, Alias("portal.PossibleDuplicate"), Immutable]
public sealed record PossibleDuplicate
{
    /// <summary>The most that are found. Ours: who has more of them reads the list.</summary>
    public const int Most = 10;

    /// <summary>The patient.</summary>
    [Id(0)] public PatientRow Patient { get; init; } = new();

    /// <summary>Why, the strongest first.</summary>
    [Id(1)] public IReadOnlyList<DuplicateReason> Reasons { get; init; } = [];
}

/// <summary>A page of patients who are likely to be on file more than once.</summary>
[GenerateSerializer, Alias("portal.DuplicatePage"), Immutable]
public sealed record DuplicatePage
{
    /// <summary>Groups on a page. Ours.</summary>
    public const int Size = 20;

    /// <summary>The groups, each of two patients and more.</summary>
    [Id(0)] public IReadOnlyList<DuplicateGroup> Groups { get; init; } = [];

    /// <summary>Whether there is another page.</summary>
    [Id(1)] public bool More { get; init; }
}

/// <summary>Patients of one birth date and name.</summary>
[GenerateSerializer, Alias("portal.DuplicateGroup"), Immutable]
public sealed record DuplicateGroup
{
    /// <summary>The most of a group that are shown. Ours.</summary>
    public const int Most = 10;

    /// <summary>The patients.</summary>
    [Id(0)] public IReadOnlyList<PatientRow> Patients { get; init; } = [];
}
