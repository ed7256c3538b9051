using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

// What bulk work asks of a patient.
public sealed partial class PatientGrain
{
    /// <inheritdoc />
    public async Task<BulkFacts?> BulkFacts()
    {
        await TrySettleAsync();
        return PatientBulk.Facts(State, Now);
    }

    /// <inheritdoc />
    public async Task<PromoteOutcome> Promote(CredentialKind kind, string valueHash, string operation)
    {
        RequireOperation(operation);
        if (!await TrySettleAsync() || State.Merge is not null) return PromoteOutcome.Busy;
        if (Past(PatientOperation.Set, operation) is { } past) return PatientBulk.Outcome(past);
        var organisation = await OrganisationAsync();
        var country = organisation?.Country;
        var value = PatientBulk.Contact(State.Contact.Email, State.Contact.Mobile, kind, country);
        if (PatientBulk.Refusal(State, kind, value) is { } refusal) return refusal;
        if (CredentialRequests.AreNeeded(State, organisation)) return PromoteOutcome.NeedsApproval;
        // What nobody has looked at is nobody's sign-in.
        if (!KeyedHash.AreEqual(Hash(value!), valueHash)) return PromoteOutcome.Changed;
        var entry = Entry("credential.set", operation, reason: "backfill", details: ("kind", GrainKeys.Segment(kind)));
        await BeginAsync(PatientCredentials.BeginSet(State, operation, value!, Hash(value!), entry));
        return PatientBulk.Outcome(Past(PatientOperation.Set, operation)!);
    }
}
