using Portal.Grains.Messages;
using Portal.Silo.Engines;
using Portal.Storage;

namespace Portal.Silo.Hosting;

/// <summary>What one check found.</summary>
/// <param name="Ok">Whether people can be served as far as it goes.</param>
/// <param name="Says">Why not, or a figure; never anything of a person, an address or an exception.</param>
public sealed record CheckResult(bool Ok, string? Says)
{
    /// <summary>How long the check took, in milliseconds.</summary>
    public long Milliseconds { get; init; }
}

/// <summary>What all checks found.</summary>
/// <param name="Ready">Whether people can be served.</param>
/// <param name="Checks">By name.</param>
public sealed record HealthReport(bool Ready, IReadOnlyDictionary<string, CheckResult> Checks);

/// <summary>
/// Whether this process can serve people: its database answers, its engine takes calls, codes are being sent, and it is not going away.
/// Asked by load balancers all the time, so an answer is kept for <see cref="Kept"/> and takes <see cref="Limit"/> at most.
/// </summary>
public sealed class HealthChecks(
    Database database, EngineHealth engine, Draining draining, IConfiguration configuration, TimeProvider time)
{
    /// <summary>The setting: how long a code may be due before the outbox counts as stuck.</summary>
    public const string OutboxLimitKey = "Portal:OutboxLimit";

    /// <summary>Its default: half the life of a code (ours).</summary>
    public static readonly TimeSpan DefaultOutboxLimit = TimeSpan.FromMinutes(5);

    /// <summary>The longest an answer takes. Kubernetes' probes wait a second unless told otherwise; ours are told 3.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>How long an answer is good for: load balancers ask every second or less often.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _outboxLimit = configuration.GetValue(OutboxLimitKey, DefaultOutboxLimit);
    private readonly Lock _lock = new();
    private Task<IReadOnlyDictionary<string, CheckResult>>? _checked;
    private long _checkedAt;

    /// <summary>Asks all of them.</summary>
    public async Task<HealthReport> CheckAsync()
    {
        var found = await RecentAsync();
        // Never kept: it decides, and costs nothing.
        var going = draining.HasBegun;
        var checks = new Dictionary<string, CheckResult>(found)
        {
            ["draining"] = new(!going, going ? "this process is about to end" : null),
        };
        return new HealthReport(checks.Values.All(check => check.Ok), checks);
    }

    private Task<IReadOnlyDictionary<string, CheckResult>> RecentAsync()
    {
        lock (_lock)
        {
            var old = _checked is null || (_checked.IsCompleted && TimeProvider.System.GetElapsedTime(_checkedAt) > Kept);
            if (!old) return _checked!;
            _checkedAt = TimeProvider.System.GetTimestamp();
            return _checked = AllAsync();
        }
    }

    private async Task<IReadOnlyDictionary<string, CheckResult>> AllAsync()
    {
        var checks = new Dictionary<string, Func<CancellationToken, Task<CheckResult>>>
        {
            ["database"] = DatabaseAsync,
            ["engine"] = engine.CheckAsync,
            ["outbox"] = OutboxAsync,
        };
        var found = await Task.WhenAll(checks.Select(async check => (check.Key, Result: await BoundedAsync(check.Value))));
        return found.ToDictionary(f => f.Key, f => f.Result);
    }

    private static async Task<CheckResult> BoundedAsync(Func<CancellationToken, Task<CheckResult>> check)
    {
        var started = TimeProvider.System.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit);
        CheckResult result;
        try
        {
            // Off this thread: a check that never waits would keep the others from beginning.
            result = await Task.Run(() => check(limit.Token), CancellationToken.None).WaitAsync(Limit, TimeProvider.System);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            result = new CheckResult(false, $"no answer within {Limit.TotalSeconds:0} seconds");
        }
        catch (Exception error)
        {
            result = new CheckResult(false, error.GetType().Name);
        }

        return result with { Milliseconds = (long)TimeProvider.System.GetElapsedTime(started).TotalMilliseconds };
    }

    private async Task<CheckResult> DatabaseAsync(CancellationToken ct)
    {
        var health = await database.CheckAsync(ct);
        return new CheckResult(health.Healthy, health.Healthy ? null : "does not answer");
    }

    // Only codes, and only those whose time has come: a mail server that is away has its messages wait for their next attempt, and bulk
    // mail may queue for hours, neither of which another process would mend.
    private async Task<CheckResult> OutboxAsync(CancellationToken ct)
    {
        var age = await OutboxHealthTable.OldestDueCodeAsync(database, time.GetUtcNow(), ct);
        return age > _outboxLimit
            ? new CheckResult(false, $"a code has been due for {age.TotalSeconds:0} s, the limit is {_outboxLimit.TotalSeconds:0} s")
            : new CheckResult(true, age > TimeSpan.Zero ? $"a code has been due for {age.TotalSeconds:0} s" : null);
    }
}
