using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Registration;
using Portal.Tests.Shared;
using Xunit;
using static Portal.Grains.Tests.Registration.RegistrationPeople;

namespace Portal.Grains.Tests.Registration;

/// <summary>Registering online: form, link, in; and what is held for staff.</summary>
public sealed class RegistrationGrainTests
{
    [Fact]
    public async Task Whoever_presses_the_button_of_the_link_is_on_file_with_access_and_signed_in()
    {
        await using var portal = await OpenAsync();
        var (token, session) = (await portal.SubmittedAsync(), Tokens.New());
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(token, session));
        var view = (await portal.AccessAsync(signedIn.Subject))!;
        Assert.Equal(AccessLevel.CanAccess, view.Level);
        Assert.Equal("Nora Newman", view.Patient.FullName);
        Assert.True(view.Credentials is [{ Kind: CredentialKind.Email, Value: Mailbox, VerifiedAt: not null }]);
        Assert.IsType<SessionCheck.Alive>(await portal.AsAsync(Visitor, () => portal.SessionOf(session).Check(touch: false)));
        Assert.Equal(RegistrationStage.Confirmed, (await portal.ListAsync()).Rows.Single().Stage);
    }

    [Fact]
    public async Task The_same_press_again_is_the_same_session_and_another_press_is_refused()
    {
        await using var portal = await OpenAsync();
        var (token, session) = (await portal.SubmittedAsync(), Tokens.New());
        var first = Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(token, session));
        Assert.Equal(first.Subject, Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(token, session)).Subject);
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.PressAsync(token));
        Assert.Equal(1, await portal.PatientsAsync());
    }

    [Fact]
    public async Task Opening_the_link_changes_nothing()
    {
        await using var portal = await OpenAsync();
        var token = await portal.SubmittedAsync();
        for (var i = 0; i < 3; i++) Assert.Equal(RegistrationStage.Waiting, (await portal.PageAsync(token)).Stage);
        Assert.Equal(0, await portal.PatientsAsync());
        Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(token));
    }

    [Fact]
    public async Task After_24_hours_the_link_is_dead_by_its_deadline_and_nothing_that_was_typed_is_kept()
    {
        await using var portal = await OpenAsync();
        var token = await portal.SubmittedAsync();
        portal.Clock.Leap(RegistrationLimits.Lifetime);
        Assert.Contains((await portal.PageAsync(token)).Stage, new[] { RegistrationStage.Ended, RegistrationStage.None }); // or forgotten
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.PressAsync(token));
        Assert.Empty((await portal.ListAsync()).Rows);
        await portal.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.DoesNotContain("Newman", await StoredAsync(portal));
    }

    [Fact]
    public async Task A_moment_before_the_deadline_the_link_works()
    {
        await using var portal = await OpenAsync();
        var token = await portal.SubmittedAsync();
        portal.Clock.Leap(RegistrationLimits.Lifetime - TimeSpan.FromMilliseconds(2));
        Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(token));
    }

    [Fact]
    public async Task A_newer_registration_of_an_address_replaces_the_older_one()
    {
        await using var portal = await OpenAsync();
        var older = await portal.SubmittedAsync();
        portal.Clock.Leap(TimeSpan.FromSeconds(1));
        var newer = await portal.SubmittedAsync();
        Assert.Single((await portal.ListAsync()).Rows);
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.PressAsync(older));
        Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(newer));
    }

    [Fact]
    public async Task The_same_form_again_sends_one_message()
    {
        await using var portal = await OpenAsync();
        var token = Tokens.New();
        for (var i = 0; i < 3; i++) Assert.IsType<SubmitOutcome.Sent>(await portal.SubmitAsync(token));
        Assert.Single(await portal.MailAsync(Mailbox));
    }

    [Fact]
    public async Task An_address_has_three_an_hour()
    {
        await using var portal = await OpenAsync();
        for (var i = 0; i < RegistrationLimits.PerHour; i++) await portal.SubmittedAsync();
        Assert.IsType<SubmitOutcome.TooMany>(await portal.SubmitAsync(Tokens.New()));
        portal.Clock.Leap(TimeSpan.FromHours(1));
        Assert.IsType<SubmitOutcome.Sent>(await portal.SubmitAsync(Tokens.New()));
    }

    [Fact]
    public async Task One_client_sends_twenty_an_hour_and_a_flood_sets_the_alarm_off()
    {
        await using var portal = await OpenAsync();
        SubmitOutcome last = new SubmitOutcome.Sent();
        for (var i = 0; i <= 20; i++) last = await portal.SubmitAsync(Tokens.New(), Somebody(i), who: Cast.Visitor());
        Assert.IsType<SubmitOutcome.TooMany>(last);
        for (var i = 21; i <= 55; i++) await portal.SubmitAsync(Tokens.New(), Somebody(i), who: Cast.Visitor(address: $"192.0.2.{i}"));
        var flood = portal.Grains.GetGrain<IRegistrationFloodGrain>(PortalFixture.Riverside);
        Assert.NotNull(await portal.AsAsync(Cast.Dana(), flood.LastAlarm));
        Assert.Single(await AuditAsync(portal, "registration.alarm"));
    }

    [Fact]
    public async Task From_however_many_addresses_an_organisation_takes_two_hundred_an_hour()
    {
        await using var portal = await OpenAsync();
        for (var i = 0; i < OnlineRegistration.MostPerHour; i++)
            Assert.IsType<SubmitOutcome.Sent>(await portal.SubmitAsync(Tokens.New(), Somebody(i)));
        Assert.IsType<SubmitOutcome.TooMany>(await portal.SubmitAsync(Tokens.New(), Somebody(999)));
        portal.Clock.Leap(TimeSpan.FromHours(1));
        Assert.IsType<SubmitOutcome.Sent>(await portal.SubmitAsync(Tokens.New(), Somebody(999)));
    }

    [Fact]
    public async Task What_is_over_leaves_nothing_in_storage()
    {
        await using var portal = await OpenAsync();
        await portal.SubmittedAsync();
        await portal.AdvanceAsync(TimeSpan.FromHours(1));
        var newer = await portal.SubmittedAsync();
        await portal.SubmittedAsync(Somebody(1));
        await portal.PressAsync(newer);
        Assert.NotEqual(0, await StatesAsync(portal));
        await portal.AdvanceAsync(TimeSpan.FromHours(26));
        Assert.Equal(2, await StatesAsync(portal)); // what was confirmed, and its address
        await portal.AdvanceAsync(RegistrationLimits.KeptAfterDecision);
        Assert.Equal(0, await StatesAsync(portal));
    }

    [Fact]
    public async Task Unless_the_clinic_says_otherwise_every_registration_is_looked_at_first()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        await portal.SetAsync(s => s with { Registration = true });
        Assert.IsType<SignInOutcome.RegistrationHeld>(await portal.PressAsync(await portal.SubmittedAsync()));
    }

    [Fact]
    public async Task Switched_off_nothing_is_taken_and_links_that_wait_do_not_work()
    {
        await using var portal = await OpenAsync();
        var token = await portal.SubmittedAsync();
        await portal.SetAsync(s => s with { Registration = false });
        Assert.IsType<SubmitOutcome.Closed>(await portal.SubmitAsync(Tokens.New()));
        Assert.Equal(RegistrationStage.Ended, (await portal.PageAsync(token)).Stage);
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.PressAsync(token));
        await portal.SetAsync(s => s with { Registration = true });
        Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(token));
    }

    [Theory]
    [InlineData("old@example.org", "the same name and birth date")]
    [InlineData(Mailbox, "the same email")]
    public async Task Who_looks_like_a_patient_is_held_and_makes_no_second_record(string onFile, string why)
    {
        await using var portal = await OpenAsync();
        // A name a letter apart counts as the same; of the second patient only the email is.
        if (onFile == Mailbox) await portal.RegisterAsync("Walter", "Webb", onFile, birth: new DateOnly(1950, 1, 1));
        else await portal.RegisterAsync("Norah", "Newman", onFile, birth: Nora.BirthDate);
        var token = await portal.SubmittedAsync();
        Assert.True(await portal.PressAsync(token) is SignInOutcome.RegistrationHeld, why);
        Assert.Equal(1, await portal.PatientsAsync());
        Assert.True((await portal.ListAsync()).Held == 1, why);
        Assert.IsType<SignInOutcome.RegistrationHeld>(await portal.PressAsync(token));
    }

    [Fact]
    public async Task A_shared_telephone_number_alone_holds_nobody()
    {
        await using var portal = await OpenAsync();
        await portal.RegisterAsync("Walter", "Newman", "walter@example.org", mobile: Nora.Contact.Mobile);
        Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(await portal.SubmittedAsync()));
    }

    [Fact]
    public async Task An_address_that_became_somebodys_credential_meanwhile_leaves_nobody_on_file()
    {
        await using var portal = await OpenAsync();
        var patient = Ids.New("p");
        var other = await portal.RegisterAsync("Walter", "Webb", "walter@example.org", birth: new DateOnly(1950, 1, 1));
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(other).SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = Mailbox,
            Operation = "set",
            ConfirmedWithPatient = true,
        }));
        var command = new RegisterOnline { Operation = "online", Details = Nora, EmailProved = true };
        Assert.Equal(
            RegisterOnlineOutcome.AddressTaken, await portal.AsGrainAsync(() => portal.Patient(patient).RegisterOnline(command)));
        Assert.Equal(
            RegisterOnlineOutcome.AddressTaken, await portal.AsGrainAsync(() => portal.Patient(patient).RegisterOnline(command)));
        Assert.Null(await portal.AccessAsync(patient));
        var second = command with { Operation = "second", EvenWithoutEmail = true };
        Assert.Equal(
            RegisterOnlineOutcome.WithoutAccess, await portal.AsGrainAsync(() => portal.Patient(patient).RegisterOnline(second)));
        Assert.True(await portal.AccessAsync(patient) is { Level: AccessLevel.NoAccess, Credentials: [] });
    }

    [Fact]
    public async Task Two_registrations_of_one_person_at_once_make_one_record()
    {
        await using var portal = await OpenAsync();
        var one = await portal.SubmittedAsync();
        var other = await portal.SubmittedAsync(Nora with { Contact = Nora.Contact with { Email = "nora.newman@example.org" } });
        var outcomes = await Task.WhenAll(portal.PressAsync(one), portal.PressAsync(other));
        Assert.Single(outcomes.OfType<SignInOutcome.SignedIn>());
        Assert.Single(outcomes.OfType<SignInOutcome.RegistrationHeld>());
        Assert.Equal(1, await portal.PatientsAsync());
    }

    [Fact]
    public async Task Where_staff_look_at_each_nobody_gets_in_and_nothing_tells_who_is_on_file()
    {
        await using var portal = await OpenAsync(review: true);
        var (known, _, _) = await portal.HeldAsync();
        var stranger = await portal.SubmittedAsync(Nora with
        {
            GivenName = "Zoe",
            BirthDate = new DateOnly(1971, 2, 3),
            Contact = Nora.Contact with { Email = "zoe@example.org" },
        });
        Assert.IsType<SignInOutcome.RegistrationHeld>(await portal.PressAsync(stranger));
        Assert.NotEmpty(known);
        Assert.Equal(1, await portal.PatientsAsync());
    }

    private static RegisterPatient Somebody(int number) => Nora with
    {
        Contact = Nora.Contact with { Email = $"person{number}@example.org" },
    };

    internal static async Task<IReadOnlyList<AuditEntry>> AuditAsync(PortalFixture portal, string action) =>
        [.. (await portal.AsAsync(Cast.Erin(), () => portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { PageSize = 200 }))).Rows.Where(r => r.Action == action)];

    private static Task<long> StatesAsync(PortalFixture portal) => portal.Database.ReadAsync(connection =>
        Dapper.SqlMapper.ExecuteScalarAsync<long>(
            connection, "SELECT COUNT(*) FROM grain_state WHERE state_name IN ('registration', 'registrationdesk')"));

    // Everything that is stored but for sent messages.
    private static Task<string> StoredAsync(PortalFixture portal) => portal.Database.ReadAsync(async connection =>
    {
        var states = await Dapper.SqlMapper.QueryAsync<string>(connection, "SELECT payload FROM grain_state");
        var rows = await Dapper.SqlMapper.QueryAsync<string>(connection, "SELECT family_name FROM registrations");
        return string.Concat(states.Concat(rows));
    });
}
