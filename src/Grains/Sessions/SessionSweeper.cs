using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Grains.Sessions;

/// <summary>
/// Ends sessions whose time is over while nobody called them, and forgets those that ended 30 days ago, so that neither needs a reminder of
/// its own. Safe to run in several processes at once: each session decides for itself.
/// </summary>
/// <param name="database">Where the sessions are listed.</param>
/// <param name="grains">Reaches them.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of sessions that could not be swept.</param>
public sealed class SessionSweeper(Database database, IGrainFactory grains, TimeProvider time,
    ILogger<SessionSweeper> logger) : BackgroundService
{
    /// <summary>How often it runs. Ours.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>The most sessions swept in one run; the next run goes on. Ours: 100,000 sign-ins a day are 350 in 5 minutes.</summary>
    public const int MostInOneRun = 5_000;

    private const int PageSize = 200;

    /// <summary>One run. What fails is left to the next one.</summary>
    /// <returns>How many sessions were swept.</returns>
    public async Task<int> SweepAsync(CancellationToken ct = default)
    {
        var (swept, last) = (0, SweepRow.First);
        for (var seen = 0; seen < MostInOneRun;)
        {
            var page = await SessionTable.ToSweepAsync(database, time.GetUtcNow(), last, PageSize);
            foreach (var row in page)
            {
                ct.ThrowIfCancellationRequested();
                swept += await SweepAsync(row) ? 1 : 0;
            }

            if (page.Count < PageSize) break;
            (seen, last) = (seen + page.Count, page[^1]);
        }

        return swept;
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogWarning(error, "Sessions could not be swept; the next run tries again.");
            }
        }
    }

    private async Task<bool> SweepAsync(SweepRow row)
    {
        CallerContext.Set(Principal.Operator(row.Organisation, "session-sweep"));
        try
        {
            await grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(row.Organisation, row.TokenHash)).Sweep();
            return true;
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "A session could not be swept.");
            return false;
        }
        finally
        {
            CallerContext.Set(null);
        }
    }
}
