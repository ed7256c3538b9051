using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class FilterTests
{
    [Fact]
    public async Task A_filter_sees_who_calls_whom_with_what_and_the_result()
    {
        var seen = new Seen();
        await using var host = await EngineHost.StartAsync(services: services => services.AddSingleton<IIncomingGrainCallFilter>(seen));
        Assert.Equal("hello", await host.Grain<IFilteredGrain>("o/a").Forward("o/b", "hello"));
        Assert.Equal(
            [
                "- → filtered/o/a IFilteredGrain.Forward FilteredGrain(o/b, hello)",
                "filtered/o/a → filtered/o/b IFilteredGrain.Say FilteredGrain(hello)",
                "filtered/o/b.Say = hello",
                "filtered/o/a.Forward = hello",
            ],
            seen.Lines);
    }

    [Fact]
    public async Task Filters_run_in_the_order_they_were_registered_then_the_grains_own()
    {
        await using var host = await EngineHost.StartAsync(services: services => services
            .AddSingleton<IIncomingGrainCallFilter>(new Wrap("1")).AddSingleton<IIncomingGrainCallFilter>(new Wrap("2")));
        Assert.Equal("1(2(own(x)))", await host.Grain<ISelfFilteringGrain>().Say("x"));
    }

    [Fact]
    public async Task A_filter_may_refuse_a_call_before_the_grain_sees_it()
    {
        await using var host = await EngineHost.StartAsync(services: services => services.AddSingleton<IIncomingGrainCallFilter, Refuse>());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => host.Grain<IFilteredGrain>().Say("x"));
        Assert.Equal("", host.Journal.All);
    }

    [Fact]
    public async Task Outgoing_filters_see_the_call_at_its_caller_and_may_set_the_context()
    {
        await using var host = await EngineHost.StartAsync(services: services => services.AddSingleton<IOutgoingGrainCallFilter, Stamp>());
        Assert.Equal("x by client", await host.Grain<IFilteredGrain>("o/a").Stamped("x"));
        Assert.Null(RequestContext.Get("by"));
    }

    [Fact]
    public async Task A_reminder_is_a_call_from_the_engine_not_from_outside()
    {
        var seen = new Seen();
        await using var host = await EngineHost.StartAsync(services: services => services.AddSingleton<IIncomingGrainCallFilter>(seen));
        await host.Grain<IRemindedGrain>("o/a").Remind("r", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        host.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Contains(seen.Lines, line => line.StartsWith(
            "sys.svc.user.reminders/embedded → reminded/o/a IRemindable.ReceiveReminder RemindedGrain(r, ", StringComparison.Ordinal));
    }

    private sealed class Seen : IIncomingGrainCallFilter
    {
        public List<string> Lines { get; } = [];

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            var arguments = string.Join(", ", Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument));
            Lines.Add($"{context.SourceId?.ToString() ?? "-"} → {context.TargetId} "
                + $"{context.InterfaceMethod.DeclaringType!.Name}.{context.MethodName} "
                + $"{context.ImplementationMethod.DeclaringType!.Name}({arguments})");
            await context.Invoke();
            Lines.Add($"{context.TargetId}.{context.MethodName} = {context.Result}");
        }
    }

    private sealed class Wrap(string name) : IIncomingGrainCallFilter
    {
        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            context.Result = $"{name}({context.Result})";
        }
    }

    private sealed class Refuse : IIncomingGrainCallFilter
    {
        public Task Invoke(IIncomingGrainCallContext context) => throw new UnauthorizedAccessException();
    }

    private sealed class Stamp : IOutgoingGrainCallFilter
    {
        public Task Invoke(IOutgoingGrainCallContext context)
        {
            RequestContext.Set("by", context.SourceContext is null ? "client" : "grain");
            return context.Invoke();
        }
    }
}

public interface IFilteredGrain : IGrainWithStringKey
{
    Task<string> Say(string text);

    Task<string> Forward(string key, string text);

    Task<string> Stamped(string text);
}

public sealed class FilteredGrain(Journal journal) : Grain, IFilteredGrain
{
    public Task<string> Say(string text)
    {
        journal.Note(text);
        return Task.FromResult(text);
    }

    public Task<string> Forward(string key, string text) => GrainFactory.GetGrain<IFilteredGrain>(key).Say(text);

    public Task<string> Stamped(string text) => Task.FromResult($"{text} by {RequestContext.Get("by")}");
}

public interface ISelfFilteringGrain : IGrainWithStringKey
{
    Task<string> Say(string text);
}

public sealed class SelfFilteringGrain : Grain, ISelfFilteringGrain, IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        context.Result = $"own({context.Result})";
    }

    public Task<string> Say(string text) => Task.FromResult(text);
}
