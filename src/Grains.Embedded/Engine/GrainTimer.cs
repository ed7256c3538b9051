using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Portal.Grains.Embedded;

/// <summary>
/// A grain's timer. It is also the request of its own tick, of which there is one at a time: the period runs from the end of one to the
/// next.
/// </summary>
internal sealed class GrainTimer : Request, IGrainTimer
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly ITimer _timer;
    private TimeSpan _next;
    private TimeSpan _period;
    private bool _ticking;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, options.Period);
        Target = activation;
        _callback = callback;
        _options = options;
        _next = options.DueTime;
        _period = options.Period;
        _timer = activation.Silo.CreateTimer(static timer => ((GrainTimer)timer!).Fire(), this);
    }

    public override bool Interleaves => _options.Interleave;

    public override bool IsReadOnly => false;

    public override bool CountsAsUse => _options.KeepAlive;

    // Never called under the lock: a manual clock may fire at once.
    public void Start() => _timer.Change(_next, Timeout.InfiniteTimeSpan);

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, period);
        ObjectDisposedException.ThrowIf(_stopped.IsCancellationRequested, this);
        lock (_lock)
        {
            _period = period;
            _next = dueTime;
            // The tick that is on its way starts the timer again when it is done.
            if (_ticking) return;
        }

        Start();
    }

    /// <summary>Stops it without telling the callback: its silo was killed.</summary>
    public void Drop() => _timer.Dispose();

    public void Dispose()
    {
        _stopped.Cancel();
        _timer.Dispose();
        Target!.RemoveTimer(this);
    }

    public override async Task RunAsync()
    {
        Current = this;
        try
        {
            if (!_stopped.IsCancellationRequested) await _callback(_stopped.Token);
        }
        catch (Exception error)
        {
            Target!.Silo.Logger.LogError(error, "A timer of {Grain} failed", Target.Kind.Name);
        }

        Target!.Finish(this);
        lock (_lock) _ticking = false;
        if (!_stopped.IsCancellationRequested) Start();
    }

    public override string ToString() => $"{Target!.GrainId}.timer";

    private static void Check(TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero && dueTime != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(dueTime), dueTime, "Zero or more, or infinite.");
        if (period <= TimeSpan.Zero && period != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(period), period, "More than zero, or infinite.");
    }

    private void Fire()
    {
        lock (_lock)
        {
            if (_ticking || _stopped.IsCancellationRequested) return;
            _ticking = true;
            _next = _period;
        }

        Finished = false;
        SentAt = Target!.Silo.Waited;
        Target.Submit(this, inline: false);
    }
}
