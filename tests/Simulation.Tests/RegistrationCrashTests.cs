using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>Registering online, from the form to the first session, and what staff decide, with the disk failing and the process dying at
/// every write.</summary>
public sealed class RegistrationCrashTests
{
    private const string Email = "nora@example.org";

    private static readonly RegisterPatient Nora = new()
    {
        GivenName = "Nora",
        FamilyName = "Newman",
        BirthDate = new DateOnly(1990, 5, 17),
        Contact = new ContactDetails { Email = Email, Street = "1 Mill Lane", Town = "Riverside", PostalCode = "RV1 1AA" },
    };

    [Fact]
    public Task A_registration_that_was_cut_off_anywhere_makes_one_patient_by_trying_again() => Every.FaultAsync(RegisterAsync);

    [Fact]
    public Task A_registration_that_was_cut_off_twice_makes_one_patient_by_trying_again() => Every.PairAsync(RegisterAsync, seed: 1122);

    [Fact]
    public Task One_that_is_held_and_attached_invites_once_wherever_it_was_cut_off() => Every.FaultAsync(AttachAsync);

    [Fact]
    public Task One_that_is_held_and_admitted_is_on_file_once_wherever_it_was_cut_off() => Every.FaultAsync(AdmitAsync);

    private static async Task<int> RegisterAsync((int, WriteFault)[] faults)
    {
        await using var world = await OpenAsync();
        var where = $"registration, {string.Join(", ", faults)}";
        var (token, session) = (Tokens.New(), Tokens.New());
        world.Break(faults);
        await SubmitAsync(world, token, where);
        var outcome = await PressAsync(world, token, session);
        Assert.True(outcome is SignInOutcome.SignedIn, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();

        var patient = ((SignInOutcome.SignedIn)outcome).Subject;
        Assert.True(await world.IsAliveAsync(session), where);
        var view = (await world.Portal.AsAsync(Cast.Dana(), () => world.Portal.Patient(patient).OnlineAccess()))!;
        Assert.True(view.Level == AccessLevel.CanAccess && view.Credentials is [{ Value: Email, VerifiedAt: not null }], where);
        Assert.True(await PatientsAsync(world) == 1, where);
        Assert.False(await PressAsync(world, token, Tokens.New()) is SignInOutcome.SignedIn, $"{where}: pressed twice");
        Assert.True(await world.AuditedAsync(patient, "patient.registered") == 1, where);
        Assert.True(await world.AuditedAsync(patient, "registration.confirmed") == 1, where);
        await world.CheckInvariantsAsync(where, patient);
        var mails = (await world.Portal.MailAsync(Email)).Count(m => m.Text.Contains($"/register/{token}", StringComparison.Ordinal));
        Assert.True(mails == 1, $"{where}: {mails} links were sent");
        return writes;
    }

    private static async Task<int> AttachAsync((int, WriteFault)[] faults)
    {
        await using var world = await OpenAsync();
        var onFile = await world.Portal.RegisterAsync("Nora", "Newman", "old@example.org", birth: Nora.BirthDate);
        var where = $"attached, {string.Join(", ", faults)}";
        var id = await HoldAsync(world, where, faults);
        var outcome = await world.InsistAsync(Cast.Dana(), () => List(world).Attach(id, onFile));
        Assert.True(outcome == DecisionOutcome.Done, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();
        Assert.True(await PatientsAsync(world) == 1, where);
        Assert.True(await world.AuditedAsync(onFile, "invitation.created") == 1, where);
        Assert.True(await world.AuditedAsync(onFile, "registration.attached") == 1, where);
        Assert.True((await world.Portal.MailAsync("old@example.org")).Count == 1, where);
        await world.CheckInvariantsAsync(where, onFile);
        return writes;
    }

    private static async Task<int> AdmitAsync((int, WriteFault)[] faults)
    {
        await using var world = await OpenAsync();
        var onFile = await world.Portal.RegisterAsync("Nora", "Newman", "old@example.org", birth: Nora.BirthDate);
        var where = $"admitted, {string.Join(", ", faults)}";
        var id = await HoldAsync(world, where, faults);
        var outcome = await world.InsistAsync(Cast.Dana(), () => List(world).Admit(id));
        Assert.True(outcome == DecisionOutcome.Done, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();
        var made = (await world.Portal.AsAsync(Cast.Dana(), () => List(world).Get(id)))!.Registration.Patient;
        Assert.True(await PatientsAsync(world) == 2, where);
        var view = (await world.Portal.AsAsync(Cast.Dana(), () => world.Portal.Patient(made).OnlineAccess()))!;
        Assert.True(view.Level == AccessLevel.CanAccess && view.Credentials is [{ Value: Email }], where);
        Assert.True(await world.AuditedAsync(made, "registration.accepted") == 1, where);
        var told = (await world.Portal.MailAsync(Email)).Count(m => m.Text.Contains("/sign-in", StringComparison.Ordinal));
        Assert.True(told == 1, $"{where}: told {told} times");
        await world.CheckInvariantsAsync(where, onFile, made);
        return writes;
    }

    private static async Task<World> OpenAsync()
    {
        var world = await World.OpenAsync();
        var grain = world.Portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);
        var settings = await world.Portal.AsAsync(Cast.Erin(), grain.GetSettings);
        await world.Portal.AsAsync(Cast.Erin(), () => grain.ChangeSettings(
            settings with { Registration = true, RegistrationReview = false }));
        return world;
    }

    // Up to where staff decide; from there on writes are counted and go wrong.
    private static async Task<string> HoldAsync(World world, string where, (int, WriteFault)[] faults)
    {
        var token = Tokens.New();
        await SubmitAsync(world, token, where);
        Assert.True(await PressAsync(world, token, Tokens.New()) is SignInOutcome.RegistrationHeld, where);
        var list = await world.Portal.AsAsync(Cast.Dana(), () => List(world).List(new RegistrationQuery()));
        world.Break(faults);
        return list.Rows.Single().Id;
    }

    private static async Task SubmitAsync(World world, string token, string where)
    {
        var sent = await world.InsistAsync(World.Somebody, () => world.Portal.Grains.GetGrain<IRegistrationGrain>(
            GrainKeys.ForRegistration(PortalFixture.Riverside, Tokens.Hash(token))).Submit(
                new SubmitRegistration { Details = Nora, Consent = true, Token = token }));
        Assert.True(sent is SubmitOutcome.Sent, $"{where}: {sent}");
    }

    private static Task<SignInOutcome> PressAsync(World world, string token, string session) =>
        world.InsistAsync(World.Somebody, () => world.Session(session).SignInWithRegistration(
            new SignInWithToken { TokenHash = Tokens.Hash(token), Device = World.Phone }));

    private static IRegistrationListGrain List(World world) =>
        world.Portal.Grains.GetGrain<IRegistrationListGrain>(PortalFixture.Riverside);

    private static async Task<int> PatientsAsync(World world) => (await world.Portal.AsAsync(Cast.Dana(), () =>
        world.Portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside).Search(new PatientQuery()))).Total;
}
