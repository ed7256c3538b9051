using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class ObserverTests
{
    [Fact]
    public async Task Observers_are_called_in_order_with_copies_and_their_errors_stay_with_them()
    {
        await using var host = await EngineHost.StartAsync();
        var listener = new Listener();
        var reference = host.Silo.GrainFactory.CreateObjectReference<IListener>(listener);
        await host.Grain<ITalkerGrain>().Add(reference);
        await host.Grain<ITalkerGrain>().Tell(["fail"]);
        await host.Grain<ITalkerGrain>().Tell(["b", "c"]);
        Assert.Equal(["fail", "b", "c"], listener.Heard);
        Assert.Equal("heard 3", await host.Grain<ITalkerGrain>().AskFirst());
    }

    [Fact]
    public async Task An_observer_that_was_deleted_is_ignored_when_told_and_an_error_when_asked()
    {
        await using var host = await EngineHost.StartAsync();
        var listener = new Listener();
        var reference = host.Silo.GrainFactory.CreateObjectReference<IListener>(listener);
        await host.Grain<ITalkerGrain>().Add(reference);
        await host.Grain<ITalkerGrain>().Tell(["a"]);
        host.Silo.GrainFactory.DeleteObjectReference<IListener>(reference);
        await host.Grain<ITalkerGrain>().Tell(["b"]);
        await Assert.ThrowsAsync<ClientNotAvailableException>(() => host.Grain<ITalkerGrain>().AskFirst());
        Assert.Equal(["a"], listener.Heard);
    }

    [Fact]
    public async Task An_observer_nobody_holds_is_collected()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<ITalkerGrain>().Add(Forgotten(host));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await host.Grain<ITalkerGrain>().Tell(["a"]);
        await Assert.ThrowsAsync<ClientNotAvailableException>(() => host.Grain<ITalkerGrain>().AskFirst());
    }

    [Fact]
    public async Task An_observer_itself_cannot_be_passed_only_its_reference()
    {
        await using var host = await EngineHost.StartAsync();
        await Assert.ThrowsAsync<NotSupportedException>(() => host.Grain<ITalkerGrain>().Add(new Listener()));
    }

    [Fact]
    public async Task What_an_observer_calls_counts_as_called_from_outside()
    {
        var sources = new Sources();
        await using var host = await EngineHost.StartAsync(services: services => services.AddSingleton<IIncomingGrainCallFilter>(sources));
        var listener = new Listener { Then = () => host.Grain<IFilteredGrain>().Say("x") };
        await host.Grain<ITalkerGrain>().Add(host.Silo.GrainFactory.CreateObjectReference<IListener>(listener));
        await host.Grain<ITalkerGrain>().Tell(["a"]);
        Assert.Equal("x", host.Journal.All);
        Assert.Equal(["Add:", "Tell:", "Hear:talker/riverside/alice", "Say:"], sources.Lines);
    }

    [Fact]
    public async Task An_observer_hears_one_call_at_a_time_on_real_threads()
    {
        await using var host = await EngineHost.StartAsync(deterministic: false);
        var listener = new Listener();
        await host.Grain<ITalkerGrain>().Add(host.Silo.GrainFactory.CreateObjectReference<IListener>(listener));
        await host.Grain<ITalkerGrain>().Tell([.. Enumerable.Range(0, 500).Select(i => $"{i}")]);
        await host.Grain<ITalkerGrain>().AskFirst();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), listener.Heard);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IListener Forgotten(EngineHost host) => host.Silo.GrainFactory.CreateObjectReference<IListener>(new Listener());

    private sealed class Sources : IIncomingGrainCallFilter
    {
        public List<string> Lines { get; } = [];

        public Task Invoke(IIncomingGrainCallContext context)
        {
            Lines.Add($"{context.MethodName}:{context.SourceId}");
            return context.Invoke();
        }
    }
}

public interface IListener : IGrainObserver
{
    [OneWay]
    Task Hear(string text);

    Task<string> Ask();
}

public sealed class Listener : IListener
{
    public List<string> Heard { get; } = [];

    public Func<Task>? Then { get; init; }

    public async Task Hear(string text)
    {
        Heard.Add(text);
        if (text == "fail") throw new InvalidOperationException(text);
        if (Then is not null) await Then();
    }

    public Task<string> Ask() => Task.FromResult($"heard {Heard.Count}");
}

public interface ITalkerGrain : IGrainWithStringKey
{
    Task Add(IListener listener);

    Task Tell(string[] texts);

    Task<string> AskFirst();
}

public sealed class TalkerGrain : Grain, ITalkerGrain
{
    private readonly List<IListener> _listeners = [];

    public Task Add(IListener listener)
    {
        _listeners.Add(listener);
        return Task.CompletedTask;
    }

    public async Task Tell(string[] texts)
    {
        foreach (var text in texts)
            foreach (var listener in _listeners) await listener.Hear(text);
    }

    public Task<string> AskFirst() => _listeners[0].Ask();
}
