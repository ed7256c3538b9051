using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Registration;

/// <summary>What the people of these tests do who register online.</summary>
public static partial class RegistrationPeople
{
    public const string Mailbox = "nora@example.org";

    // Without an address, so that the limits by address do not count.
    public static readonly Principal Visitor = Principal.Visitor(PortalFixture.Riverside, null);

    public static RegisterPatient Nora { get; } = new()
    {
        GivenName = "Nora",
        FamilyName = "Newman",
        BirthDate = new DateOnly(1990, 5, 17),
        Contact = new ContactDetails
        {
            Email = Mailbox,
            Mobile = "07700 900555",
            Street = "1 Mill Lane",
            Town = "Riverside",
            PostalCode = "RV1 1AA",
        },
    };

    /// <summary>A portal that takes registrations.</summary>
    public static async Task<PortalFixture> OpenAsync(bool review = false)
    {
        var portal = await PortalFixture.StartAsync(deterministic: true);
        await portal.SetAsync(s => s with { Registration = true, RegistrationReview = review });
        return portal;
    }

    public static async Task SetAsync(this PortalFixture portal, Func<PortalSettings, PortalSettings> change)
    {
        var grain = portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);
        var settings = await portal.AsAsync(Cast.Erin(), grain.GetSettings);
        Assert.IsType<SettingsOutcome.Changed>(await portal.AsAsync(Cast.Erin(), () => grain.ChangeSettings(change(settings))));
    }

    public static IRegistrationGrain Registration(this PortalFixture portal, string token, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IRegistrationGrain>(GrainKeys.ForRegistration(organisation, Tokens.Hash(token)));

    public static Task<SubmitOutcome> SubmitAsync(
        this PortalFixture portal, string token, RegisterPatient? details = null, bool consent = true, Principal? who = null) =>
        portal.AsAsync(who ?? Visitor, () => portal.Registration(token).Submit(
            new SubmitRegistration { Details = details ?? Nora, Consent = consent, Token = token }));

    /// <summary>Sends the form; the token that is in the message.</summary>
    public static async Task<string> SubmittedAsync(this PortalFixture portal, RegisterPatient? details = null)
    {
        var token = Tokens.New();
        Assert.IsType<SubmitOutcome.Sent>(await portal.SubmitAsync(token, details));
        var to = (details ?? Nora).Contact.Email;
        Assert.Contains(await portal.MailAsync(to), mail => mail.Text.Contains($"/register/{token}", StringComparison.Ordinal));
        return token;
    }

    public static Task<RegistrationPage> PageAsync(this PortalFixture portal, string token) =>
        portal.AsAsync(Visitor, () => portal.Registration(token).Get());

    public static ISessionGrain SessionOf(this PortalFixture portal, string session) =>
        portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, Tokens.Hash(session)));

    /// <summary>Presses the button of the link.</summary>
    public static Task<SignInOutcome> PressAsync(this PortalFixture portal, string token, string? session = null) =>
        portal.AsAsync(Visitor, () => portal.SessionOf(session ?? Tokens.New()).SignInWithRegistration(
            new SignInWithToken { TokenHash = Tokens.Hash(token) }));

    public static IRegistrationListGrain Registrations(this PortalFixture portal, string organisation = PortalFixture.Riverside) =>
        portal.Grains.GetGrain<IRegistrationListGrain>(organisation);

    public static Task<RegistrationList> ListAsync(this PortalFixture portal, RegistrationStage stage = RegistrationStage.None) =>
        portal.AsAsync(Cast.Dana(), () => portal.Registrations().List(new RegistrationQuery { Stage = stage }));

    public static Task<RegistrationComparison?> CompareAsync(this PortalFixture portal, string id) =>
        portal.AsAsync(Cast.Dana(), () => portal.Registrations().Get(id));

    /// <summary>Somebody like Nora is on file, she registers and presses the button; the id of what is held.</summary>
    public static async Task<(string Patient, string Token, string Id)> HeldAsync(this PortalFixture portal)
    {
        var patient = await portal.RegisterAsync("Nora", "Newman", "old@example.org", birth: Nora.BirthDate);
        var token = await portal.SubmittedAsync();
        Assert.IsType<SignInOutcome.RegistrationHeld>(await portal.PressAsync(token));
        return (patient, token, (await portal.ListAsync(RegistrationStage.Held)).Rows.Single().Id);
    }

    public static Task<OnlineAccessView?> AccessAsync(this PortalFixture portal, string patient) =>
        portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).OnlineAccess());

    public static async Task<int> PatientsAsync(this PortalFixture portal) => (await portal.AsAsync(Cast.Dana(), () =>
        portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside).Search(new PatientQuery()))).Total;

    [GeneratedRegex("/invitation/([A-Za-z0-9_-]{43})")]
    public static partial Regex InvitationLink();
}
