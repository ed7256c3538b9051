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
    public Task<PatientPage> Search(PatientQuery query) => PatientSearch.PageAsync(database, Organisation, query, Now);

    /// <inheritdoc />
    public Task<int> Count(PatientQuery query) => PatientMatchSearch.CountAsync(database, Organisation, query, Now);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> Ids(PatientQuery query, string after, int limit) =>
        PatientMatchSearch.IdsAsync(database, Organisation, query, Now, after, limit);

    /// <inheritdoc />
    public Task<DuplicatePage> SameNames(int page) => PatientDuplicateSearch.SameNamesAsync(database, Organisation, page, Now);

    /// <inheritdoc />
    public async Task<IReadOnlyList<PossibleDuplicate>> Duplicates(DuplicateQuery query) =>
        await PatientDuplicateSearch.OfAsync(database, Organisation, query, (await OrganisationAsync())?.Country, Now);
}
