using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class StateTests
{
    [Fact]
    public async Task State_is_read_before_activation_and_outlives_the_silo()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<INotesGrain>().Add("one");
        await host.Grain<INotesGrain>().Add("two");
        await host.RestartAsync();
        Assert.Equal("one two|2|activated with 2", await host.Grain<INotesGrain>().Read());
        Assert.Equal("||activated with 0", await host.Grain<INotesGrain>("riverside/bob").Read());
    }

    [Fact]
    public async Task State_is_plain_json_under_the_type_key_and_name()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<INotesGrain>().Add("one");
        var row = await host.Database.ReadAsync(connection => connection.QuerySingleAsync<(string, string, string, long, string, long)>(
            "SELECT grain_type, grain_key, state_name, etag, payload, modified FROM grain_state"));
        var now = host.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(("notes", "riverside/alice", "notes", 1L, """{"Lines":["one"],"Title":""}""", now), row);
    }

    [Fact]
    public async Task Fields_added_since_or_removed_since_do_no_harm()
    {
        await using var host = await EngineHost.StartAsync();
        await WriteAsync(host, "INSERT INTO grain_state (grain_type, grain_key, state_name, etag, payload, modified) "
            + "VALUES ('notes', 'riverside/alice', 'notes', 41, '{\"Lines\":[\"old\"],\"Forgotten\":{\"a\":1}}', 0)");
        await host.Grain<INotesGrain>().Add("new");
        Assert.Equal("old new|42|activated with 1", await host.Grain<INotesGrain>().Read());
    }

    [Fact]
    public async Task Clearing_removes_the_row_and_writing_makes_a_new_one()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<INotesGrain>().Add("one");
        await host.Grain<INotesGrain>().Clear();
        Assert.Equal(0, await CountAsync(host));
        Assert.Equal("||activated with 0", await host.Grain<INotesGrain>().Read());
        await host.Grain<INotesGrain>().Add("two");
        Assert.Equal("two|1|activated with 0", await host.Grain<INotesGrain>().Read());
    }

    [Theory]
    [InlineData("UPDATE grain_state SET etag = etag + 1, payload = '{\"Lines\":[\"theirs\"]}'", "theirs")]
    [InlineData("DELETE FROM grain_state", "")]
    public async Task A_write_over_another_version_is_refused_and_the_activation_goes_away(string theirs, string left)
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<INotesGrain>().Add("mine");
        await WriteAsync(host, theirs);
        var error = await Assert.ThrowsAsync<InconsistentStateException>(() => host.Grain<INotesGrain>().Add("lost"));
        Assert.Equal("1", error.CurrentEtag);
        Assert.StartsWith(left + "|", await host.Grain<INotesGrain>().Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_first_write_over_a_row_made_meanwhile_is_refused()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<INotesGrain>().Read();
        await WriteAsync(host, "INSERT INTO grain_state (grain_type, grain_key, state_name, etag, payload, modified) "
            + "VALUES ('notes', 'riverside/alice', 'notes', 1, '{\"Lines\":[\"theirs\"]}', 0)");
        await Assert.ThrowsAsync<InconsistentStateException>(() => host.Grain<INotesGrain>().Add("lost"));
        Assert.StartsWith("theirs|1|", await host.Grain<INotesGrain>().Read(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activation_that_fails_tells_its_caller_and_the_next_call_tries_again()
    {
        await using var host = await EngineHost.StartAsync();
        FragileGrain.Failures = 1;
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Grain<IFragileGrain>().Ping());
        Assert.Equal("not today", error.Message);
        await host.Grain<IFragileGrain>().Ping();
        Assert.Equal(1, host.Silo.ActivationCount);
    }

    [Fact]
    public async Task Constructors_get_scoped_services_that_are_disposed_with_the_activation()
    {
        await using var host = await EngineHost.StartAsync(services: services => services.AddScoped<Scoped>());
        await host.Grain<IScopedGrain>().Ping();
        Assert.Equal("made", host.Journal.All);
        await host.Silo.StopAsync();
        Assert.Equal("made disposed", host.Journal.All);
    }

    private static Task WriteAsync(EngineHost host, string sql) => host.Database.WriteAsync(new WriteUnit("test", new Statement(sql)));

    private static Task<int> CountAsync(EngineHost host) =>
        host.Database.ReadAsync(connection => connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM grain_state"));
}

public interface INotesGrain : IGrainWithStringKey
{
    Task Add(string line);

    Task Clear();

    Task<string> Read();
}

[GenerateSerializer]
public sealed record Notes
{
    [Id(0)] public List<string> Lines { get; init; } = [];

    [Id(1)] public string Title { get; init; } = "";
}

public sealed class NotesGrain([PersistentState("notes")] IPersistentState<Notes> notes) : Grain, INotesGrain
{
    private string _activated = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _activated = $"activated with {notes.State.Lines.Count}";
        return Task.CompletedTask;
    }

    public Task Add(string line)
    {
        notes.State = notes.State with { Lines = [.. notes.State.Lines, line] };
        return notes.WriteStateAsync();
    }

    public Task Clear() => notes.ClearStateAsync();

    public Task<string> Read() => Task.FromResult($"{string.Join(' ', notes.State.Lines)}|{notes.Etag}|{_activated}");
}

public interface IFragileGrain : IGrainWithStringKey
{
    Task Ping();
}

public sealed class FragileGrain : Grain, IFragileGrain
{
    public static int Failures { get; set; }

    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Failures-- > 0 ? throw new InvalidOperationException("not today") : Task.CompletedTask;

    public Task Ping() => Task.CompletedTask;
}

public sealed class Scoped(Journal journal) : IDisposable
{
    public void Touch() => journal.Note("made");

    public void Dispose() => journal.Note("disposed");
}

public interface IScopedGrain : IGrainWithStringKey
{
    Task Ping();
}

public sealed class ScopedGrain : Grain, IScopedGrain
{
    public ScopedGrain(Scoped scoped) => scoped.Touch();

    public Task Ping() => Task.CompletedTask;
}
