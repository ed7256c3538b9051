using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Embedded;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class HostingTests
{
    [Fact]
    public async Task The_engine_starts_and_stops_with_its_host()
    {
        await using var database = Database.Open("sqlite::memory:");
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(database).AddSingleton<Journal>();
        builder.Services.AddEmbeddedGrains(options => options.GrainClasses.Add(typeof(NotesGrain)));
        using var host = builder.Build();
        await host.StartAsync();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<INotesGrain>("riverside/alice");
        await grain.Add("one");
        await host.StopAsync();
        await Assert.ThrowsAsync<SiloUnavailableException>(() => grain.Add("two"));
    }

    [Fact]
    public async Task A_second_engine_on_the_same_file_is_refused_until_the_first_has_ended()
    {
        var folder = Directory.CreateTempSubdirectory("portal-engine-");
        try
        {
            await using var first = Database.Open($"sqlite:{folder.FullName}/portal.db");
            await using var second = Database.Open($"sqlite:{folder.FullName}/portal.db");
            var running = await StartAsync(first);
            var error = await Assert.ThrowsAsync<AlreadyRunningException>(() => StartAsync(second));
            Assert.Contains("PortalEngine=orleans", error.Message, StringComparison.Ordinal);
            await running.DisposeAsync();
            await (await StartAsync(second)).DisposeAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Two_grain_classes_of_one_name_are_refused()
    {
        await using var database = Database.Open("sqlite::memory:");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(database, typeof(NotesGrain), typeof(Other.NotesGrain)));
        Assert.Contains("'notes'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_in_the_middle_of_a_scenario_ends_its_calls_and_holds_what_the_dying_grain_still_writes()
    {
        await using var host = await EngineHost.StartAsync();
        host.Database.Faults = new KillAtFirst(host);
        await host.Silo.RunAsync(async () =>
        {
            var dying = host.Grain<IStubbornGrain>().WriteTwice();
            var other = host.Grain<IYieldingGrain>().Run("x");
            await Assert.ThrowsAsync<SiloUnavailableException>(() => dying);
            await Assert.ThrowsAsync<SiloUnavailableException>(() => other);
        });
        host.Database.Faults = null;
        await host.RestartAsync();
        Assert.Equal("first", await host.Grain<IStubbornGrain>().Read());
    }

    private static async Task<EmbeddedSilo> StartAsync(Database database, params Type[] classes)
    {
        var services = new ServiceCollection().AddSingleton(database);
        services.AddEmbeddedGrains(options => options.GrainClasses.AddRange(classes));
        var silo = EmbeddedSilo.Build(services);
        await silo.StartAsync();
        return silo;
    }

    private static class Other
    {
        public sealed class NotesGrain : Grain, IFragileGrain
        {
            public Task Ping() => Task.CompletedTask;
        }
    }

    private sealed class KillAtFirst(EngineHost host) : IWriteFaults
    {
        private bool _done;

        public async ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
        {
            // What a dead process would not have written.
            if (EmbeddedSilo.InKilledTurn) await new TaskCompletionSource().Task;
            var fault = _done ? WriteFault.None : WriteFault.WriteThenKill;
            _done = true;
            return fault;
        }

        public void Kill(WriteUnit unit) => host.Silo.Kill();

        public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;
    }
}

public interface IStubbornGrain : IGrainWithStringKey
{
    Task WriteTwice();

    Task<string> Read();
}

public sealed class StubbornGrain(Database database, [PersistentState("text")] IPersistentState<Notes> text) : Grain, IStubbornGrain
{
    public async Task WriteTwice()
    {
        try
        {
            await WriteAsync("first");
        }
        catch (InjectedFaultException)
        {
            await WriteAsync("second");
        }
    }

    public Task<string> Read() => Task.FromResult(text.State.Title);

    // By itself, as features write their own tables, so that the engine does not see it.
    private Task<int[]> WriteAsync(string title) => database.WriteAsync(new WriteUnit("own", new Statement(
        "INSERT INTO grain_state (grain_type, grain_key, state_name, etag, payload, modified) "
        + "VALUES ('stubborn', 'riverside/alice', 'text', 1, @payload, 0) "
        + "ON CONFLICT (grain_type, grain_key, state_name) DO UPDATE SET payload = excluded.payload",
        ("payload", $$"""{"Title":"{{title}}"}"""))));
}
