using Dapper;
using Npgsql;
using Portal.Tests;
using Xunit;

namespace Portal.Storage.Tests;

[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresWrites(PostgresServer server) : WriteContract
{
    protected override Task<string> CreateAsync() => server.CreateDatabaseAsync();

    protected override async Task<IAsyncDisposable?> HoldWritesAsync() => await Postgres.LockTablesAsync(Setting);
}

[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresValues(PostgresServer server) : ValueContract
{
    protected override Task<string> CreateAsync() => server.CreateDatabaseAsync();
}

[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresMigrations(PostgresServer server) : MigrationContract
{
    protected override Task<string> CreateAsync() => server.CreateDatabaseAsync();
}

[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresFaults(PostgresServer server) : FaultContract
{
    protected override Task<string> CreateAsync() => server.CreateDatabaseAsync();
}

/// <summary>What happens when the server or a connection goes away.</summary>
[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresOutages(PostgresServer server) : DatabaseTest
{
    [PostgresFact]
    public async Task A_connection_lost_during_a_write_is_an_unknown_outcome_and_says_so()
    {
        await using var held = await Postgres.LockTablesAsync(Setting);
        var write = Database.WriteAsync(Things.Add("a"));
        await Postgres.UntilBlockedAsync(Setting);
        await Postgres.TerminateOthersAsync(Setting, held);
        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => write);
        Assert.True(error.OutcomeUnknown);
        Assert.Contains("unknown", error.Message, StringComparison.Ordinal);
        await held.DisposeAsync();
        await Database.WriteAsync(Things.Add("b"));
        Assert.Equal(["b"], await Things.IdsAsync(Database));
    }

    [PostgresFact]
    public async Task A_write_that_takes_too_long_is_an_unknown_outcome_and_says_so()
    {
        var impatient = OpenAnother(new DatabaseOptions { Timeout = TimeSpan.FromSeconds(1) });
        await using var held = await Postgres.LockTablesAsync(Setting);
        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => impatient.WriteAsync(Things.Add("a")));
        Assert.True(error.OutcomeUnknown);
    }

    [PostgresFact]
    public async Task After_a_crash_of_the_server_reads_and_writes_go_on_and_the_process_lock_is_kept()
    {
        await using var held = await Database.AcquireProcessLockAsync();
        await Database.WriteAsync(Things.Add("a"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Things.CountAsync(Database)));
        await server.CrashAsync();
        var away = OpenAnother(new DatabaseOptions { UnavailableWait = TimeSpan.FromMilliseconds(100) });
        Assert.False((await away.CheckAsync()).Healthy);
        Assert.False((await Assert.ThrowsAsync<DatabaseUnavailableException>(() => away.WriteAsync(Things.Add("x")))).OutcomeUnknown);
        await server.StartAsync();
        Assert.Equal(1, await Things.CountAsync(Database));
        await WriteOnceAsync(Things.Add("b"));
        Assert.Equal(["a", "b"], (await Things.IdsAsync(Database)).Order());
        Assert.False(held.Lost.IsCancellationRequested);
        await Postgres.UntilLockedAsync(Setting);
        await Assert.ThrowsAsync<AlreadyRunningException>(() => away.AcquireProcessLockAsync());
    }

    [PostgresFact]
    public async Task A_write_sent_while_the_server_restarts_waits_for_it()
    {
        await server.CrashAsync();
        var patient = OpenAnother(new DatabaseOptions { UnavailableWait = TimeSpan.FromSeconds(60) });
        var write = patient.WriteAsync(Things.Add("a"));
        await server.StartAsync();
        await write;
        Assert.Equal(["a"], await Things.IdsAsync(patient));
    }

    [PostgresFact]
    public async Task A_second_process_is_refused_with_the_way_out_and_may_start_when_the_first_ends()
    {
        var held = await Database.AcquireProcessLockAsync();
        var other = OpenAnother();
        var error = await Assert.ThrowsAsync<AlreadyRunningException>(() => other.AcquireProcessLockAsync());
        Assert.Contains("-p:PortalEngine=orleans", error.Message, StringComparison.Ordinal);
        await held.DisposeAsync();
        await using var second = await other.AcquireProcessLockAsync();
        Assert.False(second.Lost.IsCancellationRequested);
    }

    [PostgresFact]
    public async Task A_write_is_durable_where_the_administrator_has_turned_that_off()
    {
        await using (var connection = await Postgres.ConnectAsync(Setting))
            await connection.ExecuteAsync($"ALTER DATABASE {connection.Database} SET synchronous_commit = off");
        var database = OpenAnother();
        await database.WriteAsync(new WriteUnit("setting", new Statement(
            "INSERT INTO things (id, etag, body) VALUES ('a', 0, current_setting('synchronous_commit'))")));
        Assert.Equal("on", await Things.SingleAsync<string>(database, "SELECT body FROM things"));
    }

    [PostgresFact]
    public async Task Two_writers_in_flight_keep_the_same_promises()
    {
        var two = OpenAnother(new DatabaseOptions { PostgreSqlWriters = 2, GroupLimit = 8 });
        await two.WriteAsync(Things.Add("shared"));
        var writes = Enumerable.Range(0, 200).Select(i => two.WriteAsync(Things.Add($"t{i}", "x"))).ToList();
        var changes = Enumerable.Range(0, 50).Select(_ => two.WriteAsync(Things.Change("shared", 0))).ToList();
        await Task.WhenAll(writes);
        var won = 0;
        foreach (var change in changes)
        {
            var answered = await Task.WhenAny(change);
            if (answered.IsCompletedSuccessfully) won++;
            else Assert.IsType<WriteConflictException>(answered.Exception!.InnerException);
        }

        Assert.Equal(1, won);
        Assert.Equal(201, await Things.CountAsync(two));
    }

    protected override Task<string> CreateAsync() => server.CreateDatabaseAsync();

    /// <summary>As every caller has to: an unknown outcome is looked up before the write is repeated.</summary>
    private async Task WriteOnceAsync(WriteUnit unit)
    {
        try
        {
            await Database.WriteAsync(unit);
        }
        catch (DatabaseUnavailableException error) when (error.OutcomeUnknown)
        {
            if (!(await Things.IdsAsync(Database)).Contains("b")) await Database.WriteAsync(unit);
        }
    }
}

/// <summary>An administrator's connection to a test's database.</summary>
internal static class Postgres
{
    public static async Task<NpgsqlConnection> ConnectAsync(string setting)
    {
        var connection = new NpgsqlConnection(setting["postgres:".Length..] + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    public static async Task<NpgsqlConnection> LockTablesAsync(string setting)
    {
        var connection = await ConnectAsync(setting);
        await connection.ExecuteAsync("BEGIN; LOCK TABLE things IN EXCLUSIVE MODE");
        return connection;
    }

    public static async Task TerminateOthersAsync(string setting, NpgsqlConnection except)
    {
        await using var connection = await ConnectAsync(setting);
        await connection.ExecuteAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE datname = current_database() AND pid NOT IN (pg_backend_pid(), @pid)",
            new { pid = except.ProcessID });
    }

    public static Task UntilBlockedAsync(string setting) => UntilAsync(setting, "SELECT count(*) FROM pg_locks WHERE NOT granted");

    public static Task UntilLockedAsync(string setting) =>
        UntilAsync(setting, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted");

    private static async Task UntilAsync(string setting, string count)
    {
        await using var connection = await ConnectAsync(setting);
        while (await connection.ExecuteScalarAsync<long>(count) == 0) await Task.Yield();
    }
}
