using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Credentials;
using Portal.Grains.Organisations;
using Portal.Grains.Patients;
using Portal.Grains.Sessions;
using Portal.Grains.Shared;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Organisations;

/// <summary>What is counted and kept in tables, in memory; <see cref="PostgresSettingsTableTests"/> runs the same on PostgreSQL.</summary>
public sealed class SettingsTableTests
{
    private const string Riverside = "riverside";
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly OrganisationView Before = new() { Slug = Riverside, Epoch = 2 };

    [Fact]
    public Task People_are_counted_by_what_they_have() => CountAsync("sqlite::memory:");

    [Fact]
    public Task Pictures_that_nobody_uses_go_and_the_one_in_force_stays() => KeepLogosAsync("sqlite::memory:");

    internal static async Task CountAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        Assert.Empty((await CountAsync(database, new PortalSettings())).Ways);
        foreach (var name in new[] { "alice", "bob", "carol" }) await RegisterAsync(database, name, AccessState.CanAccess);
        await RegisterAsync(database, "blocked", AccessState.Blocked);
        await HoldAsync(database, "alice", CredentialKind.Email);
        await HoldAsync(database, "alice", CredentialKind.Mobile);
        await HoldAsync(database, "bob", CredentialKind.Username);
        await HoldAsync(database, "carol", CredentialKind.Mobile);
        await HoldAsync(database, "blocked", CredentialKind.Email);
        await database.WriteAsync(PatientPasswordTable.Write(Riverside, "p-bob", new() { Hash = "x", Version = 1 }));
        await database.WriteAsync(PatientPasswordTable.Write(
            Riverside, "p-carol", new() { Hash = "x", Version = 1, TemporaryUntil = Noon }));
        await SignInAsync(database, "alice", "h1", Noon);
        await SignInAsync(database, "alice", "h2", Noon, elevated: true);
        await SignInAsync(database, "bob", "h3", Noon.AddMinutes(-30));
        await SignInAsync(database, "carol", "h4", Noon, epoch: 1);
        await SignInAsync(database, "blocked", "h5", Noon);
        await SignInAsync(database, "nobody", "h6", Noon);

        var figures = await CountAsync(database, new PortalSettings { IdleLimit = TimeSpan.FromMinutes(10), Sections = [] });
        Assert.Equal((2, 1, 1, 3), (figures.SignedIn, figures.Idle, figures.RecordsClosing, figures.WithAccess));
        Assert.Equal(
            [new(false, true, false, 1), new(true, false, true, 1), new(true, true, false, 1)],
            figures.Ways.OrderBy(w => (w.Email, w.Mobile)));
    }

    internal static async Task KeepLogosAsync(string storage)
    {
        await using var database = await OpenAsync(storage);
        await ProposeAsync("in-force", Noon);
        await ProposeAsync("stale", Noon);
        for (var i = 0; i < LogoTable.Most; i++) await ProposeAsync($"new-{i}", Noon.AddDays(1).AddSeconds(i + 1));
        Assert.NotNull(await LogoTable.FindAsync(database, Riverside, "in-force"));
        Assert.Null(await LogoTable.FindAsync(database, Riverside, "stale"));
        await ProposeAsync("one-more", Noon.AddDays(1).AddMinutes(1));
        Assert.Null(await LogoTable.FindAsync(database, Riverside, "new-0"));
        var picture = await LogoTable.ReadAsync(database, Riverside, "new-1");
        Assert.Equal((120, LogoFormat.WebP, 3), (picture!.Logo.Width, picture.Logo.Format, picture.Bytes.Length));
        await database.WriteAsync(LogoTable.Delete(Riverside, "in-force"));
        Assert.Null(await LogoTable.FindAsync(database, Riverside, "in-force"));

        Task ProposeAsync(string hash, DateTimeOffset now) => database.WriteAsync(LogoTable.Propose(
            Riverside,
            new LogoPicture { Logo = new Logo { Hash = hash, Width = 120, Height = 40, Format = LogoFormat.WebP }, Bytes = [1, 2, 3] },
            "in-force",
            now));
    }

    private static Task<SettingsFigures> CountAsync(Database database, PortalSettings wanted) =>
        SettingsFiguresTable.CountAsync(database, Riverside, Before, wanted, Noon);

    private static Task RegisterAsync(Database database, string name, AccessState access)
    {
        var row = new PatientRow
        {
            Id = $"p-{name}",
            GivenName = name,
            FamilyName = "Archer",
            Email = $"{name}@example.org",
            Access = access,
        };
        return database.WriteAsync(PatientDirectoryTable.Write(Riverside, row, new DirectoryEntry(1, []), null));
    }

    private static Task HoldAsync(Database database, string name, CredentialKind kind) =>
        database.WriteAsync(CredentialClaimTable.Hold(Riverside, kind, $"{name}-{kind}", $"p-{name}", Noon));

    private static Task SignInAsync(
        Database database, string name, string hash, DateTimeOffset lastSeen, int epoch = 2, bool elevated = false) =>
        database.WriteAsync(SessionTable.Upsert(Riverside, hash, new SessionState
        {
            Phase = SessionPhase.Live,
            Kind = PrincipalKind.Patient,
            Subject = $"p-{name}",
            SessionId = hash,
            OrganisationEpoch = epoch,
            CreatedAt = Noon.AddHours(-1),
            BeganAt = Noon.AddHours(-1),
            LastSeen = lastSeen,
            ElevatedAt = elevated ? Noon.AddMinutes(-5) : null,
            ElevatedUntil = elevated ? Noon.AddMinutes(55) : null,
            Version = 1,
        }));

    private static async Task<Database> OpenAsync(string storage)
    {
        var database = Database.Open(storage);
        await PortalMigrations.RunAsync(database);
        return database;
    }
}

[Trait("Needs", "PostgreSQL"), Collection(PostgresCollection.Name)]
public sealed class PostgresSettingsTableTests(PostgresServer server)
{
    [PostgresFact]
    public async Task People_are_counted_by_what_they_have() => await SettingsTableTests.CountAsync(await server.CreateDatabaseAsync());

    [PostgresFact]
    public async Task Pictures_that_nobody_uses_go_and_the_one_in_force_stays() =>
        await SettingsTableTests.KeepLogosAsync(await server.CreateDatabaseAsync());
}
