using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;
using static Portal.Grains.Tests.Registration.RegistrationPeople;

namespace Portal.Grains.Tests.Registration;

/// <summary>What staff make of registrations.</summary>
public sealed class RegistrationStaffTests
{
    [Fact]
    public async Task Staff_see_what_is_held_beside_who_is_on_file()
    {
        await using var portal = await OpenAsync();
        var (patient, _, id) = await portal.HeldAsync();
        var compared = (await portal.CompareAsync(id))!;
        Assert.Equal(Mailbox, compared.Registration.Details.Contact.Email);
        Assert.True(compared.Patients is [{ Reasons: [DuplicateReason.NameAndBirthDate, ..] } like] && like.Patient.Id == patient);
        Assert.Single(await RegistrationGrainTests.AuditAsync(portal, "registration.opened"));
        var look = Assert.Single(await RegistrationGrainTests.AuditAsync(portal, "patient.viewed"));
        Assert.Equal(patient, look.Patient);
    }

    [Fact]
    public async Task Attached_the_patient_is_invited_at_the_address_on_file_and_no_record_is_made()
    {
        await using var portal = await OpenAsync();
        var (patient, _, id) = await portal.HeldAsync();
        await portal.AsAsync(Cast.Dana(), () => EditAsync(portal, patient, "RV1 4AB"));
        for (var i = 0; i < 2; i++)
            Assert.Equal(DecisionOutcome.Done, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Attach(id, patient)));
        Assert.Single(await portal.MailAsync("old@example.org"), mail => InvitationLink().IsMatch(mail.Text));
        Assert.DoesNotContain(await portal.MailAsync(Mailbox), mail => InvitationLink().IsMatch(mail.Text));
        Assert.Equal(1, await portal.PatientsAsync());
        Assert.Equal("old@example.org", (await portal.AccessAsync(patient))!.Patient.Contact.Email);
    }

    [Fact]
    public async Task Who_cannot_be_invited_is_not_attached()
    {
        await using var portal = await OpenAsync();
        var (patient, _, id) = await portal.HeldAsync();
        await portal.AsAsync(Cast.Dana(), () => EditAsync(portal, patient, postalCode: ""));
        Assert.Equal(
            DecisionOutcome.CannotInvite, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Attach(id, patient)));
        Assert.Equal(RegistrationStage.Held, (await portal.ListAsync()).Rows.Single().Stage);
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(patient).Block("called"));
        Assert.Equal(DecisionOutcome.Blocked, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Attach(id, patient)));
    }

    [Fact]
    public async Task Somebody_new_is_on_file_with_access_and_is_told()
    {
        await using var portal = await OpenAsync();
        var (_, _, id) = await portal.HeldAsync();
        Assert.Equal(DecisionOutcome.Done, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Admit(id)));
        Assert.Equal(DecisionOutcome.Done, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Admit(id)));
        var row = (await portal.ListAsync(RegistrationStage.Confirmed)).Rows.Single();
        Assert.Equal(AccessLevel.CanAccess, (await portal.AccessAsync(row.Patient))!.Level);
        Assert.Single(await portal.MailAsync(Mailbox), mail => mail.Text.Contains("/sign-in", StringComparison.Ordinal));
        Assert.Equal(2, await portal.PatientsAsync());
    }

    [Fact]
    public async Task Made_of_an_address_that_nobody_proved_access_is_off_until_staff_enable_it()
    {
        await using var portal = await OpenAsync();
        var token = await portal.SubmittedAsync();
        var id = (await portal.ListAsync(RegistrationStage.Waiting)).Rows.Single().Id;
        Assert.Equal(DecisionOutcome.WithoutAccess, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Admit(id)));
        var patient = (await portal.ListAsync()).Rows.Single().Patient;
        Assert.True(await portal.AccessAsync(patient) is { Level: AccessLevel.NoAccess, Credentials: [] });
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.PressAsync(token));
        Assert.Single(await portal.MailAsync(Mailbox));
    }

    [Fact]
    public async Task Whose_address_signs_somebody_else_in_is_on_file_without_access()
    {
        await using var portal = await OpenAsync();
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await portal.PressAsync(await portal.SubmittedAsync()));
        portal.Clock.Leap(TimeSpan.FromHours(1));
        var child = Nora with { GivenName = "Mia", BirthDate = new DateOnly(2020, 1, 2) };
        Assert.IsType<SignInOutcome.RegistrationHeld>(await portal.PressAsync(await portal.SubmittedAsync(child)));
        var id = (await portal.ListAsync(RegistrationStage.Held)).Rows.Single().Id;
        Assert.Equal(DecisionOutcome.WithoutAccess, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Admit(id)));
        Assert.True(await portal.AccessAsync(signedIn.Subject) is { Credentials.Count: 1 });
    }

    [Fact]
    public async Task Refused_the_person_is_told_with_the_clinics_words_and_what_was_typed_goes_after_30_days()
    {
        await using var portal = await OpenAsync();
        var (_, token, id) = await portal.HeldAsync();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(
                DecisionOutcome.Done, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Refuse(id, "Please call us.")));
        }

        Assert.Single(await portal.MailAsync(Mailbox), mail => mail.Text.Contains("Please call us.", StringComparison.Ordinal));
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.PressAsync(token));
        Assert.Equal(DecisionOutcome.Overtaken, await portal.AsAsync(Cast.Dana(), () => portal.Registrations().Admit(id)));
        Assert.Equal(RegistrationStage.Refused, (await portal.ListAsync(RegistrationStage.Refused)).Rows.Single().Stage);
        portal.Clock.Leap(RegistrationLimits.KeptAfterDecision);
        await portal.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Empty((await portal.ListAsync()).Rows);
        Assert.Null(await portal.CompareAsync(id));
    }

    [Fact]
    public async Task Charlie_and_practitioners_see_nothing_and_decide_nothing()
    {
        await using var portal = await OpenAsync();
        var (_, _, id) = await portal.HeldAsync();
        foreach (var who in new[] { Cast.Charlie, Cast.Priya(), Cast.Visitor() })
        {
            await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(who, () =>
                portal.Registrations().List(new RegistrationQuery())));
            await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(who, () => portal.Registrations().Get(id)));
            await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(who, () => portal.Registrations().Admit(id)));
            await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(who, () => portal.Registrations().Refuse(id, "")));
        }

        var hilltop = portal.Registrations(PortalFixture.Hilltop);
        Assert.Null(await portal.AsAsync(Cast.Charlie, () => hilltop.Get(id)));
        Assert.Empty((await portal.AsAsync(Cast.Charlie, () => hilltop.List(new RegistrationQuery()))).Rows);
    }

    private static async Task EditAsync(PortalFixture portal, string patient, string postalCode)
    {
        var view = (await portal.Patient(patient).Get())!;
        await portal.Patient(patient).Edit(new EditPatient
        {
            Operation = Ids.New("e"),
            Version = view.DetailsVersion,
            GivenName = view.GivenName,
            FamilyName = view.FamilyName,
            BirthDate = view.BirthDate,
            Contact = view.Contact with { PostalCode = postalCode },
        });
    }
}
