using Orleans;
using Orleans.Concurrency;
using Portal.Grains.Embedded;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class TurnTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_of_a_grain_follow_one_another(bool deterministic)
    {
        await using var host = await EngineHost.StartAsync(deterministic);
        var grain = host.Grain<IStepsGrain>();
        var first = grain.Step("a", "gate");
        var second = grain.Step("b", null);
        await grain.Look();
        Assert.Equal("a1", host.Journal.All);
        host.Journal.Open("gate");
        await Task.WhenAll(first, second);
        Assert.Equal("a1 a2 b1 b2", host.Journal.All);
    }

    [Fact]
    public async Task Requests_of_a_reentrant_grain_interleave_at_their_awaits()
    {
        await using var host = await EngineHost.StartAsync();
        var grain = host.Grain<IReentrantStepsGrain>();
        var first = grain.Step("a", "gate");
        await grain.Step("b", null);
        host.Journal.Open("gate");
        await first;
        Assert.Equal("a1 b1 b2 a2", host.Journal.All);
    }

    [Fact]
    public async Task Read_only_requests_interleave_with_one_another_but_not_with_a_change()
    {
        await using var host = await EngineHost.StartAsync();
        var grain = host.Grain<IStepsGrain>();
        var read = grain.Read("r", "gate");
        await grain.Read("s", null);
        var change = grain.Step("c", null);
        Assert.Equal("r1 s1 s2", host.Journal.All);
        host.Journal.Open("gate");
        await Task.WhenAll(read, change);
        Assert.Equal("r1 s1 s2 r2 c1 c2", host.Journal.All);
    }

    [Fact]
    public async Task Continuations_are_turns_one_at_a_time_on_real_threads()
    {
        await using var host = await EngineHost.StartAsync(deterministic: false);
        var grain = host.Grain<ICountingGrain>();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await grain.AddInManyTurns();
        })));
        Assert.Equal((1600 * 5, false), await grain.Read());
    }

    [Fact]
    public async Task A_one_way_call_is_done_for_its_caller_when_it_is_on_its_way_and_its_error_stays_there()
    {
        await using var host = await EngineHost.StartAsync();
        var grain = host.Grain<IStepsGrain>();
        await grain.Shout("x", "gate");
        Assert.Equal("x1", host.Journal.All);
        host.Journal.Open("gate");
        await grain.Shout("fail", null);
        await grain.Step("y", null);
        Assert.Equal("x1 x2 fail1 y1 y2", host.Journal.All);
    }

    [Fact]
    public async Task A_stateless_worker_has_as_many_activations_as_are_busy_up_to_its_limit()
    {
        await using var host = await EngineHost.StartAsync();
        var calls = new[] { "a", "b", "c" }.Select(name => host.Grain<IWorkerGrain>().Step(name, "gate")).ToArray();
        Assert.Equal("a1 b1", host.Journal.All);
        Assert.Equal(2, host.Silo.ActivationCount);
        host.Journal.Open("gate");
        await Task.WhenAll(calls);
        Assert.Equal(["a1", "a2", "b1", "b2", "c1", "c2"], host.Journal.All.Split(' ').Order());
    }

    [Fact]
    public async Task An_exception_reaches_the_caller_and_the_grain_goes_on()
    {
        await using var host = await EngineHost.StartAsync();
        var grain = host.Grain<IStepsGrain>();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Step("fail", null));
        Assert.Equal("fail", error.Message);
        await grain.Step("b", null);
    }

    [Fact]
    public async Task A_call_that_is_not_answered_times_out_and_those_behind_it_are_dropped()
    {
        await using var host = await EngineHost.StartAsync();
        var stuck = host.Grain<IStepsGrain>().Step("a", "gate");
        var behind = host.Grain<IStepsGrain>().Step("b", null);
        host.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(stuck.IsCompleted);
        host.Clock.Advance(TimeSpan.FromSeconds(12));
        await Assert.ThrowsAsync<TimeoutException>(() => stuck);
        await Assert.ThrowsAsync<TimeoutException>(() => behind);
        host.Journal.Open("gate");
        await host.Grain<IStepsGrain>().Step("c", null);
        Assert.Equal("a1 a2 c1 c2", host.Journal.All);
    }

    [Fact]
    public async Task A_clock_that_leaps_times_out_no_call_under_way()
    {
        await using var host = await EngineHost.StartAsync();
        var slow = host.Grain<IStepsGrain>().Step("a", "gate");
        host.Clock.Leap(TimeSpan.FromHours(1));
        host.Journal.Open("gate");
        await slow;
        Assert.Equal("a1 a2", host.Journal.All);
    }

    [Fact]
    public async Task A_call_that_would_wait_for_itself_is_refused_at_once_with_its_chain()
    {
        await using var host = await EngineHost.StartAsync();
        var error = await Assert.ThrowsAsync<CallCycleException>(() => host.Grain<IRelayGrain>("o/a").Relay(["o/b", "o/c", "o/a"]));
        Assert.EndsWith("relay/o/a → relay/o/b → relay/o/c → relay/o/a.Relay", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<CallCycleException>(() => host.Grain<IRelayGrain>("o/a").Relay(["o/a"]));
        Assert.Equal("", await host.Grain<IRelayGrain>("o/a").Relay(["o/b", "o/c"]));
    }

    [Fact]
    public async Task A_cycle_through_a_method_that_interleaves_is_none()
    {
        await using var host = await EngineHost.StartAsync();
        Assert.Equal("here", await host.Grain<IRelayGrain>("o/a").RelayThenLook(["o/b"], "o/a"));
    }

    [Fact]
    public async Task Calls_of_a_scenario_interleave_in_an_order_that_its_seed_decides()
    {
        async Task<string> RunAsync(int? seed)
        {
            await using var host = await EngineHost.StartAsync(options: options => options.Seed = seed);
            await host.Silo.RunAsync(
                () => Task.WhenAll(Enumerable.Range(0, 6).Select(i => host.Grain<IYieldingGrain>($"o/{i}").Run($"{i}"))));
            return host.Journal.All;
        }

        Assert.Equal("0a 1a 2a 3a 4a 5a 0b 1b 2b 3b 4b 5b", await RunAsync(null));
        Assert.Equal(await RunAsync(7), await RunAsync(7));
        Assert.NotEqual(await RunAsync(7), await RunAsync(8));
    }

    [Fact]
    public async Task Ambient_values_of_the_caller_do_not_reach_the_grain()
    {
        var ambient = new AsyncLocal<string?> { Value = "callers" };
        await using var host = await EngineHost.StartAsync(deterministic: false, options: _ => AmbientGrain.Ambient = ambient);
        Assert.Null(await host.Grain<IAmbientGrain>().Look());
        Assert.Null(await host.Grain<IAmbientGrain>().Look());
        Assert.Equal("callers", ambient.Value);
    }
}

public interface ISteps : IGrainWithStringKey
{
    Task Step(string name, string? gate);

    [ReadOnly]
    Task Read(string name, string? gate);

    [OneWay]
    Task Shout(string name, string? gate);

    [AlwaysInterleave]
    Task Look();
}

public interface IStepsGrain : ISteps;

public interface IReentrantStepsGrain : ISteps;

public interface IWorkerGrain : ISteps;

public class StepsBase(Journal journal) : Grain
{
    public async Task Step(string name, string? gate)
    {
        journal.Note(name + "1");
        if (name == "fail") throw new InvalidOperationException(name);
        if (gate is not null) await journal.At(gate);
        journal.Note(name + "2");
    }

    public Task Read(string name, string? gate) => Step(name, gate);

    public Task Shout(string name, string? gate) => Step(name, gate);

    public Task Look() => Task.CompletedTask;
}

public sealed class StepsGrain(Journal journal) : StepsBase(journal), IStepsGrain;

[Reentrant]
public sealed class ReentrantStepsGrain(Journal journal) : StepsBase(journal), IReentrantStepsGrain;

[StatelessWorker(2)]
public sealed class WorkerGrain(Journal journal) : StepsBase(journal), IWorkerGrain;

public interface ICountingGrain : IGrainWithStringKey
{
    Task AddInManyTurns();

    ValueTask<(int Count, bool Overlapped)> Read();
}

[Reentrant]
public sealed class CountingGrain : Grain, ICountingGrain
{
    private int _count;
    private int _inside;
    private bool _overlapped;

    public async Task AddInManyTurns()
    {
        for (var i = 0; i < 5; i++)
        {
            _overlapped |= Interlocked.Increment(ref _inside) > 1;
            var seen = _count;
            Thread.SpinWait(50);
            _count = seen + 1;
            Interlocked.Decrement(ref _inside);
            await Task.Yield();
        }
    }

    public ValueTask<(int Count, bool Overlapped)> Read() => new((_count, _overlapped));
}

public interface IRelayGrain : IGrainWithStringKey
{
    Task<string> Relay(string[] path);

    Task<string> RelayThenLook(string[] path, string look);

    [AlwaysInterleave]
    Task<string> Look();
}

public sealed class RelayGrain : Grain, IRelayGrain
{
    public async Task<string> Relay(string[] path) =>
        path.Length == 0 ? "" : await GrainFactory.GetGrain<IRelayGrain>(path[0]).Relay(path[1..]);

    public async Task<string> RelayThenLook(string[] path, string look) => path.Length == 0
        ? await GrainFactory.GetGrain<IRelayGrain>(look).Look()
        : await GrainFactory.GetGrain<IRelayGrain>(path[0]).RelayThenLook(path[1..], look);

    public Task<string> Look() => Task.FromResult("here");
}

public interface IYieldingGrain : IGrainWithStringKey
{
    Task Run(string name);
}

public sealed class YieldingGrain(Journal journal) : Grain, IYieldingGrain
{
    public async Task Run(string name)
    {
        journal.Note(name + "a");
        await Task.Yield();
        journal.Note(name + "b");
    }
}

public interface IAmbientGrain : IGrainWithStringKey
{
    Task<string?> Look();
}

public sealed class AmbientGrain : Grain, IAmbientGrain
{
    public static AsyncLocal<string?>? Ambient { get; set; }

    public Task<string?> Look() => Task.FromResult(Ambient?.Value);
}
