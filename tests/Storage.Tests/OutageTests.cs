using System.Collections.Concurrent;
using System.Diagnostics;
using Portal.Storage.PostgreSql;
using Portal.Tests;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>
/// A server that is killed and started again under load: whatever was acknowledged is there, whatever was refused as not written is not,
/// what is unknown is said to be, and everything goes on by itself.
/// </summary>
[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresUnderLoad(PostgresServer server) : DatabaseTest
{
    private const int Writers = 16;
    private const int BetweenOutages = 300;
    private const int Outages = 3;
    private readonly ConcurrentDictionary<string, string> _outcomes = new();
    private int _acknowledged;

    [PostgresFact]
    public async Task Killed_and_started_again_it_keeps_every_promise_and_recovers_by_itself()
    {
        using var enough = new CancellationTokenSource();
        var database = OpenAnother(new DatabaseOptions { UnavailableWait = TimeSpan.FromMilliseconds(200) });
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(database, writer, enough.Token))).ToList();
        for (var outage = 0; outage < Outages; outage++)
        {
            await UntilAsync(_acknowledged + BetweenOutages);
            await server.KillAsync();
            // Red while it is away, within the limit and not after some wait of its own.
            var clock = Stopwatch.StartNew();
            Assert.False((await database.CheckAsync()).Healthy);
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"The check took {clock.Elapsed}.");
            await server.StartAsync();
        }

        await UntilAsync(_acknowledged + BetweenOutages);
        Assert.True((await database.CheckAsync()).Healthy);
        await enough.CancelAsync();
        await Task.WhenAll(writers);

        var there = (await Things.IdsAsync(database)).ToHashSet();
        Assert.Equal([], _outcomes.Where(o => o.Value == "acknowledged" && !there.Contains(o.Key)));
        Assert.Equal([], _outcomes.Where(o => o.Value == "not written" && there.Contains(o.Key)));
        Assert.Equal(2 * there.Count, await Things.CountAsync(database, "parts"));
        Assert.Contains(_outcomes, o => o.Value == "not written");
    }

    protected override Task<string> CreateAsync() => server.CreateDatabaseAsync();

    private async Task WriteAsync(Database database, int writer, CancellationToken enough)
    {
        for (var number = 0; !enough.IsCancellationRequested; number++)
        {
            var id = $"{writer}-{number}";
            try
            {
                await database.WriteAsync(Things.Add(id, "first", "second"), CancellationToken.None);
                _outcomes[id] = "acknowledged";
                Interlocked.Increment(ref _acknowledged);
            }
            catch (DatabaseUnavailableException error)
            {
                _outcomes[id] = error.OutcomeUnknown ? "unknown" : "not written";
            }
        }
    }

    private async Task UntilAsync(int acknowledged)
    {
        var clock = Stopwatch.StartNew();
        while (Volatile.Read(ref _acknowledged) < acknowledged)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "It did not recover.");
            await Task.Yield();
        }
    }
}

/// <summary>A disk that is full, and a file that may not be written.</summary>
public sealed class FileOutages : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Setting => $"sqlite:{_folder.Path}/portal.db";

    [Fact]
    public async Task A_full_disk_is_said_and_spoils_nothing_and_writes_go_on_when_there_is_room()
    {
        await using var database = Database.Open(Setting);
        await Things.MigrateAsync(database);
        await database.WriteAsync(Things.Add("a", "first", "second"));
        await using (await FullAsync(database))
        {
            var parts = Enumerable.Range(0, 20).Select(i => new string((char)('a' + i), 100_000)).ToArray();
            var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.WriteAsync(Things.Add("b", parts)));
            Assert.False(error.OutcomeUnknown);
            Assert.Contains("full", error.Message, StringComparison.Ordinal);
            Assert.Equal(["a"], await Things.IdsAsync(database));
        }

        await database.WriteAsync(Things.Add("c", "first", "second"));
        Assert.True((await database.CheckAsync()).Healthy);
        Assert.Equal(["a", "c"], (await Things.IdsAsync(database)).Order());
        Assert.Equal("ok", await Things.SingleAsync<string>(database, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task A_failing_load_leaves_nothing_of_itself()
    {
        await using var database = Database.Open(Setting);
        await Things.MigrateAsync(database);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.LoadAsync(async load =>
        {
            await load.ExecuteAsync("CREATE TABLE half (id TEXT)");
            var things = (await Catalog.TablesAsync(load.Connection)).Single(table => table.Name == "things");
            await using var writer = await load.IntoAsync(things);
            await writer.AddAsync([.. things.Columns.Select(column => column.Kind == ColumnKind.Text ? (object)"x" : 1L)]);
            await writer.CompleteAsync();
            throw new InvalidOperationException();
        }));
        Assert.Empty(await Things.IdsAsync(database));
        Assert.Equal(0, await Things.SingleAsync<long>(database, "SELECT count(*) FROM sqlite_master WHERE name = 'half'"));
    }

    [Fact]
    public async Task A_component_that_is_newer_is_refused_before_another_is_touched()
    {
        await using var database = Database.Open(Setting);
        await Things.MigrateAsync(database);
        var other = new SchemaComponent("another", [new Migration(1, "another", "CREATE TABLE another (id TEXT)")]);
        var older = new SchemaComponent("things", Things.Migrations[..1]);
        await Assert.ThrowsAsync<DatabaseNewerException>(() => database.MigrateAllAsync([other, older]));
        Assert.Equal(0, await Things.SingleAsync<long>(database, "SELECT count(*) FROM sqlite_master WHERE name = 'another'"));
    }

    [Fact]
    public void Attempts_are_further_and_further_apart_up_to_a_second_and_never_in_step()
    {
        for (var attempt = 0; attempt < 40; attempt++)
        {
            var longest = TimeSpan.FromMilliseconds(Math.Min(1000, 50 * Math.Pow(2, attempt)));
            Assert.InRange(PostgreSqlConnector.PauseAfter(attempt), longest / 2, longest);
        }

        Assert.NotEqual(PostgreSqlConnector.PauseAfter(20), PostgreSqlConnector.PauseAfter(20));
    }

    public void Dispose() => _folder.Dispose();

    // No disk of a test's own can be had everywhere; SQLite says the same when a file may not grow. The limit is the connection's.
    private static async Task<IAsyncDisposable> FullAsync(Database database)
    {
        await database.WriteAsync(new WriteUnit("limit", new Statement("PRAGMA max_page_count = 1")));
        return new Room(database);
    }

    private sealed class Room(Database database) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() =>
            await database.WriteAsync(new WriteUnit("limit", new Statement("PRAGMA max_page_count = 1000000")));
    }
}
