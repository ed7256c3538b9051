using System.Runtime.InteropServices;

namespace Portal.Silo.Hosting;

/// <summary>
/// Ends the process when it is told to (SIGTERM, SIGINT, SIGQUIT): drains first (<see cref="Draining"/>), then stops the host. Told a
/// second time, or <see cref="Draining.Limit"/> after the first, it ends at once.
/// </summary>
/// <param name="draining">What requests go by.</param>
/// <param name="delay">How long requests are still taken.</param>
/// <param name="application">Stops the host.</param>
/// <param name="logger">Says what happens.</param>
public sealed partial class PortalLifetime(
    Draining draining, DrainDelay delay, IHostApplicationLifetime application, ILogger<PortalLifetime> logger) : IHostLifetime, IDisposable
{
    /// <summary>What a process ends with that had to be cut off: that of <c>timeout</c>, and no success.</summary>
    public const int CutOff = 124;

    private readonly List<IDisposable> _signals = [];
    private Timer? _limit;
    private int _told;

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT })
            _signals.Add(PosixSignalRegistration.Create(signal, Told));
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        LogStopped();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
        _limit?.Dispose();
    }

    private void Told(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _told) > 1)
        {
            LogToldAgain();
            Environment.Exit(CutOff);
        }

        draining.Begin();
        LogDraining(delay.Value.TotalSeconds);
        // The machine's clock: a process must end also where the portal's clock stands still.
        _limit = new Timer(_ => Environment.Exit(CutOff), null, Draining.Limit, Timeout.InfiniteTimeSpan);
        _ = StopLaterAsync();
    }

    private async Task StopLaterAsync()
    {
        await Task.Delay(delay.Value, TimeProvider.System);
        application.StopApplication();
    }

    [LoggerMessage(1, LogLevel.Information, "Draining: not ready any more, requests are taken for {Seconds} seconds")]
    private partial void LogDraining(double seconds);

    [LoggerMessage(2, LogLevel.Warning, "Told again to end: ending at once")]
    private partial void LogToldAgain();

    [LoggerMessage(3, LogLevel.Information, "Stopped")]
    private partial void LogStopped();
}

/// <summary>How long requests are still taken after the process was told to end.</summary>
/// <param name="Value">From 0 to 20 seconds.</param>
public sealed record DrainDelay(TimeSpan Value);
