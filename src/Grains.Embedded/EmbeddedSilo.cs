using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;
using Portal.Storage;

namespace Portal.Grains.Embedded;

/// <summary>The embedded engine: hosts grains in this process, one process on one database.</summary>
public sealed class EmbeddedSilo : IAsyncDisposable
{
    /// <summary>How often idle activations and unanswered calls are looked for; limits on both are kept to within this.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    /// <summary>Who calls when the engine itself does, to deliver a reminder.</summary>
    internal static readonly GrainId EngineId = GrainId.Create("sys.svc.user.reminders", "embedded");

    private readonly CancellationTokenSource _stopping = new();
    private readonly GrainCatalog _catalog;
    private readonly TurnQueue? _queue;
    private readonly ITimer _ticks;
    private readonly long _started;
    private ProcessLock? _processLock;
    private ServiceProvider? _owned;
    private int _ticking;
    private volatile Stage _stage;

    /// <summary>A silo that hosts nothing until it is started.</summary>
    /// <param name="services">
    /// What grains are made with: the clock, the filters, the database unless the options have one, and whatever else they ask for.
    /// </param>
    /// <param name="options">What it hosts, and its limits.</param>
    public EmbeddedSilo(IServiceProvider services, EmbeddedGrainsOptions options)
    {
        Services = services;
        Options = options;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Database = options.Database ?? services.GetRequiredService<Database>();
        Logger = services.GetService<ILogger<EmbeddedSilo>>() ?? NullLogger<EmbeddedSilo>.Instance;
        _started = Time.GetTimestamp();
        if (options.Deterministic) _queue = new TurnQueue(options.Seed);
        _ticks = CreateTimer(static silo => ((EmbeddedSilo)silo!).OnTick(), this);
        Reminders = new Reminders(this);
        _catalog = new GrainCatalog(this);
    }

    private enum Stage
    {
        Made,
        Running,
        Stopping,
        Stopped,
        Killed,
    }

    /// <summary>The services grains are made with.</summary>
    public IServiceProvider Services { get; }

    /// <summary>References to the grains it hosts.</summary>
    public IGrainFactory GrainFactory => _catalog;

    /// <summary>Activations in memory, observers apart.</summary>
    public int ActivationCount => _catalog.Activations.Count();

    /// <summary>Whether it takes calls.</summary>
    public bool IsRunning => _stage == Stage.Running;

    /// <summary>Whether it was killed, or has stopped: what its grains' code still does has no effect.</summary>
    public bool IsKilled => _stage >= Stage.Stopped;

    /// <summary>
    /// Whether the calling code is a turn of a killed silo: code that cannot be stopped where it is. Whoever lets it write is simulating a
    /// process that writes after its death; fault injection holds such writes for ever.
    /// </summary>
    public static bool InKilledTurn => TaskScheduler.Current is Activation { Silo.IsKilled: true };

    internal EmbeddedGrainsOptions Options { get; }

    internal TimeProvider Time { get; }

    internal Database Database { get; }

    internal ILogger Logger { get; }

    internal Reminders Reminders { get; }

    internal CancellationToken LockLost => _processLock?.Lost ?? CancellationToken.None;

    internal CancellationToken StopToken => _stopping.Token;

    /// <summary>The time in ticks since the start, as of the last tick.</summary>
    internal int Now { get; private set; }

    /// <summary>
    /// Ticks by which unanswered calls are judged. They are those of <see cref="Now"/>, but a clock that leaps, because it was moved or the
    /// machine slept, counts for no more than two: the call had no time to be answered in.
    /// </summary>
    internal int Waited { get; private set; }

    internal IIncomingGrainCallFilter[] IncomingFilters { get; private set; } = [];

    internal IOutgoingGrainCallFilter[] OutgoingFilters { get; private set; } = [];

    /// <summary>A silo over services of its own, for tests; disposing it disposes them.</summary>
    /// <param name="services"><see cref="EmbeddedGrainsServices.AddEmbeddedGrains"/> was called on them.</param>
    public static EmbeddedSilo Build(IServiceCollection services)
    {
        var provider = services.BuildServiceProvider();
        var silo = provider.GetRequiredService<EmbeddedSilo>();
        silo._owned = provider;
        return silo;
    }

    /// <summary>
    /// Migrates the tables, takes the process lock and starts the reminders; those that became due meanwhile fire at once.
    /// </summary>
    /// <exception cref="AlreadyRunningException">Another process is on the database.</exception>
    public async Task StartAsync(CancellationToken ct = default)
    {
        if (_stage != Stage.Made) throw new InvalidOperationException("A silo starts once: make another one.");
        _processLock = await Database.AcquireProcessLockAsync(ct);
        await Database.MigrateAllAsync([EmbeddedTables.Component], ct);
        _catalog.Add(Options.Assemblies.SelectMany(assembly => assembly.GetTypes()).Concat(Options.GrainClasses));
        IncomingFilters = [.. Services.GetServices<IIncomingGrainCallFilter>()];
        OutgoingFilters = [.. Services.GetServices<IOutgoingGrainCallFilter>()];
        _stage = Stage.Running;
        Reminders.Start();
    }

    /// <summary>
    /// Refuses new calls from outside, finishes the requests it has, deactivates all grains. Waits no longer than
    /// <see cref="EmbeddedGrainsOptions.StopTimeout"/>; what is not done by then is dropped.
    /// </summary>
    public async Task StopAsync(CancellationToken ct = default)
    {
        if (_stage != Stage.Running) return;
        _stage = Stage.Stopping;
        Reminders.Dispose();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), limit);
        timer.Change(Options.StopTimeout, Timeout.InfiniteTimeSpan);
        using var forward = limit.Token.Register(_stopping.Cancel);
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The process stops.");
        try
        {
            // Grains that finish their work may still call others, and wake them.
            while (!IsKilled && InOrder() is { Count: > 0 } activations)
            {
                foreach (var activation in activations) activation.Deactivate(reason);
                await Task.WhenAll(activations.Select(activation => activation.Deactivated)).WaitAsync(limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            Logger.LogWarning("{Count} grains were not done when the process had to stop", ActivationCount);
        }

        End(Stage.Stopped);
        if (_processLock is not null) await _processLock.DisposeAsync();
    }

    /// <summary>
    /// Drops everything in memory at once, as if the process had died: no further turn runs, pending storage answers go nowhere. Calls from
    /// outside that wait fail with <see cref="SiloUnavailableException"/>. For tests, and for a process that has lost its lock.
    /// </summary>
    public void Kill()
    {
        End(Stage.Killed);
        _ = _processLock?.DisposeAsync().AsTask();
    }

    /// <summary>
    /// Deterministic only: runs a scenario on the turn queue, so that calls it starts without awaiting each of them interleave. Without
    /// this, a call from a test is done, with all that it led to, before the next one starts.
    /// </summary>
    public Task RunAsync(Func<Task> scenario) => Queue.RunAsync(scenario);

    /// <summary>Deterministic only: waits until no turn is ready.</summary>
    public async Task RunUntilIdleAsync()
    {
        while (!Queue.IsEmpty) await Task.Yield();
    }

    /// <summary>Stops, unless it was killed, and gives back the services made by <see cref="Build"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (Interlocked.Exchange(ref _owned, null) is { } services) await services.DisposeAsync();
    }

    internal Activation FindObserver(string key) => _catalog.FindObserver(key);

    internal object Reference(Type interfaceType, GrainId id) => _catalog.Reference(interfaceType, id);

    /// <summary>Brings a call to its activation.</summary>
    internal void Deliver(Call call)
    {
        var inline = _queue is null && !call.IsOneWay && !ExecutionContext.IsFlowSuppressed()
            && RuntimeHelpers.TryEnsureSufficientExecutionStack();
        while (_stage < Stage.Stopped)
        {
            var target = call.Reference.FindTarget();
            call.RefuseCycle(target);
            if (target.Submit(call, inline)) return;
        }

        call.Abandon();
    }

    internal void RefuseUnlessStarted()
    {
        if (_stage == Stage.Made) throw new InvalidOperationException("The silo was not started yet.");
    }

    internal void RefuseUnlessRunning(bool inStop)
    {
        if (_stage != Stage.Running && !(inStop && _stage == Stage.Stopping))
            throw new SiloUnavailableException($"The silo takes no calls: it is {_stage.ToString().ToLowerInvariant()}.");
    }

    // Nothing ticks while nothing is in memory, so that a clock advanced by a year has nothing to do.
    internal void StartTicking()
    {
        if (_ticking != 0 || Interlocked.Exchange(ref _ticking, 1) != 0) return;
        Now = Ticks(Time.GetElapsedTime(_started));
        _ticks.Change(Tick, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A timer that is not started yet, and keeps nothing of the flow that makes it.</summary>
    internal ITimer CreateTimer(TimerCallback callback, object state)
    {
        using (ExecutionContext.SuppressFlow())
            return Time.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has an activation's turns run: on the thread pool, or on the queue.</summary>
    internal void Schedule(Activation activation)
    {
        if (_queue is not null) _queue.Add(activation);
        else ThreadPool.UnsafeQueueUserWorkItem(activation, preferLocal: true);
    }

    /// <summary>Runs the engine's own work apart from whatever the calling thread is doing.</summary>
    internal void Start(Func<Task> work)
    {
        if (_queue is not null) _queue.Start(work);
        else ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work(), work, preferLocal: false);
    }

    /// <summary>Waits for storage; in a killed silo for ever.</summary>
    internal async Task<T> UnlessKilled<T>(Task<T> work)
    {
        try
        {
            var result = await work;
            if (!IsKilled) return result;
        }
        catch (Exception) when (IsKilled)
        {
        }

        return await new TaskCompletionSource<T>().Task;
    }

    /// <summary>Whole ticks in a span, rounded up.</summary>
    internal static int Ticks(TimeSpan span) => (int)Math.Min(int.MaxValue / 2, Math.Ceiling(span / Tick));

    private TurnQueue Queue =>
        _queue ?? throw new InvalidOperationException("Only a silo with EmbeddedGrainsOptions.Deterministic has a queue to run.");

    private List<Activation> InOrder() => [.. _catalog.Activations.OrderBy(activation => activation.Number)];

    private void End(Stage stage)
    {
        if (IsKilled) return;
        _stage = stage;
        _ticks.Dispose();
        Reminders.Dispose();
        foreach (var activation in _catalog.Activations.Concat(_catalog.Observers)) activation.Kill();
    }

    private void OnTick()
    {
        var before = Now;
        Now = Ticks(Time.GetElapsedTime(_started));
        Waited += Math.Min(Now - before, 2);
        var (response, idle) = (Ticks(Options.ResponseTimeout), Ticks(Options.IdleTime));
        if (ActivationCount > Options.ActivationLimit) idle = 1;
        Volatile.Write(ref _ticking, 0);
        foreach (var activation in (_queue is null ? _catalog.Activations : InOrder()).Concat(_catalog.Observers))
        {
            activation.Check(response, idle);
            if (!activation.Kind.IsObserver && _stage is Stage.Running or Stage.Stopping) StartTicking();
        }

        _catalog.ForgetCollected();
    }
}
