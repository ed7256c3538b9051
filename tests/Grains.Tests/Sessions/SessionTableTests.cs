using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Sessions;
using Portal.Grains.Shared;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>The tables of sessions and codes, in memory; <see cref="PostgresSessionTableTests"/> runs the same on PostgreSQL.</summary>
public sealed class SessionTableTests
{
    private const string Riverside = "riverside";
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_row_follows_its_session_and_never_goes_back() => await FollowAsync("sqlite::memory:");

    [Fact]
    public async Task Lists_show_one_subject_and_the_sweep_all_that_is_due_page_by_page() => await ListAsync("sqlite::memory:");

    [Fact]
    public async Task Codes_are_swept_a_day_after_their_last_use() => await SweepCodesAsync("sqlite::memory:");

    internal static async Task FollowAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        var live = State("s-1", Noon);
        var ended = live with { Phase = SessionPhase.Ended, End = SessionEnd.Idle, EndedAt = Noon.AddHours(1), Version = 3 };
        await database.WriteAsync(SessionTable.Upsert(Riverside, "h1", live));
        await database.WriteAsync(SessionTable.Upsert(Riverside, "h1", ended));
        await database.WriteAsync(SessionTable.Upsert(Riverside, "h1", live with { Version = 2 }));
        var row = Assert.Single(await SessionTable.OfSubjectAsync(database, Riverside, "p-alice", Noon, 10));
        Assert.Equal((SessionPhase.Ended, SessionEnd.Idle, Noon.AddHours(1)), (row.State.Phase, row.State.End, row.State.EndedAt!.Value));
        Assert.Equal(("s-1", "Safari", Noon), (row.State.SessionId, row.State.Device, row.State.CreatedAt));
        await database.WriteAsync(SessionTable.Delete(Riverside, "h1"));
        Assert.Empty(await SessionTable.OfSubjectAsync(database, Riverside, "p-alice", Noon, 10));
    }

    internal static async Task ListAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        var ended = State("s-0", Noon.AddMinutes(-1)) with { Phase = SessionPhase.Ended, End = SessionEnd.SignedOut, EndedAt = Noon };
        var old = ended with { SessionId = "s-9", EndedAt = Noon.AddDays(-31) };
        var superseded = ended with { SessionId = "s-2", End = SessionEnd.Superseded };
        var pending = State("s-8", Noon) with { Phase = SessionPhase.SecondStep };
        var bobs = State("s-3", Noon) with { Subject = "p-bob" };
        var others = new[] { ("h0", ended), ("h9", old), ("h2", superseded), ("h8", pending), ("h3", bobs) };
        foreach (var (hash, state) in others) await database.WriteAsync(SessionTable.Upsert(Riverside, hash, state));
        for (var i = 4; i < 7; i++) await database.WriteAsync(SessionTable.Upsert(Riverside, $"h{i}", State($"s-{i}", Noon.AddMinutes(i))));
        await database.WriteAsync(SessionTable.Upsert("hilltop", "h4", State("s-7", Noon)));
        var listed = await SessionTable.OfSubjectAsync(database, Riverside, "p-alice", Noon.AddDays(-30), 10);
        Assert.Equal(["s-6", "s-5", "s-4", "s-0"], listed.Select(r => r.State.SessionId));
        var live = await SessionTable.LiveOfSubjectAsync(database, Riverside, "p-alice", 10);
        Assert.Equal(["h4", "h5", "h6"], live.Select(r => r.TokenHash));
        var swept = new List<string>();
        for (var last = SweepRow.First; ;)
        {
            var page = await SessionTable.ToSweepAsync(database, Noon.AddHours(24), last, 2);
            if (page.Count == 0) break;
            swept.AddRange(page.Select(r => $"{r.Organisation}/{r.Key}"));
            last = page[^1];
        }

        Assert.Equal(["riverside/h9", "riverside/h8", "hilltop/h4", "riverside/h3"], swept);
    }

    internal static async Task SweepCodesAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        await KeepAsync(database, "email.1", Noon);
        await KeepAsync(database, "email.2", Noon);
        await KeepAsync(database, "email.1", Noon.AddHours(1));
        var due = await OneTimeCodeTable.ToSweepAsync(database, Noon + OneTimeCodeTable.KeptFor, SweepRow.First, 10);
        Assert.Equal("email.2", Assert.Single(due).Key);
        await database.WriteAsync(OneTimeCodeTable.Delete(Riverside, "email.2"));
        due = await OneTimeCodeTable.ToSweepAsync(database, Noon.AddDays(9), SweepRow.First, 10);
        Assert.Equal("email.1", Assert.Single(due).Key);
    }

    private static Task KeepAsync(Database database, string subject, DateTimeOffset now) =>
        database.WriteAsync(new WriteUnit("codes", OneTimeCodeTable.Keep(Riverside, subject, now)));

    private static async Task<Database> OpenAsync(string storage)
    {
        var database = Database.Open(storage);
        await database.MigrateAsync("sessions", SessionTable.Migrations);
        await database.MigrateAsync("codes", OneTimeCodeTable.Migrations);
        return database;
    }

    private static SessionState State(string id, DateTimeOffset at) => new()
    {
        Phase = SessionPhase.Live,
        Kind = PrincipalKind.Patient,
        Subject = "p-alice",
        SessionId = id,
        Device = "Safari",
        CreatedAt = at,
        BeganAt = at,
        LastSeen = at,
        Version = 1,
    };
}

[Trait("Needs", "PostgreSQL"), Collection(PostgresCollection.Name)]
public sealed class PostgresSessionTableTests(PostgresServer server)
{
    [PostgresFact]
    public async Task A_row_follows_its_session_and_never_goes_back() =>
        await SessionTableTests.FollowAsync(await server.CreateDatabaseAsync());

    [PostgresFact]
    public async Task Lists_show_one_subject_and_the_sweep_all_that_is_due_page_by_page() =>
        await SessionTableTests.ListAsync(await server.CreateDatabaseAsync());

    [PostgresFact]
    public async Task Codes_are_swept_a_day_after_their_last_use() =>
        await SessionTableTests.SweepCodesAsync(await server.CreateDatabaseAsync());
}
