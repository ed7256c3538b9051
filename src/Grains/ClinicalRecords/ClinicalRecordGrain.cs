using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.ClinicalRecords;

/// <inheritdoc cref="IClinicalRecordGrain" />
public sealed class ClinicalRecordGrain([PersistentState("record")] IPersistentState<ClinicalRecordState> state, TimeProvider time)
    : PortalGrain(time), IClinicalRecordGrain
{
    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<ReadRecordOutcome> ReadShared()
    {
        var organisation = await GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get();
        if (organisation?.Settings.Sections.Contains(PortalSection.ClinicalRecords) != true) return new ReadRecordOutcome.SectionHidden();
        if (!await IsElevatedAsync())
        {
            await AuditAsync("record.read", AuditOutcome.Refused, Patient, "not-elevated");
            return new ReadRecordOutcome.NotElevated();
        }
        // Before the answer: a reading that is not in the audit log must not have happened.
        await AuditAsync("record.read", patient: Patient);
        return new ReadRecordOutcome.Read { Record = ClinicalRecord.Shared(state.State) };
    }

    /// <inheritdoc />
    public async Task<ClinicalRecordView> ReadAll()
    {
        await AuditAsync("record.read", patient: Patient);
        return ClinicalRecord.All(state.State);
    }

    /// <inheritdoc />
    public async Task<AddEntryOutcome> Add(RecordEntry entry)
    {
        var (outcome, next) = ClinicalRecord.Add(state.State, entry);
        if (next != state.State) await WriteAsync(state, next);
        if (outcome == AddEntryOutcome.Added) await AuditAsync("record.added", patient: Patient, operation: entry.Id);
        return outcome;
    }

    /// <inheritdoc />
    public async Task<int> AddRange(IReadOnlyList<RecordEntry> entries)
    {
        var next = entries.Aggregate(state.State, (record, entry) => ClinicalRecord.Add(record, entry).State);
        var added = next.Entries.Count - state.State.Entries.Count;
        if (added == 0) return 0;
        await WriteAsync(state, next);
        await AuditAsync("record.added", patient: Patient, operation: entries[0].Id, details: ("entries", $"{added}"));
        return added;
    }

    /// <inheritdoc />
    public async Task<bool> Share(string entryId, bool shared)
    {
        if (ClinicalRecord.Share(state.State, entryId, shared) is not { } next) return false;
        if (next == state.State) return true;
        await WriteAsync(state, next);
        await AuditAsync(shared ? "record.shared" : "record.unshared", patient: Patient, details: ("entry", entryId));
        return true;
    }

    // The principal's own word is as old as the request; the session grain knows what was revoked since.
    private async Task<bool> IsElevatedAsync() =>
        CallerContext.Current?.SessionHash is { } session
        && await GrainFactory.GetGrain<ISessionGrain>(GrainKeys.ForSession(Organisation, session)).IsElevated();
}
