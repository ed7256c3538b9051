using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Audit;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Audit;

/// <summary>The rows of the audit log, in memory; <see cref="PostgresAuditTableTests"/> runs the same on PostgreSQL.</summary>
public sealed class AuditTableTests
{
    private const string Riverside = "riverside";
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuditChain Chain =
        new(new KeyedHash(PortalSecrets.From("a-secret-of-tests-only-0123456789-abcdefghij", isProduction: false)));

    [Fact]
    public async Task What_is_in_the_log_already_is_found_in_this_organisation_only() => await PresentAsync("sqlite::memory:");

    [Fact]
    public async Task A_row_is_read_back_with_the_hash_it_was_written_with() => await ChainAsync("sqlite::memory:");

    [Fact]
    public async Task Pages_are_in_order_of_time_whatever_was_chained_when_and_every_filter_filters() =>
        await FilteredAsync("sqlite::memory:");

    internal static async Task FilteredAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        // The second was done first and chained late; the last two at the same moment.
        AuditEntry[] entries =
        [
            Entry("a-1") with { At = Noon, Actor = "s-dana", ActorKind = "staff", Action = "patient.viewed" },
            Entry("a-2") with { At = Noon.AddHours(-3), Actor = "s-erin", ActorKind = "staff", Patient = "", Action = "patient_x.viewed" },
            Entry("a-3") with { At = Noon.AddHours(1), Actor = "p-alice" },
            Entry("a-4") with { At = Noon.AddHours(2), Patient = "", Outcome = AuditOutcome.Refused, Action = "door.refused" },
            Entry("a-5") with { At = Noon.AddHours(2), Patient = "", Action = "door.refused" },
        ];
        await WriteAsync(database, Chain.Extend(0, [], entries));
        Assert.Equal(["a-5", "a-4", "a-3", "a-1", "a-2"], await IdsAsync(new AuditQuery()));
        Assert.Equal(["a-4", "a-3", "a-1", "a-2"], await IdsAsync(new AuditQuery { Before = 5 }));
        Assert.Equal(["a-2"], await IdsAsync(new AuditQuery { Before = 1 }));
        Assert.Empty(await IdsAsync(new AuditQuery { Before = 99 }));
        Assert.Equal(["a-3", "a-1"], await IdsAsync(new AuditQuery { From = Noon, To = Noon.AddHours(2) }));
        Assert.Equal(["a-1"], await IdsAsync(new AuditQuery { Actor = "s-dana" }));
        Assert.Equal(["a-1"], await IdsAsync(new AuditQuery { Action = "patient." }));
        Assert.Equal(["a-2"], await IdsAsync(new AuditQuery { Action = "patient_" }));
        Assert.Equal(["a-4"], await IdsAsync(new AuditQuery { Outcome = AuditOutcome.Refused }));
        Assert.Equal(["a-3", "a-1"], await IdsAsync(new AuditQuery { Patient = "p-alice" }));
        Assert.Equal(["a-1"], await IdsAsync(new AuditQuery { Patient = "p-alice" }, others: true));

        async Task<IEnumerable<string>> IdsAsync(AuditQuery query, bool others = false) =>
            (await AuditTable.PageAsync(database, Riverside, query, 10, others)).Select(row => row.Id);
    }

    internal static async Task PresentAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        await WriteAsync(database, Chain.Extend(0, [], [Entry("a-1"), Entry("a-2"), Entry("a-3")]));
        Assert.Equal(["a-1", "a-3"], (await AuditTable.PresentAsync(database, Riverside, ["a-1", "a-3", "a-4"])).Order());
        Assert.Empty(await AuditTable.PresentAsync(database, "hilltop", ["a-1"]));
        Assert.Empty(await AuditTable.PresentAsync(database, Riverside, []));
    }

    internal static async Task ChainAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        var second = Entry("a-2") with { Details = new Dictionary<string, string> { ["way"] = "code" } };
        var rows = Chain.Extend(0, [], [Entry("a-1"), second]);
        await WriteAsync(database, rows);
        var read = await AuditTable.ChainAsync(database, Riverside, 0, 10);
        Assert.Equal(rows.Select(r => Convert.ToHexString(r.Hash)), read.Select(r => Convert.ToHexString(r.Hash)));
        Assert.Equal(Chain.Hash(rows[0].Hash, read[1].Entry), rows[1].Hash);
        var ends = await AuditTable.EndsAsync(database, Riverside);
        Assert.Equal((2L, Convert.ToHexString(rows[1].Hash)), (ends.Sequence, Convert.ToHexString(ends.Hash)));
        Assert.True(Chain.IsGenuine(Riverside, ends.Head!));
        await WriteAsync(database, Chain.Extend(ends.Sequence, ends.Hash, [Entry("a-3")]));
        Assert.Equal(3, (await AuditTable.EndsAsync(database, Riverside)).Head!.Sequence);
        Assert.Null((await AuditTable.EndsAsync(database, "hilltop")).Head);
    }

    private static Task WriteAsync(Database database, IReadOnlyList<ChainedEntry> rows) =>
        database.WriteAsync(AuditTable.Append(rows, Chain.Seal(Riverside, rows[^1].Entry.Sequence, rows[^1].Hash)));

    private static async Task<Database> OpenAsync(string storage)
    {
        var database = Database.Open(storage);
        await database.MigrateAsync("audit", AuditTable.Migrations);
        return database;
    }

    private static AuditEntry Entry(string id) =>
        new() { Id = id, Organisation = Riverside, At = Noon, ActorKind = "patient", Patient = "p-alice", Action = "sign-in.done" };
}

[Trait("Needs", "PostgreSQL"), Collection(PostgresCollection.Name)]
public sealed class PostgresAuditTableTests(PostgresServer server)
{
    [PostgresFact]
    public async Task What_is_in_the_log_already_is_found_in_this_organisation_only() =>
        await AuditTableTests.PresentAsync(await server.CreateDatabaseAsync());

    [PostgresFact]
    public async Task A_row_is_read_back_with_the_hash_it_was_written_with() =>
        await AuditTableTests.ChainAsync(await server.CreateDatabaseAsync());

    [PostgresFact]
    public async Task Pages_are_in_order_of_time_whatever_was_chained_when_and_every_filter_filters() =>
        await AuditTableTests.FilteredAsync(await server.CreateDatabaseAsync());
}
