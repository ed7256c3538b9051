using Orleans.Concurrency;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Onboarding;

/// <inheritdoc cref="IBatchListGrain" />
[StatelessWorker]
public sealed class BatchListGrain(Database database, TimeProvider time) : PortalGrain(time), IBatchListGrain
{
    private const int MaxRows = 20;

    /// <inheritdoc />
    public Task<IReadOnlyList<BatchListRow>> List(BatchJob job) => Batch.MayCall(job, CallerContext.Current)
        ? BatchTable.ListAsync(database, Organisation, job, MaxRows)
        : Task.FromResult<IReadOnlyList<BatchListRow>>([]);
}
