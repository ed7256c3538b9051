using Microsoft.Extensions.Logging;
using Orleans;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Sessions;

/// <summary>Ends sessions whose time is over while nobody called them, and forgets those that ended 30 days ago.</summary>
/// <param name="database">Where the sessions are listed.</param>
/// <param name="grains">Reaches them.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of sessions that could not be swept.</param>
public sealed class SessionSweeper(Database database, IGrainFactory grains, TimeProvider time, ILogger<SessionSweeper> logger)
    : Sweeper("session-sweep", time, logger)
{
    /// <inheritdoc />
    protected override Task<IReadOnlyList<SweepRow>> DueAsync(DateTimeOffset now, SweepRow after, int limit) =>
        SessionTable.ToSweepAsync(database, now, after, limit);

    /// <inheritdoc />
    protected override Task SweepAsync(SweepRow row) =>
        grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(row.Organisation, row.Key)).Sweep();
}
