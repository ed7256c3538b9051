using Orleans.Concurrency;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <inheritdoc cref="IPatientDirectoryGrain" />
[StatelessWorker]
public sealed class PatientDirectoryGrain(Database database, TimeProvider time) : PortalGrain(time), IPatientDirectoryGrain
{
    /// <inheritdoc />
    public Task<PatientPage> Search(PatientQuery query) => PatientSearch.PageAsync(database, Organisation, query);
}
