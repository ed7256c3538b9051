using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.ClinicalRecords;

/// <inheritdoc cref="IClinicalRecordGrain" />
public sealed class ClinicalRecordGrain(
    [PersistentState("record")] IPersistentState<ClinicalRecordState> state, TimeProvider time, ILogger<ClinicalRecordGrain> logger)
    : PortalGrain(time), IClinicalRecordGrain
{
    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<ReadRecordOutcome> ReadShared()
    {
        await TryTellAsync(state, logger);
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
        await TryTellAsync(state, logger);
        await AuditAsync("record.read", patient: Patient);
        return ClinicalRecord.All(state.State);
    }

    /// <inheritdoc />
    public async Task<AddEntryOutcome> Add(RecordEntry entry)
    {
        await TellAsync(state, forget: true);
        // Asked in the same turn as the writing: whatever was written before the patient went has been taken along.
        if (await PatientGrain.Get() is { MergedInto.Length: > 0 }) return AddEntryOutcome.Merged;
        var (outcome, next) = ClinicalRecord.Add(state.State, entry);
        await ChangeAsync(next, () => Entry("record.added", patient: Patient, operation: entry.Id));
        return outcome;
    }

    /// <inheritdoc />
    public async Task<int> AddRange(IReadOnlyList<RecordEntry> entries)
    {
        await TellAsync(state, forget: true);
        var next = entries.Aggregate(state.State, (record, entry) => ClinicalRecord.Add(record, entry).State);
        var added = next.Entries.Count - state.State.Entries.Count;
        await ChangeAsync(
            next, () => Entry("record.added", patient: Patient, operation: entries[0].Id, details: ("entries", $"{added}")));
        return added;
    }

    /// <inheritdoc />
    public async Task TakeIn(string from, IReadOnlyList<RecordEntry> entries)
    {
        await TellAsync(state, forget: true);
        var next = ClinicalRecord.TakeIn(state.State, from, entries);
        var added = next.Entries.Count - state.State.Entries.Count;
        await ChangeAsync(next, () => Entry(
            "record.added", patient: Patient, reason: "merged", operation: $"{Patient}/from/{from}",
            details: [("entries", $"{added}"), ("from", from)]));
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<RecordEntry>> Entries() => Task.FromResult<IReadOnlyList<RecordEntry>>([.. state.State.Entries]);

    /// <inheritdoc />
    public async Task<bool> Share(string entryId, bool shared)
    {
        await TellAsync(state, forget: true);
        if (ClinicalRecord.Share(state.State, entryId, shared) is not { } next) return false;
        var action = shared ? "record.shared" : "record.unshared";
        await ChangeAsync(next, () => Entry(action, patient: Patient, details: ("entry", entryId)));
        return true;
    }

    private IPatientGrain PatientGrain => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, Patient));

    private async Task ChangeAsync(ClinicalRecordState next, Func<AuditEntry> entry)
    {
        if (ReferenceEquals(next, state.State)) return;
        await WriteAsync(state, next.Noting(entry()));
        await TellAsync(state, forget: true);
    }

    // The principal's own word is as old as the request; the session grain knows what was revoked since.
    private async Task<bool> IsElevatedAsync() =>
        CallerContext.Current?.SessionHash is { } session
        && await GrainFactory.GetGrain<ISessionGrain>(GrainKeys.ForSession(Organisation, session)).MayReadRecords(Patient);
}
