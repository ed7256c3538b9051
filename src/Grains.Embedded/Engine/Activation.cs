using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace Portal.Grains.Embedded;

/// <summary>
/// One activation: its life from the first request to the last, and its turns. It is the scheduler its grain's code runs on, so whatever
/// that code awaits comes back as a turn, and only one turn runs at a time.
/// </summary>
internal sealed partial class Activation(GrainKind kind, string key) : TaskScheduler, IGrainContext, IThreadPoolWorkItem
{
    [ThreadStatic]
    private static Activation? t_creating;

    private static int s_count;

    // Null while empty: there may be a hundred thousand activations.
    private List<IStoredState>? _states;
    private List<GrainTimer>? _timers;
    private object? _instance;
    private IServiceScope? _scope;
    private TaskCompletionSource? _deactivated;
    private DeactivationReason _reason;
    private int _keepUntil = int.MinValue;
    private int _lastUsed = kind.Silo.Now;

    /// <summary>The activation whose grain object is being made on this thread.</summary>
    public static Activation Creating => t_creating
        ?? throw new InvalidOperationException("Grains are made by the engine: use IGrainFactory.GetGrain to call one.");

    public GrainKind Kind => kind;

    public EmbeddedSilo Silo => kind.Silo;

    public string Key => key;

    /// <summary>Numbers activations in the order they were made.</summary>
    public int Number { get; } = Interlocked.Increment(ref s_count);

    public GrainId GrainId => GrainId.Create(kind.Type, key);

    public bool IsGone => _stage == Stage.Gone;

    public object? GrainInstance => _instance is WeakTarget weak ? weak.Target : _instance;

    public IServiceProvider ActivationServices => _scope?.ServiceProvider ?? Silo.Services;

    public Task Deactivated
    {
        get
        {
            lock (_lock)
            {
                if (_stage == Stage.Gone) return Task.CompletedTask;
                return (_deactivated ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
        }
    }

    /// <summary>An observer: active from the start, and held weakly.</summary>
    public static Activation ForObserver(GrainKind kind, string key, IGrainObserver observer) =>
        new(kind, key) { _instance = new WeakTarget(observer), _stage = Stage.Active };

    /// <summary>Adds a part of the state, to be read before the grain is activated.</summary>
    public IStoredState AddState(IStoredState state)
    {
        (_states ??= new List<IStoredState>(1)).Add(state);
        return state;
    }

    public IGrainTimer StartTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        if (Current != this && t_creating != this)
            throw new InvalidOperationException($"A timer of {GrainId} can only be registered by its own code, in a turn of its own.");
        var timer = new GrainTimer(this, callback, options);
        lock (_lock) (_timers ??= new List<GrainTimer>(1)).Add(timer);
        timer.Start();
        return timer;
    }

    public void RemoveTimer(GrainTimer timer)
    {
        lock (_lock) _timers?.Remove(timer);
    }

    /// <summary>Called by the grain: ends the activation when its requests are done.</summary>
    public void DeactivateOnIdle() =>
        Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, "The grain asked for it."));

    public void DelayDeactivation(TimeSpan span) =>
        _keepUntil = span < TimeSpan.Zero ? int.MinValue : span == TimeSpan.MaxValue ? int.MaxValue : Silo.Now + EmbeddedSilo.Ticks(span);

    /// <summary>Ends the activation when its requests are done; those still waiting then go to the next one.</summary>
    public void Deactivate(DeactivationReason reason)
    {
        lock (_lock)
        {
            if (_stage > Stage.Active) return;
            _reason = reason;
            // One that is only just being made ends as soon as it is.
            if (_stage != Stage.Active) return;
            _stage = Stage.Ending;
            if (!TryStartPump()) return;
        }

        Silo.Schedule(this);
    }

    /// <summary>Looks after the activation once a tick: fails what was not answered in time, ends it when it is idle.</summary>
    public void Check(int responseTicks, int idleTicks)
    {
        var (now, waited) = (Silo.Now, Silo.Waited);
        List<Request>? late = null;
        bool idle;
        lock (_lock)
        {
            for (var request = _running.First; request is not null; request = request.Next)
                if (waited - request.SentAt > responseTicks) (late ??= []).Add(request);
            for (Request? request = _waiting.First, next; request is not null; request = next)
            {
                next = request.Next;
                if (waited - request.SentAt <= responseTicks || request is not Call) continue;
                Unqueue(request);
                Load--;
                (late ??= []).Add(request);
            }

            idle = _stage == Stage.Active && Load == 0 && _turns is not { Count: > 0 } && now - _lastUsed > idleTicks && now >= _keepUntil;
        }

        var limit = Silo.Options.ResponseTimeout;
        foreach (var request in late ?? [])
            request.Fail(new TimeoutException($"{request} was not answered within {limit}; its outcome is unknown."));
        if (idle && !kind.KeepsAlive && !kind.IsObserver)
            Deactivate(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"It was idle for {Silo.Options.IdleTime}."));
    }

    /// <summary>Ends an observer: calls that wait fail.</summary>
    public void Retire(Exception error) => _ = LeaveAsync(waiting => waiting.Fail(error));

    /// <summary>Drops everything, as if the process had died.</summary>
    public void Kill()
    {
        List<Request> dropped;
        GrainTimer[] timers;
        lock (_lock)
        {
            _stage = Stage.Gone;
            _turns?.Clear();
            dropped = [.. _waiting.Drain(), .. _running.Drain()];
            timers = [.. _timers ?? []];
        }

        foreach (var timer in timers) timer.Drop();
        foreach (var request in dropped) request.Abandon();
        _deactivated?.TrySetResult();
    }

    private async Task ActivateAsync()
    {
        // For its callees it is a part of the request that woke it: they may not call those who wait for it.
        Frame.Enter(_waiting.First);
        try
        {
            if (kind.NeedsScope) _scope = Silo.Services.CreateScope();
            t_creating = this;
            try
            {
                _instance = kind.Create(this, ActivationServices);
            }
            finally
            {
                t_creating = null;
            }

            foreach (var state in _states ?? []) await state.ReadStateAsync();
            if (_instance is IGrainBase grain) await grain.OnActivateAsync(CancellationToken.None);
            lock (_lock)
            {
                _lastUsed = Silo.Now;
                _stage = _reason.ReasonCode == DeactivationReasonCode.None ? Stage.Active : Stage.Ending;
            }
        }
        catch (Exception error)
        {
            Silo.Logger.LogWarning(error, "{Grain} could not be activated", kind.Name);
            await LeaveAsync(waiting => waiting.Fail(error));
        }
    }

    private async Task DeactivateAsync()
    {
        StopTimers();
        try
        {
            if (_instance is IGrainBase grain) await grain.OnDeactivateAsync(_reason, Silo.StopToken);
        }
        catch (Exception error)
        {
            Silo.Logger.LogWarning(error, "OnDeactivateAsync of {Grain} failed", kind.Name);
        }

        await LeaveAsync(waiting => waiting.Resend());
    }

    private void StopTimers()
    {
        GrainTimer[] timers;
        lock (_lock) timers = [.. _timers ?? []];
        foreach (var timer in timers) timer.Dispose();
    }

    private async Task LeaveAsync(Action<Request> dispose)
    {
        StopTimers();
        try
        {
            if (_instance is IAsyncDisposable later) await later.DisposeAsync();
            else if (_instance is IDisposable now) now.Dispose();
            if (_scope is IAsyncDisposable scope) await scope.DisposeAsync();
        }
        catch (Exception error)
        {
            Silo.Logger.LogWarning(error, "Disposing {Grain} failed", kind.Name);
        }

        // Out of the directory first: whoever finds this one gone must find another.
        kind.Remove(this);
        List<Request> waiting;
        lock (_lock)
        {
            if (_stage == Stage.Gone) return;
            _stage = Stage.Gone;
            waiting = _waiting.Drain();
        }

        foreach (var request in waiting) dispose(request);
        _deactivated?.TrySetResult();
    }

    /// <summary>Holds an observer as Orleans does: it goes when nobody else holds it.</summary>
    private sealed class WeakTarget(IGrainObserver observer)
    {
        private readonly WeakReference<IGrainObserver> _observer = new(observer);

        public IGrainObserver? Target => _observer.TryGetTarget(out var target) ? target : null;
    }
}
