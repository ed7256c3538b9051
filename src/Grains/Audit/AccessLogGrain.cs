using Orleans.Concurrency;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Audit;

/// <inheritdoc cref="IAccessLogGrain" />
[StatelessWorker]
public sealed class AccessLogGrain(Database database, TimeProvider time) : PortalGrain(time), IAccessLogGrain
{
    /// <inheritdoc />
    public async Task<AccessLogPage> Page(bool others, long? before)
    {
        var patient = GrainKeys.Second(Key).ToString();
        var query = new AuditQuery { Patient = patient, Before = before };
        var organisation = GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation));
        var (rows, roster) = (AuditTable.PageAsync(database, Organisation, query, AccessLogPage.Size + 1, others), organisation.Roster());
        await Task.WhenAll(rows, roster);
        var staff = (await roster).ToDictionary(entry => entry.Staff);
        var found = await rows;
        return new AccessLogPage
        {
            Rows = [.. found.Take(AccessLogPage.Size).Select(row => AccessLog.Row(row, staff))],
            Next = found.Count > AccessLogPage.Size ? found[AccessLogPage.Size - 1].Sequence : null,
        };
    }
}
