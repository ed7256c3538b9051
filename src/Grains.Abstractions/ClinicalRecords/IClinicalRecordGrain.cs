using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.ClinicalRecords;

/// <summary>
/// The clinical record of one patient. Key: <c>{org}/{patient}</c>. A patient reads what is shared, and only through an elevated session:
/// the grain asks the session itself at each call, so that a revoked elevation is felt at once. Each reading is in the audit log.
/// </summary>
[Alias("portal.IClinicalRecordGrain"), Repeatable]
public interface IClinicalRecordGrain : IGrainWithStringKey
{
    /// <summary>What is shared with the patient, newest first in each section.</summary>
    [Alias("ReadShared"), Door(Callers.PatientElevated | Callers.CaregiverRecords)]
    Task<ReadRecordOutcome> ReadShared();

    /// <summary>Everything, for those who treat the patient.</summary>
    [Alias("ReadAll"), Door(Callers.Practitioner)]
    Task<ClinicalRecordView> ReadAll();

    /// <summary>
    /// Adds an entry. An entry of the same id is not added twice. Refused for a patient who was merged into another: it belongs there.
    /// </summary>
    [Alias("Add"), Door(Callers.Practitioner | Callers.Operator)]
    Task<AddEntryOutcome> Add(RecordEntry entry);

    /// <summary>Adds many entries at once, as <see cref="Add"/> each; the count of those added.</summary>
    [Alias("AddRange"), Door(Callers.Operator)]
    Task<int> AddRange(IReadOnlyList<RecordEntry> entries);

    /// <summary>Every entry as it was added, for a merge of two patients.</summary>
    [Alias("Entries"), Door(Callers.Grain)]
    Task<IReadOnlyList<RecordEntry>> Entries();

    /// <summary>
    /// Takes in the entries of a patient who was merged into this one, all of them: that there is room was asked before. Again adds none
    /// twice; an id that is taken by another entry is replaced.
    /// </summary>
    [Alias("TakeIn"), Door(Callers.Grain)]
    Task TakeIn(string from, IReadOnlyList<RecordEntry> entries);

    /// <summary>Shares an entry with the patient, or stops sharing it. False where there is no such entry.</summary>
    [Alias("Share"), Door(Callers.Practitioner)]
    Task<bool> Share(string entryId, bool shared);
}

/// <summary>The sections of a clinical record.</summary>
[GenerateSerializer, Alias("portal.RecordSection")]
public enum RecordSection
{
    /// <summary>Notes of visits.</summary>
    Notes,

    /// <summary>Results of tests.</summary>
    Results,

    /// <summary>Medications.</summary>
    Medications,

    /// <summary>Allergies.</summary>
    Allergies,

    /// <summary>Immunisations.</summary>
    Immunisations,
}

/// <summary>One entry of a clinical record.</summary>
[GenerateSerializer, Alias("portal.RecordEntry"), Immutable]
public sealed record RecordEntry
{
    /// <summary>The longest text, in characters. Ours.</summary>
    public const int MaxText = 4_000;

    /// <summary>The most entries of one record. Ours; the record is one grain's state.</summary>
    public const int MaxEntries = 2_000;

    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Section.</summary>
    [Id(1)] public RecordSection Section { get; init; }

    /// <summary>The day it is about.</summary>
    [Id(2)] public DateOnly On { get; init; }

    /// <summary>Heading, such as "Full blood count"; at most 200 characters.</summary>
    [Id(3)] public string Title { get; init; } = "";

    /// <summary>Text; at most <see cref="MaxText"/> characters.</summary>
    [Id(4)] public string Text { get; init; } = "";

    /// <summary>Who entered it.</summary>
    [Id(5)] public string Author { get; init; } = "";

    /// <summary>Whether the patient may read it.</summary>
    [Id(6)] public bool Shared { get; init; }
}

/// <summary>A clinical record.</summary>
[GenerateSerializer, Alias("portal.ClinicalRecordView"), Immutable]
public sealed record ClinicalRecordView
{
    /// <summary>The entries, newest first.</summary>
    [Id(0)] public IReadOnlyList<RecordEntry> Entries { get; init; } = [];
}

/// <summary>What came of reading.</summary>
[GenerateSerializer, Alias("portal.ReadRecordOutcome")]
public abstract record ReadRecordOutcome
{
    private ReadRecordOutcome() { }

    /// <summary>The record.</summary>
    [GenerateSerializer, Alias("portal.ReadRecordOutcome.Read")]
    public sealed record Read : ReadRecordOutcome
    {
        /// <summary>What is shared.</summary>
        [Id(0)] public ClinicalRecordView Record { get; init; } = new();
    }

    /// <summary>The session is not elevated (any more).</summary>
    [GenerateSerializer, Alias("portal.ReadRecordOutcome.NotElevated")]
    public sealed record NotElevated : ReadRecordOutcome;

    /// <summary>The organisation does not show this section.</summary>
    [GenerateSerializer, Alias("portal.ReadRecordOutcome.SectionHidden")]
    public sealed record SectionHidden : ReadRecordOutcome;
}

/// <summary>What came of adding an entry.</summary>
[GenerateSerializer, Alias("portal.AddEntryOutcome")]
public enum AddEntryOutcome
{
    /// <summary>In the record, now or before.</summary>
    Added,

    /// <summary>A text is missing or too long.</summary>
    Invalid,

    /// <summary>The record is full.</summary>
    Full,

    /// <summary>The patient was merged into another, whose record it belongs to.</summary>
    Merged,
}
