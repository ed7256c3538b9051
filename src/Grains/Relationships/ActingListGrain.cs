using Orleans.Concurrency;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Relationships;

/// <inheritdoc cref="IActingListGrain" />
[StatelessWorker]
public sealed class ActingListGrain(Database database, TimeProvider time) : PortalGrain(time), IActingListGrain
{
    private string Person => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<IReadOnlyList<ActingGrant>> Patients()
    {
        var patients = await CaregiverGrantTable.PatientsOfAsync(database, Organisation, Person);
        // The table only says whom to ask about.
        var grants = await Task.WhenAll(patients.Select(patient => GrainFactory
            .GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(Organisation, patient)).Find(Person)));
        return [.. grants.OfType<ActingGrant>().OrderBy(g => g.Name, StringComparer.CurrentCulture)];
    }
}
