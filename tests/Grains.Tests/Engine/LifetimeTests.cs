using Orleans;
using Orleans.Runtime;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class LifetimeTests
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task An_idle_grain_goes_away_and_one_in_use_or_kept_alive_stays()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<ILifeGrain>("o/idle").Ping();
        await host.Grain<ILifeGrain>("o/used").Ping();
        await host.Grain<IKeptGrain>("o/kept").Ping();
        host.Clock.Advance(10 * s_minute);
        await host.Grain<ILifeGrain>("o/used").Ping();
        host.Clock.Advance(6 * s_minute);
        Assert.Equal("o/idle:ActivationIdle", host.Journal.All);
        Assert.Equal(2, host.Silo.ActivationCount);
        host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("o/idle:ActivationIdle o/used:ActivationIdle", host.Journal.All);
        Assert.Equal(1, host.Silo.ActivationCount);
    }

    [Fact]
    public async Task A_grain_working_on_a_request_is_not_idle()
    {
        await using var host = await EngineHost.StartAsync(options: options => options.ResponseTimeout = TimeSpan.FromDays(2));
        var work = host.Grain<ILifeGrain>().WaitAt("gate");
        host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, host.Silo.ActivationCount);
        host.Journal.Open("gate");
        await work;
    }

    [Fact]
    public async Task Deactivation_waits_for_the_request_and_those_behind_it_go_to_the_next_activation()
    {
        await using var host = await EngineHost.StartAsync();
        var grain = host.Grain<ILifeGrain>("o/a");
        var leave = grain.LeaveAfter("gate");
        var behind = grain.Number();
        host.Journal.Open("gate");
        var first = await leave;
        Assert.NotEqual(first, await behind);
        Assert.Equal("o/a:ApplicationRequested", host.Journal.All);
    }

    [Fact]
    public async Task Timers_tick_in_turns_under_the_clock_until_disposed_and_do_not_keep_a_grain_alive()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<ITimedGrain>().Start(TimeSpan.FromSeconds(30), s_minute, keepAlive: false);
        host.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("", host.Journal.All);
        host.Clock.Advance(TimeSpan.FromSeconds(1) + (2 * s_minute));
        Assert.Equal("tick@00:30 tick@01:30 tick@02:30", host.Journal.All);
        await host.Grain<ITimedGrain>().Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        host.Clock.Advance(10 * s_minute);
        Assert.EndsWith("tick@02:30 tick@02:35", host.Journal.All, StringComparison.Ordinal);
        host.Clock.Advance(20 * s_minute);
        Assert.Equal(0, host.Silo.ActivationCount);
    }

    [Fact]
    public async Task A_timer_may_keep_its_grain_alive_and_stops_with_it()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<ITimedGrain>().Start(s_minute, s_minute, keepAlive: true);
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, host.Silo.ActivationCount);
        await host.Silo.StopAsync();
        var ticks = host.Journal.All;
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(ticks, host.Journal.All);
    }

    [Fact]
    public async Task A_tick_waits_for_the_request_being_worked_on_unless_it_may_interleave()
    {
        await using var host = await EngineHost.StartAsync();
        var (second, once) = (TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await host.Grain<ITimedGrain>("o/waits").Start(second, once, keepAlive: false);
        await host.Grain<ITimedGrain>("o/passes").Start(second, once, keepAlive: false, interleave: true);
        var waits = host.Grain<ITimedGrain>("o/waits").WaitAt("gate");
        var passes = host.Grain<ITimedGrain>("o/passes").WaitAt("gate");
        host.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("tick@00:01", host.Journal.All);
        host.Journal.Open("gate");
        await Task.WhenAll(waits, passes);
        Assert.Equal("tick@00:01 tick@00:02", host.Journal.All);
    }

    [Fact]
    public async Task Stopping_finishes_requests_deactivates_grains_and_refuses_calls_from_outside()
    {
        await using var host = await EngineHost.StartAsync();
        var work = host.Grain<ILifeGrain>("o/a").WaitAt("gate");
        await host.Grain<ILifeGrain>("o/b").Ping();
        var stop = host.Silo.StopAsync();
        Assert.False(stop.IsCompleted);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Grain<ILifeGrain>("o/c").Ping());
        host.Journal.Open("gate");
        await stop;
        await work;
        Assert.Equal("o/b:ShuttingDown o/a:ShuttingDown", host.Journal.All);
    }

    [Fact]
    public async Task Stopping_waits_no_longer_than_its_limit()
    {
        await using var host = await EngineHost.StartAsync();
        var work = host.Grain<ILifeGrain>("o/a").WaitAt("gate");
        var stop = host.Silo.StopAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(21));
        await stop;
        await Assert.ThrowsAsync<SiloUnavailableException>(() => work);
    }

    [Fact]
    public async Task A_killed_silo_drops_its_calls_and_runs_and_writes_nothing_more()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<ILifeGrain>("o/a").Ping();
        await host.Grain<INotesGrain>().Add("kept");
        var waiting = host.Grain<ILifeGrain>("o/a").WaitAt("gate");
        var behind = host.Grain<ILifeGrain>("o/a").Ping();
        host.Silo.Kill();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => behind);
        await Assert.ThrowsAsync<SiloUnavailableException>(() => host.Grain<ILifeGrain>("o/a").Ping());
        host.Journal.Open("gate");
        host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("", host.Journal.All);
        await host.RestartAsync();
        Assert.StartsWith("kept|1|", await host.Grain<INotesGrain>().Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_killed_amid_work_on_many_threads_loses_nothing_acknowledged_and_leaves_storage_usable()
    {
        await using var host = await EngineHost.StartAsync(deterministic: false);
        var acknowledged = 0;
        for (var round = 0; round < 5; round++)
        {
            var enough = new TaskCompletionSource();
            var work = Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    await host.Grain<INotesGrain>().Add("x");
                    if (Interlocked.Increment(ref acknowledged) % 50 == 0) enough.TrySetResult();
                }
            })));
            await enough.Task;
            host.Silo.Kill();
            await Assert.ThrowsAsync<SiloUnavailableException>(() => work);
            await host.RestartAsync();
        }

        var kept = (await host.Grain<INotesGrain>().Read()).Split('|')[0].Split(' ').Length;
        Assert.InRange(kept, acknowledged, acknowledged + (5 * 16));
    }

    [Theory]
    [InlineData(WriteFault.FailBefore, "")]
    [InlineData(WriteFault.WriteThenThrow, "a")]
    [InlineData(WriteFault.WriteThenKill, "a")]
    [InlineData(WriteFault.AnswerLate, "a")]
    [InlineData(WriteFault.StaleETag, "")]
    public async Task After_any_fault_of_a_write_storage_decides(WriteFault fault, string left)
    {
        await using var host = await EngineHost.StartAsync();
        var faults = new OneFault(host, fault);
        host.Database.Faults = faults;
        var call = host.Grain<INotesGrain>().Add("a");
        if (fault == WriteFault.AnswerLate)
        {
            Assert.False(call.IsCompleted);
            faults.Answer.SetResult();
            await call;
        }
        else
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(() => call);
            if (fault == WriteFault.WriteThenKill) Assert.IsType<SiloUnavailableException>(error);
        }

        host.Database.Faults = null;
        host.Silo.Kill();
        await host.RestartAsync();
        Assert.StartsWith(left + "|", await host.Grain<INotesGrain>().Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scenario_makes_the_same_writes_in_the_same_order_each_time()
    {
        async Task<string> RunAsync()
        {
            await using var host = await EngineHost.StartAsync(options: options => options.Seed = 3);
            host.Database.Faults = new Recorder(host.Journal);
            await host.Silo.RunAsync(
                () => Task.WhenAll(Enumerable.Range(0, 10).Select(i => host.Grain<INotesGrain>($"o/{i % 3}").Add($"{i}"))));
            host.Clock.Advance(TimeSpan.FromHours(1));
            return host.Journal.All;
        }

        var first = await RunAsync();
        Assert.Equal(10, first.Split(' ').Length);
        Assert.Equal(first, await RunAsync());
    }

    private sealed class OneFault(EngineHost host, WriteFault fault) : IWriteFaults
    {
        public TaskCompletionSource Answer { get; } = new();

        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit) => new(fault);

        public void Kill(WriteUnit unit) => host.Silo.Kill();

        public Task AnswerAsync(WriteUnit unit) => Answer.Task;
    }

    private sealed class Recorder(Journal journal) : IWriteFaults
    {
        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
        {
            journal.Note($"{unit.Point}:{unit.Statements[0].Parameters[1].Value}:{unit.Statements[0].Parameters[4].Value}");
            return new(WriteFault.None);
        }

        public void Kill(WriteUnit unit) { }

        public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;
    }
}

public interface ILife : IGrainWithStringKey
{
    Task Ping();

    Task WaitAt(string gate);

    Task<int> LeaveAfter(string gate);

    Task<int> Number();
}

public interface ILifeGrain : ILife;

public interface IKeptGrain : ILife;

public class LifeBase(Journal journal) : Grain
{
    public Task Ping() => Task.CompletedTask;

    public Task WaitAt(string gate) => journal.At(gate);

    public async Task<int> LeaveAfter(string gate)
    {
        DeactivateOnIdle();
        await journal.At(gate);
        return await Number();
    }

    public Task<int> Number() => Task.FromResult(GetHashCode());

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        journal.Note($"{this.GetPrimaryKeyString()}:{reason.ReasonCode}");
        return Task.CompletedTask;
    }
}

public sealed class LifeGrain(Journal journal) : LifeBase(journal), ILifeGrain;

[KeepAlive]
public sealed class KeptGrain(Journal journal) : LifeBase(journal), IKeptGrain;

public interface ITimedGrain : IGrainWithStringKey
{
    Task Start(TimeSpan due, TimeSpan period, bool keepAlive, bool interleave = false);

    Task Change(TimeSpan due, TimeSpan period);

    Task WaitAt(string gate);
}

public sealed class TimedGrain(Journal journal, TimeProvider time) : Grain, ITimedGrain
{
    private DateTimeOffset _started;
    private IGrainTimer? _timer;

    public Task Start(TimeSpan due, TimeSpan period, bool keepAlive, bool interleave)
    {
        _started = time.GetUtcNow();
        var options = new GrainTimerCreationOptions(due, period) { KeepAlive = keepAlive, Interleave = interleave };
        _timer = this.RegisterGrainTimer(Tick, options);
        return Task.CompletedTask;
    }

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task WaitAt(string gate) => journal.At(gate);

    private Task Tick()
    {
        journal.Note($"tick@{time.GetUtcNow() - _started:mm\\:ss}");
        return Task.CompletedTask;
    }
}
