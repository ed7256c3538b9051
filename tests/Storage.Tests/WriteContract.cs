using Dapper;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>What a write promises, on every kind of database.</summary>
public abstract class WriteContract : DatabaseTest
{
    [ContractFact]
    public async Task Rows_affected_are_answered_per_statement()
    {
        Assert.Equal(new[] { 1, 1, 1 }, await Database.WriteAsync(Things.Add("a", "x", "y")));
        var delete = new Statement("DELETE FROM parts WHERE thing = @id", ("@id", "a"));
        Assert.Equal(new[] { 2 }, await Database.WriteAsync(new WriteUnit("all", delete)));
        Assert.Equal(new[] { 0, 1 }, await Database.WriteAsync(new WriteUnit(
            "again",
            new Statement("INSERT INTO things (id, etag, body) VALUES ('a', 9, '') ON CONFLICT (id) DO NOTHING"),
            new Statement("INSERT INTO things (id, etag, body) VALUES ('a', 9, '') ON CONFLICT (id) DO UPDATE SET etag = excluded.etag"))));
        Assert.Equal(9, await Things.EtagAsync(Database, "a"));
    }

    [ContractFact]
    public async Task A_unit_whose_last_statement_fails_leaves_nothing()
    {
        await Assert.ThrowsAsync<DuplicateKeyException>(() => Database.WriteAsync(Things.Add("a", "same", "same")));
        Assert.Equal(0, await Things.CountAsync(Database));
        Assert.Equal(0, await Things.CountAsync(Database, "parts"));
    }

    [ContractFact]
    public async Task A_conflict_is_answered_and_leaves_nothing_of_its_unit()
    {
        await Database.WriteAsync(Things.Add("a"));
        await Database.WriteAsync(Things.Change("a", 0));
        var single = await Assert.ThrowsAsync<WriteConflictException>(() => Database.WriteAsync(Things.Change("a", 0)));
        Assert.Equal("change", single.Point);
        Assert.Equal(0, single.Actual);
        await Assert.ThrowsAsync<WriteConflictException>(() => Database.WriteAsync(Things.ChangeAfterPart("a", 0, "x")));
        Assert.Equal(1, await Things.EtagAsync(Database, "a"));
        Assert.Equal(0, await Things.CountAsync(Database, "parts"));
    }

    [ContractFact]
    public async Task A_statement_that_affects_more_rows_than_it_must_is_undone()
    {
        await Database.WriteAsync(Things.Add("a"));
        await Database.WriteAsync(Things.Add("b"));
        var error = await Assert.ThrowsAsync<WriteConflictException>(() =>
            Database.WriteAsync(new WriteUnit("wide", new Statement("UPDATE things SET etag = 7") { MustAffect = 1 })));
        Assert.Equal(2, error.Actual);
        Assert.Equal(0, await Things.EtagAsync(Database, "a"));
    }

    [ContractFact]
    public async Task Of_many_that_change_the_same_version_exactly_one_wins()
    {
        await Database.WriteAsync(Things.Add("a"));
        for (var version = 0; version < 5; version++)
        {
            var etag = version;
            var attempts = await Task.WhenAll(Enumerable.Range(0, 40).Select(i =>
                Try(i % 2 == 0 ? Things.Change("a", etag) : Things.ChangeAfterPart("a", etag, $"{etag}-{i}"))));
            Assert.Single(attempts, error => error is null);
            Assert.All(attempts, error => Assert.True(error is null or WriteConflictException));
        }

        Assert.Equal(5, await Things.EtagAsync(Database, "a"));
        Assert.InRange(await Things.CountAsync(Database, "parts"), 0, 5);
    }

    [ContractFact]
    public async Task A_unit_that_fails_never_fails_those_it_shares_a_group_with()
    {
        for (var i = 0; i < 60; i++) await Database.WriteAsync(Things.Add($"old{i}"));
        var held = await HoldWritesAsync();
        var first = Database.WriteAsync(Things.Add("first"));
        var attempts = Enumerable.Range(0, 60).Select(i => (Kind: i % 6, Task: Try(Mixed(i)))).ToList();
        if (held is not null) await held.DisposeAsync();
        await first;
        foreach (var (kind, task) in attempts) Assert.Equal(Expected(kind), (await task)?.GetType());
        Assert.Equal(60 + 1 + 20, await Things.CountAsync(Database));
        Assert.Equal(20, await Things.CountAsync(Database, "parts"));
    }

    [ContractFact]
    public async Task A_group_larger_than_the_limit_and_the_queue_is_written_whole()
    {
        await using var small = OpenSmall();
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => small.WriteAsync(Things.Add($"t{i}", "x"))));
        Assert.Equal(200, await Things.CountAsync(small));
    }

    [ContractFact]
    public async Task Disposing_writes_what_waits_and_refuses_what_comes_later()
    {
        var waiting = Enumerable.Range(0, 100).Select(i => Database.WriteAsync(Things.Add($"t{i}"))).ToList();
        await Database.DisposeAsync();
        await Task.WhenAll(waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Database.WriteAsync(Things.Add("late")));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Things.CountAsync(Database));
        await Database.DisposeAsync();
    }

    [ContractFact]
    public async Task A_write_called_off_before_it_begins_is_not_made()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.WriteAsync(Things.Add("a"), cancelled.Token));
        Assert.Equal(0, await Things.CountAsync(Database));
    }

    [ContractFact]
    public async Task A_statement_the_database_cannot_read_is_refused_with_its_message()
    {
        var bad = new WriteUnit("bad", new Statement("INSERT INTO nowhere VALUES (1)"));
        var error = await Assert.ThrowsAsync<StorageException>(() => Database.WriteAsync(bad));
        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.Contains("bad", error.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Missing_and_unknown_parameters_are_refused()
    {
        const string Sql = "INSERT INTO things (id, etag, body) VALUES (@id, 0, @body)";
        Statement[] refused =
        [
            new(Sql, ("id", "a")),
            new(Sql, ("id", "a"), ("body", ""), ("more", 1)),
            new(Sql, ("id", "a"), ("id", "b")),
        ];
        foreach (var statement in refused)
            await Assert.ThrowsAsync<ArgumentException>(() => Database.WriteAsync(new WriteUnit("p", statement)));
        await Database.WriteAsync(new WriteUnit("p", new Statement(Sql, ("body", ""), ("@id", "a"))));
        await Database.WriteAsync(new WriteUnit("p", new Statement(Sql, ("id", "b"), ("body", ""))));
        Assert.Equal(["a", "b"], (await Things.IdsAsync(Database)).Order());
    }

    [ContractFact]
    public async Task Two_statements_in_one_text_are_refused()
    {
        var both = new Statement("INSERT INTO parts (thing, name) VALUES ('a', 'b'); DELETE FROM parts WHERE name = @name", ("name", "b"));
        var error = await Try(new WriteUnit("two", both));
        Assert.True(error is ArgumentException or StorageException);
        Assert.Equal(0, await Things.CountAsync(Database, "parts"));
    }

    [ContractFact]
    public async Task An_at_sign_inside_quotes_and_comments_is_no_parameter()
    {
        await Database.WriteAsync(new WriteUnit("q", new Statement(
            "INSERT INTO things (id, etag, \"body\") /* not @this */ VALUES (@id, 0, 'a@b.org ''@c''') -- nor @that", ("id", "a"))));
        Assert.Equal("a@b.org '@c'", await Things.SingleAsync<string>(Database, "SELECT body FROM things"));
    }

    [ContractFact]
    public async Task A_read_connection_refuses_to_write()
    {
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => Database.ReadAsync(c => c.ExecuteAsync("DELETE FROM things")));
        await Database.WriteAsync(Things.Add("a"));
        Assert.Equal(1, await Things.CountAsync(Database));
    }

    [ContractFact]
    public async Task A_read_that_fails_or_leaves_its_transaction_open_harms_nobody()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => Database.ReadAsync<int>(_ => throw new InvalidDataException()));
        await Database.ReadAsync(async c =>
            await c.ExecuteAsync("BEGIN;") + await c.ExecuteScalarAsync<long>("SELECT count(*) FROM things"));
        await Database.WriteAsync(Things.Add("a"));
        for (var i = 0; i < 20; i++) Assert.Equal(1, await Things.CountAsync(Database));
    }

    [ContractFact]
    public async Task Parallel_reads_and_writes_see_whole_units_only()
    {
        var writing = Task.WhenAll(Enumerable.Range(0, 100).Select(i => Database.WriteAsync(Things.Add($"t{i}", "x"))));
        var reading = Enumerable.Range(0, 100).Select(_ => Database.ReadAsync(c => c.QuerySingleAsync<(long Things, long Parts)>(
            "SELECT (SELECT count(*) FROM things), (SELECT count(*) FROM parts)")));
        Assert.All(await Task.WhenAll(reading), row => Assert.Equal(row.Things, row.Parts));
        await writing;
        Assert.Equal(100, await Things.CountAsync(Database));
    }

    [ContractFact]
    public async Task A_check_tells_health_and_size()
    {
        var health = await Database.CheckAsync();
        Assert.True(health.Healthy, health.Error);
        Assert.True(health.SizeBytes > 0);
        Assert.Equal(0, health.QueueLength);
    }

    /// <summary>The same database with limits so small that every one of them is reached.</summary>
    private protected virtual Database OpenSmall() =>
        OpenAnother(new DatabaseOptions { GroupLimit = 3, QueueLimit = 5, ReadConnections = 1 });

    private async Task<Exception?> Try(WriteUnit unit)
    {
        try
        {
            await Database.WriteAsync(unit);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private static WriteUnit Mixed(int i) => (i % 6) switch
    {
        0 => Things.Add($"new{i}", "x", "y"),
        1 => Things.Change($"old{i}", 5),
        2 => Things.Add($"twice{i}", "x", "x"),
        3 => Things.ChangeAfterPart($"old{i}", 5, "x"),
        4 => new WriteUnit("wide", new Statement("UPDATE things SET body = 'wide'") { MustAffect = 1 }),
        _ => Things.Add($"new{i}"),
    };

    private static Type? Expected(int kind) => kind switch
    {
        0 or 5 => null,
        2 => typeof(DuplicateKeyException),
        _ => typeof(WriteConflictException),
    };
}
