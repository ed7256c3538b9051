using Dapper;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>Migrations run once each, whole or not at all, and never on a database of a newer program.</summary>
public abstract class MigrationContract : DatabaseTest
{
    [ContractFact]
    public async Task Migrating_twice_does_nothing_the_second_time()
    {
        await Database.WriteAsync(Things.Add("a"));
        await Things.MigrateAsync(Database);
        Assert.Equal(1, await Things.CountAsync(Database));
        Assert.Equal([("things", 1L, "things"), ("things", 2L, "parts")], await Recorded());
    }

    [ContractFact]
    public async Task New_migrations_follow_the_old_ones_and_components_count_apart()
    {
        var colour = new Migration(3, "colour", "ALTER TABLE things ADD COLUMN colour TEXT");
        await Database.MigrateAsync("things", [.. Things.Migrations, colour]);
        await Database.MigrateAsync("other", [new Migration(1, "other", "CREATE TABLE other (id TEXT)")]);
        await Database.WriteAsync(new WriteUnit(
            "colour", new Statement("INSERT INTO things (id, etag, body, colour) VALUES ('a', 0, '', 'red')")));
        Assert.Equal(
            [("other", 1L, "other"), ("things", 1L, "things"), ("things", 2L, "parts"), ("things", 3L, "colour")],
            await Recorded());
    }

    [ContractFact]
    public async Task A_migration_may_lay_out_rows_otherwise_on_sqlite()
    {
        var layout = new Migration(1, "layout", "CREATE TABLE layouts (name TEXT); INSERT INTO layouts VALUES ('PostgreSql')")
        {
            OnSqlite = "CREATE TABLE layouts (name TEXT); INSERT INTO layouts VALUES ('Sqlite')",
        };
        await Database.MigrateAsync("layouts", [layout]);
        Assert.Equal(Database.Dialect.ToString(), await Things.SingleAsync<string>(Database, "SELECT name FROM layouts"));
    }

    [ContractFact]
    public async Task A_migration_that_fails_leaves_nothing_and_those_before_it_stay()
    {
        Migration[] broken =
        [
            new(1, "good", "CREATE TABLE good (id TEXT)"),
            new(2, "broken", "CREATE TABLE half (id TEXT); INSERT INTO nowhere VALUES (1)"),
        ];
        await Assert.ThrowsAnyAsync<Exception>(() => Database.MigrateAsync("broken", broken));
        Assert.Equal(0, await Things.CountAsync(Database, "good"));
        await Database.MigrateAsync("broken", [broken[0], new Migration(2, "mended", "CREATE TABLE half (id TEXT)")]);
        Assert.Equal(0, await Things.CountAsync(Database, "half"));
    }

    [ContractFact]
    public async Task A_database_of_a_newer_program_is_refused_in_plain_words()
    {
        var error = await Assert.ThrowsAsync<DatabaseNewerException>(() => Database.MigrateAsync("things", Things.Migrations[..1]));
        Assert.Contains("newer than this program", error.Message, StringComparison.Ordinal);
        Assert.Contains("'things' are at version 2, this program knows 1", error.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Numbers_with_gaps_are_refused()
    {
        Migration[] gap = [new(1, "a", "SELECT 1"), new(3, "c", "SELECT 1")];
        await Assert.ThrowsAsync<ArgumentException>(() => Database.MigrateAsync("gap", gap));
    }

    [ContractFact]
    public async Task Migrating_in_parallel_runs_each_once()
    {
        var numbers = Enumerable.Range(1, 5);
        Migration[] many = [.. numbers.Select(i =>
            new Migration(i, $"m{i}", $"CREATE TABLE m{i} (id TEXT); INSERT INTO m{i} VALUES ('once')"))];
        var databases = Enumerable.Range(0, 4).Select(_ => Another()).ToList();
        await Task.WhenAll(databases.Select(d => Task.Run(() => d.MigrateAsync("many", many))));
        for (var i = 1; i <= 5; i++) Assert.Equal(1, await Things.CountAsync(Database, $"m{i}"));
    }

    /// <summary>Another process's view of the same database.</summary>
    private protected virtual Database Another() => OpenAnother();

    private Task<(string, long, string)[]> Recorded() => Database.ReadAsync(async c =>
        (await c.QueryAsync<(string, long, string)>(
            "SELECT component, number, name FROM schema_migrations ORDER BY component, number")).ToArray());
}
