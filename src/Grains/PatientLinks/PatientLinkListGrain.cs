using Orleans.Concurrency;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.PatientLinks;

/// <inheritdoc cref="IPatientLinkListGrain" />
[StatelessWorker]
public sealed class PatientLinkListGrain(Database database, TimeProvider time) : PortalGrain(time), IPatientLinkListGrain
{
    private const int MaxRows = 20;

    // Further back than a page shows: links work for 90 days at most, and nobody makes so many for one patient in that time.
    private const int MaxSearched = 500;

    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<LinkRow>> List()
    {
        var organisation = GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get();
        var patient = GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, Patient));
        var (standing, view) = (patient.Standing(), patient.Get());
        var stored = PatientLinkTable.OfPatientAsync(database, Organisation, Patient, MaxRows);
        await Task.WhenAll(organisation, standing, view, stored);
        var facts = LinkFacts.Of(await organisation, await standing, await view);
        var now = Now;
        return [.. (await stored).Select(row => Row(row, facts, now))];
    }

    /// <inheritdoc />
    public async Task<bool> Revoke(string linkId)
    {
        var all = await PatientLinkTable.OfPatientAsync(database, Organisation, Patient, MaxSearched);
        if (all.FirstOrDefault(row => IdOf(row) == linkId) is not { } found) return false;
        await GrainFactory.GetGrain<IPatientLinkGrain>(GrainKeys.ForPatientLink(Organisation, found.TokenHash)).Revoke();
        return true;
    }

    private LinkRow Row(LinkInTable row, LinkFacts facts, DateTimeOffset now) => new()
    {
        Id = IdOf(row),
        Purpose = row.State.Purpose,
        State = PatientLink.Judge(row.State, facts, now) ?? LinkState.Revoked,
        Delivery = row.State.Delivery,
        CreatedBy = row.State.CreatedBy,
        CreatedAt = row.State.CreatedAt,
        Deadline = row.State.Deadline,
        OpenedAt = row.State.OpenedAt,
        UsedAt = row.State.UsedAt,
        Uses = row.State.Uses,
        SingleUse = row.State.SingleUse,
    };

    private string IdOf(LinkInTable row) => PatientLinkTable.IdOf(Organisation, row.TokenHash);
}
