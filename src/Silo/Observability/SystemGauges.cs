using System.Diagnostics.Metrics;
using Portal.Grains.Messages;
using Portal.Grains.Sessions;
using Portal.Grains.Shared;
using Portal.Silo.Engines;
using Portal.Silo.Hosting;
using Portal.Storage;

namespace Portal.Silo.Observability;

/// <summary>
/// Figures that have to be asked for: those of the database every <see cref="Interval"/>, those of this process when they are read. Runs
/// only where somebody reads them.
/// </summary>
/// <remarks>Every process gives the same figures of the database, so a dashboard takes their maximum and not their sum.</remarks>
public sealed partial class SystemGauges(
    Database database, EngineHealth engine, HealthChecks health, TimeProvider time, ILogger<SystemGauges> logger) : BackgroundService
{
    /// <summary>How often the database is asked. Ours: Prometheus reads every 15 to 60 seconds.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private long _sessions;
    private long _waiting;
    private double _dueCode;
    private long _size;
    private IReadOnlyDictionary<string, CheckResult> _checks = new Dictionary<string, CheckResult>();

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var meter = PortalMetrics.Meter;
        meter.CreateObservableGauge("portal.sessions.live", () => Volatile.Read(ref _sessions), "{session}", "Sessions that are live");
        meter.CreateObservableGauge("portal.outbox.depth", () => Volatile.Read(ref _waiting), "{message}", "Messages that wait to be sent");
        meter.CreateObservableGauge("portal.outbox.due", () => Volatile.Read(ref _dueCode), "s", "For how long the oldest code is overdue");
        meter.CreateObservableGauge("portal.database.size", () => Volatile.Read(ref _size), "By", "The database on disk; 0 when away");
        meter.CreateObservableGauge("portal.silos", () => engine.Silos, "{silo}", "Silos that take calls, as this process sees them");
        meter.CreateObservableGauge("portal.grains", () => engine.Activations, "{grain}", "Grains in the memory of this process");
        meter.CreateObservableGauge("portal.health", Checks, null, "Each check of readiness: 1 where it is ok, 0 where not");
        while (!stoppingToken.IsCancellationRequested)
        {
            await AskAsync(stoppingToken);
            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private IEnumerable<Measurement<int>> Checks() => Volatile.Read(ref _checks)
        .Select(check => new Measurement<int>(check.Value.Ok ? 1 : 0, new KeyValuePair<string, object?>("check", check.Key)));

    private async Task AskAsync(CancellationToken ct)
    {
        try
        {
            Volatile.Write(ref _checks, (await health.CheckAsync()).Checks);
            var now = time.GetUtcNow();
            Volatile.Write(ref _size, (await database.CheckAsync(ct)).SizeBytes);
            Volatile.Write(ref _sessions, await SessionTable.LiveAsync(database, now, ct));
            Volatile.Write(ref _waiting, await OutboxHealthTable.DepthAsync(database, ct));
            Volatile.Write(ref _dueCode, (await OutboxHealthTable.OldestDueCodeAsync(database, now, ct)).TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        catch (Exception error)
        {
            LogFailed(error.GetType().Name);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Figures of the database could not be read: {Error}")]
    private partial void LogFailed(string error);
}
