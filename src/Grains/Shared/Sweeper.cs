using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>A grain to be swept, and its place in the order.</summary>
/// <param name="SweepAt">Since when, Unix milliseconds.</param>
/// <param name="Organisation">The organisation.</param>
/// <param name="Key">What follows the organisation in the grain's key.</param>
public sealed record SweepRow(long SweepAt, string Organisation, string Key)
{
    /// <summary>Before all others.</summary>
    public static readonly SweepRow First = new(0, "", "");
}

/// <summary>
/// Calls grains whose time has come and that nobody calls any more, from a table that says when, so that none needs a reminder of its own.
/// Each grain decides for itself: safe to run in several processes at once.
/// </summary>
/// <param name="job">Name of the job, the operator in the audit log.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of what could not be swept.</param>
public abstract class Sweeper(string job, TimeProvider time, ILogger logger) : BackgroundService
{
    /// <summary>How often it runs where nothing hurries. Ours.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>The most grains swept in one run; the next run goes on. Ours: 100,000 sign-ins a day are 350 in 5 minutes.</summary>
    public const int MostInOneRun = 5_000;

    private const int PageSize = 200;

    /// <summary>One run. What fails is left to the next one.</summary>
    /// <returns>How many grains were swept.</returns>
    public async Task<int> SweepAsync(CancellationToken ct = default)
    {
        var (swept, last) = (0, SweepRow.First);
        for (var seen = 0; seen < MostInOneRun;)
        {
            var page = await DueAsync(time.GetUtcNow(), last, PageSize);
            foreach (var row in page)
            {
                ct.ThrowIfCancellationRequested();
                swept += await TrySweepAsync(row) ? 1 : 0;
            }

            if (page.Count < PageSize) break;
            (seen, last) = (seen + page.Count, page[^1]);
        }

        return swept;
    }

    /// <summary>How often it runs.</summary>
    protected virtual TimeSpan Every => Interval;

    /// <summary>Rows whose time has come, in order, after a place in it.</summary>
    protected abstract Task<IReadOnlyList<SweepRow>> DueAsync(DateTimeOffset now, SweepRow after, int limit);

    /// <summary>Calls the grain of a row.</summary>
    protected abstract Task SweepAsync(SweepRow row);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                logger.LogWarning(error, "The job {Job} failed; its next run tries again.", job);
            }
        }
    }

    private async Task<bool> TrySweepAsync(SweepRow row)
    {
        CallerContext.Set(Principal.Operator(row.Organisation, job));
        try
        {
            await SweepAsync(row);
            return true;
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "The job {Job} failed for one grain.", job);
            return false;
        }
        finally
        {
            CallerContext.Set(null);
        }
    }
}
