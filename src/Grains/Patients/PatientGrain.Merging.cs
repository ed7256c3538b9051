using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Patients;

// A patient's part in a merge, which another grain leads.
public sealed partial class PatientGrain
{
    /// <inheritdoc />
    public async Task<MergeRefusal?> Freeze(string operation)
    {
        RequireOperation(operation);
        if (!await TrySettleAsync()) return MergeRefusal.Busy;
        var (refusal, next) = PatientMerge.Freeze(State, operation);
        if (!ReferenceEquals(next, State)) await SaveAsync(next, shown: false);
        return refusal;
    }

    /// <inheritdoc />
    public Task<MergeFacts> MergeFacts() => Task.FromResult(PatientMerge.Facts(State));

    /// <inheritdoc />
    public async Task Thaw(string operation)
    {
        await TrySettleAsync();
        var next = PatientMerge.Thaw(State, operation);
        if (!ReferenceEquals(next, State)) await SaveAsync(next, shown: false);
    }

    /// <inheritdoc />
    public async Task<MergeParcel> Depart(string operation, string survivor, AuditEntry entry)
    {
        await SettleAsync();
        var (parcel, next) = PatientMerge.Depart(State, Id, operation, survivor, entry);
        await ChangeAsync(next);
        return parcel;
    }

    /// <inheritdoc />
    public async Task<MergedCredentials> Absorb(AbsorbPatient command)
    {
        await SettleAsync();
        var (credentials, next) = PatientMerge.Absorb(State, command, (await OrganisationAsync())?.Country);
        await ChangeAsync(next);
        return credentials;
    }
}
