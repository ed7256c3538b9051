using Dapper;
using Portal.Grains.Abstractions.Adoption;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Adoption;
using Portal.Grains.Patients;
using Portal.Storage;
using Portal.Tests;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Adoption;

/// <summary>Who was invited, came and stays; on SQLite, and on PostgreSQL by <see cref="PostgresAdoptionTests"/>.</summary>
public sealed class AdoptionTests
{
    [Fact]
    public async Task Patients_are_counted_in_the_months_in_which_they_were_invited_came_first_and_came_again() =>
        await CountedAsync("sqlite::memory:");

    [Fact]
    public async Task What_is_known_of_before_is_the_month_of_the_last_sign_in() => await FilledAsync("sqlite::memory:");

    [Fact]
    public async Task A_clinic_in_its_first_minute_has_a_picture_too()
    {
        await using var portal = await PortalFixture.StartAsync();
        var picture = await PictureAsync(portal);
        Assert.Equal(AdoptionPicture.MonthsShown, picture.Months.Count);
        Assert.Equal((0, 0, 0, 0, 0), (picture.Patients, picture.WithAccess, picture.Invited, picture.Activated, picture.Active));
        Assert.Empty(picture.Failed);
    }

    [Fact]
    public async Task Charlie_learns_nothing_of_it()
    {
        await using var portal = await PortalFixture.StartAsync();
        await Assert.ThrowsAsync<DoorRefusedException>(() => PictureAsync(portal, Cast.Charlie));
    }

    internal static async Task CountedAsync(string storage)
    {
        await using var portal = await PortalFixture.StartAsync(storage: storage);
        var (alice, bob) = (await portal.RegisterAsync("Alice"), await portal.RegisterAsync("Bob", email: "bob@example.org"));
        var test = await portal.RegisterAsync("Testa", email: "test@example.org");
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(test).SetTest(true));
        foreach (var patient in new[] { alice, alice, bob, test }) await InviteAsync(portal, patient);
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
        await SignInAsync(portal, alice, "s1");
        await SignInAsync(portal, test, "s2");
        await portal.AdvanceAsync(TimeSpan.FromDays(32));
        await SignInAsync(portal, alice, "s3");
        await SignInAsync(portal, alice, "s4");
        await SignInAsync(portal, bob, "s5");
        await portal.AsGrainAsync(() => portal.Grains.GetGrain<IAuditGrain>(PortalFixture.Riverside).Append(new AuditEntry
        {
            Id = "a-1",
            Organisation = PortalFixture.Riverside,
            At = portal.Clock.GetUtcNow(),
            Action = "code.refused",
            Outcome = AuditOutcome.Refused,
            Reason = "wrong-code",
        }));
        var picture = await PictureAsync(portal);
        var (before, present) = (picture.Months[^2], picture.Months[^1]);
        Assert.Equal((2, 1, 1), (before.Invited, before.Activated, before.Active));
        Assert.Equal((0, 1, 2), (present.Invited, present.Activated, present.Active));
        Assert.Equal((2, 2, 2), (picture.Patients, picture.Activated, picture.Active));
        // They ended after three days.
        Assert.Equal((1, 0), (picture.WithAccess, picture.Invited));
        Assert.Equal(new FailedSignIns { Action = "code.refused", Reason = "wrong-code", Count = 1 }, Assert.Single(picture.Failed));
        await portal.AdvanceAsync(AdoptionPicture.Recent + TimeSpan.FromDays(1));
        picture = await PictureAsync(portal);
        Assert.Equal((2, 0), (picture.Activated, picture.Active));
        Assert.Empty(picture.Failed);
    }

    internal static async Task FilledAsync(string storage)
    {
        await using var database = Database.Open(storage);
        await database.MigrateAsync("patients", PatientDirectoryTable.Migrations);
        var row = new PatientRow { Id = "p-alice", LastSignIn = new DateTimeOffset(2026, 3, 1, 0, 30, 0, TimeSpan.FromHours(1)) };
        await database.WriteAsync(PatientDirectoryTable.Write("riverside", row, new DirectoryEntry(1, []), before: null));
        var never = row with { Id = "p-bob", LastSignIn = null };
        await database.WriteAsync(PatientDirectoryTable.Write("riverside", never, new DirectoryEntry(1, []), before: null));
        await database.MigrateAsync("adoption", AdoptionTable.Migrations);
        var months = await AdoptionTable.MonthsAsync(database, "riverside", 202601);
        Assert.Equal((202602, (1, 1)), (Assert.Single(months).Key, Assert.Single(months).Value));
    }

    private static Task<AdoptionPicture> PictureAsync(PortalFixture portal, Principal? principal = null) =>
        portal.AsAsync(principal ?? Cast.Priya(), () => portal.Grains.GetGrain<IAdoptionGrain>(PortalFixture.Riverside).Picture());

    private static async Task InviteAsync(PortalFixture portal, string patient)
    {
        var token = Tokens.New();
        var invitation = portal.Grains.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(PortalFixture.Riverside, Tokens.Hash(token)));
        var outcome = await portal.AsAsync(Cast.Dana(), () => invitation.Create(new CreateInvitation { Patient = patient, Token = token }));
        Assert.Equal(InviteOutcome.Invited, outcome);
    }

    private static async Task SignInAsync(PortalFixture portal, string patient, string operation)
    {
        var at = portal.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        await portal.AsGrainAsync(() => portal.Patient(patient).RecordSignIn(CredentialKind.Email, "hash", operation, byCode: true));
        // Lists learn of it a moment later.
        while (await LastAsync() != at) await portal.AdvanceAsync(TimeSpan.FromSeconds(1));

        Task<long?> LastAsync() => portal.Database.ReadAsync(connection =>
            connection.ExecuteScalarAsync<long?>("SELECT last_sign_in FROM patients WHERE patient = @patient", new { patient }));
    }
}

[Trait("Needs", "PostgreSQL"), Collection(PostgresCollection.Name)]
public sealed class PostgresAdoptionTests(PostgresServer server)
{
    [PostgresFact]
    public async Task Patients_are_counted_in_the_months_in_which_they_were_invited_came_first_and_came_again() =>
        await AdoptionTests.CountedAsync(await server.CreateDatabaseAsync());

    [PostgresFact]
    public async Task What_is_known_of_before_is_the_month_of_the_last_sign_in() =>
        await AdoptionTests.FilledAsync(await server.CreateDatabaseAsync());
}
