using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.ClinicalRecords;

/// <summary>What is stored of a clinical record.</summary>
[GenerateSerializer, Alias("portal.ClinicalRecordState")]
public sealed record ClinicalRecordState : IUntold<ClinicalRecordState>
{
    /// <summary>The entries, at most <see cref="RecordEntry.MaxEntries"/>, in the order in which they were added.</summary>
    [Id(0)] public List<RecordEntry> Entries { get; init; } = [];

    /// <inheritdoc />
    [Id(1)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public ClinicalRecordState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>The rules of a clinical record.</summary>
public static class ClinicalRecord
{
    private const int MaxTitle = 200;

    /// <summary>What the patient may read, newest first.</summary>
    public static ClinicalRecordView Shared(ClinicalRecordState state) => View(state.Entries.Where(e => e.Shared));

    /// <summary>Everything, newest first.</summary>
    public static ClinicalRecordView All(ClinicalRecordState state) => View(state.Entries);

    /// <summary>Adds an entry, once for each id.</summary>
    public static (AddEntryOutcome Outcome, ClinicalRecordState State) Add(ClinicalRecordState state, RecordEntry entry)
    {
        if (state.Entries.Exists(e => e.Id == entry.Id)) return (AddEntryOutcome.Added, state);
        if (!IsValid(entry)) return (AddEntryOutcome.Invalid, state);
        if (state.Entries.Count >= RecordEntry.MaxEntries) return (AddEntryOutcome.Full, state);
        return (AddEntryOutcome.Added, state with { Entries = [.. state.Entries, entry] });
    }

    /// <summary>Whether one record holds the entries of both.</summary>
    public static bool HasRoom(int mine, int others) => mine + others <= RecordEntry.MaxEntries;

    /// <summary>
    /// Takes in another record's entries, whatever their number: nothing of it is lost on the way. The same state where all are there.
    /// </summary>
    public static ClinicalRecordState TakeIn(ClinicalRecordState state, string from, IReadOnlyList<RecordEntry> entries)
    {
        List<RecordEntry> taken = [];
        foreach (var entry in entries)
        {
            var known = state.Entries.Find(e => e.Id == entry.Id);
            // Whether it is shared may have been changed here since it was taken in.
            if (known is not null && known with { Shared = entry.Shared } == entry) continue;
            var own = known is null ? entry : entry with { Id = Ids.Derive("r", $"{from}/{entry.Id}") };
            if (!state.Entries.Exists(e => e.Id == own.Id)) taken.Add(own);
        }

        return taken.Count == 0 ? state : state with { Entries = [.. state.Entries, .. taken] };
    }

    /// <summary>Shares an entry or stops sharing it. Null where there is no such entry.</summary>
    public static ClinicalRecordState? Share(ClinicalRecordState state, string entryId, bool shared)
    {
        var index = state.Entries.FindIndex(e => e.Id == entryId);
        if (index < 0) return null;
        if (state.Entries[index].Shared == shared) return state;
        List<RecordEntry> entries = [.. state.Entries];
        entries[index] = entries[index] with { Shared = shared };
        return state with { Entries = entries };
    }

    private static bool IsValid(RecordEntry entry) =>
        entry.Id.Length > 0 && entry.Title.Length is > 0 and <= MaxTitle && entry.Text.Length <= RecordEntry.MaxText
            && entry.Author.Length <= MaxTitle;

    private static ClinicalRecordView View(IEnumerable<RecordEntry> entries) =>
        new() { Entries = [.. entries.OrderByDescending(e => e.On)] };
}
