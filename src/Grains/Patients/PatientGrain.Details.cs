using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

// Details, tags, the test flag, and who may be booked.
public sealed partial class PatientGrain
{
    /// <inheritdoc />
    public async Task<EditOutcome> Edit(EditPatient command)
    {
        RequireOperation(command.Operation);
        await TrySettleAsync();
        var organisation = await OrganisationAsync();
        var approvals = CredentialRequests.AreNeeded(State, organisation);
        var (entry, accessEntry) = (
            Entry("patient.details-changed", command.Operation),
            Entry("patient.access-taken", command.Operation, reason: "details-removed"));
        var (outcome, next) = PatientDetails.Edit(State, Id, command, organisation?.Country, entry, accessEntry, Now, approvals);
        await ChangeAsync(next);
        return outcome;
    }

    /// <inheritdoc />
    public async Task SetTest(bool test)
    {
        await TrySettleAsync();
        await ChangeAsync(PatientDetails.SetTest(State, test, Entry(test ? "patient.test-set" : "patient.test-unset")));
    }

    /// <inheritdoc />
    public async Task SetPractitioners(IReadOnlyList<string>? practitioners)
    {
        await TrySettleAsync();
        string[] roster = [.. (await PractitionersAsync()).Select(p => p.Staff)];
        await ChangeAsync(PatientDetails.SetPractitioners(State, practitioners, roster, Entry("patient.practitioners-changed")));
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<AvailablePractitioner>> Practitioners() =>
    [
        .. (await PractitionersAsync()).Select(p => new AvailablePractitioner
        {
            Id = p.Staff,
            Name = p.Name,
            Available = PatientDetails.MayBook(State, p.Staff),
        }),
    ];

    /// <inheritdoc />
    public async Task<IReadOnlyList<AvailablePractitioner>> Bookable() => [.. (await Practitioners()).Where(p => p.Available)];

    /// <inheritdoc />
    public async Task<bool> MayBook(string practitioner) =>
        PatientDetails.MayBook(State, practitioner) && (await PractitionersAsync()).Any(p => p.Staff == practitioner);

    private async Task<IEnumerable<RosterEntry>> PractitionersAsync()
    {
        var roster = await GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Roster();
        return roster.Where(entry => entry.Role == StaffRole.Practitioner);
    }
}
