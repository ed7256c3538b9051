using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Invitations;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>
/// One staff member alone opens no way in to a patient who gets in already, where a second one approves changes: by no door.
/// </summary>
public sealed class SecondApproverTests
{
    private const string Other = "mallory@example.org";

    [Fact]
    public async Task An_invitation_goes_to_the_email_that_the_patient_signs_in_with_and_nowhere_else()
    {
        await using var desk = await OpenAsync();
        Assert.Equal(InviteOutcome.NeedsApproval, await desk.Portal.CreateAsync(desk.Alice, Tokens.New(), Other));
        Assert.Empty(await desk.Portal.MailAsync(Other));
        Assert.Equal(InviteOutcome.Invited, await desk.Portal.CreateAsync(desk.Alice, Tokens.New(), SignInDesk.AliceEmail));
        // Who has no way in yet has none that could be taken over.
        var bob = await desk.Portal.RegisterAsync("Bob", email: "bob@example.org");
        Assert.Equal(InviteOutcome.Invited, await desk.Portal.CreateAsync(bob, Tokens.New(), Other));
        // Who has only a username has no email of which that is known.
        var carol = await desk.Portal.RegisterAsync("Carol", email: "carol@example.org");
        await desk.AdmitAsync(carol, "carol.archer", CredentialKind.Username);
        Assert.Equal(InviteOutcome.NeedsApproval, await desk.Portal.CreateAsync(carol, Tokens.New()));
    }

    [Fact]
    public async Task An_invitation_of_before_opens_nothing_once_there_is_a_way_in_to_be_taken_over()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var invited = await InviteAsync(desk);
        await desk.ChangeAsync(s => s with { SecondApprover = true });
        Assert.IsType<SignInOutcome.TokenEnded>(await desk.Portal.AcceptAsync(invited));
        Assert.Equal(SessionEnd.Unknown, await desk.EndOfAsync(invited.Session));
    }

    [Fact]
    public async Task Without_the_setting_an_invitation_elsewhere_signs_in_and_proves_nothing_and_the_patient_is_told()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.SignInAsync();
        var invited = await InviteAsync(desk);
        Assert.IsType<SignInOutcome.SignedIn>(await desk.Portal.AcceptAsync(invited));
        Assert.IsType<SignInOutcome.SignedIn>(await desk.Portal.AcceptAsync(invited)); // the same form again
        Assert.False(await ProvedAsync(desk, invited.Session));
        Assert.Equal(
            new ChangePasswordOutcome.ProofNeeded(), await desk.ChangePasswordAsync(invited.Session, "a long sentence of my own"));
        Assert.Single(await desk.Portal.MailAsync(SignInDesk.AliceEmail), IsWarning);
        Assert.DoesNotContain(await desk.Portal.MailAsync(Other), IsWarning);
        // To the address that is theirs it is as good as any code.
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        invited = await InviteAsync(desk, SignInDesk.AliceEmail);
        Assert.IsType<SignInOutcome.SignedIn>(await desk.Portal.AcceptAsync(invited));
        Assert.True(await ProvedAsync(desk, invited.Session));
        Assert.Single(await desk.Portal.MailAsync(SignInDesk.AliceEmail), IsWarning);
    }

    [Fact]
    public async Task Who_signed_in_by_number_is_told_there_that_an_invitation_has_made_an_email_theirs()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob", email: "bob@example.org");
        await desk.AdmitAsync(bob, "+447700900123", CredentialKind.Mobile);
        await desk.Portal.AsGrainAsync(() => desk.Portal.Patient(bob).RecordSignIn(
            CredentialKind.Mobile, desk.Portal.HashOf(CredentialKind.Mobile, "+447700900123"), "sign-in-1", byCode: true));
        var invited = await InviteAsync(desk, Other, bob);
        Assert.IsType<SignInOutcome.SignedIn>(await desk.Portal.AcceptAsync(invited));
        Assert.False(await ProvedAsync(desk, invited.Session));
        Assert.Contains(await desk.Portal.MailAsync("+447700900123"), m => m.Text.Contains("invitation", StringComparison.Ordinal));
        Assert.DoesNotContain(await desk.Portal.MailAsync(Other), IsWarning);
    }

    [Fact]
    public async Task Nobody_is_handed_a_temporary_password_to_what_is_in_use()
    {
        await using var desk = await OpenAsync();
        await desk.ChangeAsync(s => s with { Password = true });
        await desk.MakeTemporaryAsync(); // the first one, as the account is made
        await desk.SignInAsync();
        Assert.IsType<TemporaryPasswordOutcome.NeedsApproval>(
            await desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().MakeTemporary("temporary-2")));
    }

    [Fact]
    public async Task An_authenticator_app_is_taken_off_by_two()
    {
        await using var desk = await OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var alice = desk.Portal.Patient(desk.Alice);
        for (var click = 0; click < 2; click++)
        {
            Assert.Equal(
                ResetMfaOutcome.AwaitsApproval,
                await desk.Portal.AsAsync(Cast.Dana(), () => alice.ResetMfa("reset-1", confirmedWithPatient: true)));
        }

        Assert.True((await mfa.ViewAsync()).On);
        var request = (await desk.Portal.AsAsync(Cast.Erin(), alice.OnlineAccess))!.CredentialRequest!;
        Assert.True(request.ResetsMfa);
        Assert.Equal(CredentialRequestOutcome.SamePerson, await DecideAsync(Cast.Dana()));
        Assert.True((await mfa.ViewAsync()).On);
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(Cast.Erin()));
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(Cast.Erin())); // the same click
        Assert.False((await mfa.ViewAsync()).On);
        Assert.Equal(["mfa.reset(approved)"], await desk.AuditAsync("mfa.reset"));
        Assert.Null((await desk.Portal.AsAsync(Cast.Erin(), alice.OnlineAccess))!.CredentialRequest);

        Task<CredentialRequestOutcome> DecideAsync(Principal who) =>
            desk.Portal.AsAsync(who, () => alice.DecideCredentialRequest(request.Id, approve: true));
    }

    [Fact]
    public async Task A_contact_number_becomes_no_credential_of_who_has_one()
    {
        await using var desk = await OpenAsync();
        Assert.Equal(PromoteOutcome.NeedsApproval, await PromoteAsync(desk.Alice, "+447700900001"));
        var bob = await desk.Portal.RegisterAsync("Bob", email: "bob@example.org", mobile: "07700 900321");
        Assert.Equal(PromoteOutcome.Promoted, await PromoteAsync(bob, "+447700900321"));

        Task<PromoteOutcome> PromoteAsync(string patient, string number) => desk.Portal.AsGrainAsync(
            () => desk.Portal.Patient(patient).Promote(CredentialKind.Mobile, Hash(number), "promote-1"));

        string Hash(string number) => CredentialHash.Of(desk.Hashes, PortalFixture.Riverside, CredentialKind.Mobile, number);
    }

    [Fact]
    public async Task Where_codes_for_a_username_go_is_changed_by_nobody_alone()
    {
        await using var desk = await OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob", email: "family@example.org");
        await desk.AdmitAsync(bob, "bob.archer", CredentialKind.Username);
        Assert.IsType<EditOutcome.NeedsApproval>(await EditAsync(desk, bob, Other));
        Assert.IsType<EditOutcome.Saved>(await EditAsync(desk, bob, "family@example.org", "Bobby"));
        // Nor by way of an email that is set to be cleared.
        await desk.ChangeAsync(s => s with { SecondApprover = false });
        await desk.AdmitAsync(desk.Alice, "alice.archer", CredentialKind.Username);
        await desk.ChangeAsync(s => s with { SecondApprover = true });
        Assert.IsType<EditOutcome.Saved>(await EditAsync(desk, desk.Alice, Other));
        Assert.Equal(ClearCredentialOutcome.NeedsApproval, await ClearAsync("clear-1"));
        Assert.IsType<EditOutcome.Saved>(await EditAsync(desk, desk.Alice, SignInDesk.AliceEmail));
        Assert.Equal(ClearCredentialOutcome.Cleared, await ClearAsync("clear-2"));
        Assert.IsType<EditOutcome.NeedsApproval>(await EditAsync(desk, desk.Alice, Other));

        Task<ClearCredentialOutcome> ClearAsync(string operation) => desk.Portal.AsAsync(
            Cast.Dana(), () => desk.Portal.Patient(desk.Alice).ClearCredential(CredentialKind.Email, operation));
    }

    [Fact]
    public async Task A_contact_email_that_codes_go_to_is_changed_as_a_credential_is()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob", email: "family@example.org");
        await desk.AdmitAsync(bob, "bob.archer", CredentialKind.Username);
        var before = (await desk.Portal.AsGrainAsync(desk.Portal.Patient(bob).Standing)).Epoch;
        for (var click = 0; click < 2; click++) Assert.IsType<EditOutcome.Saved>(await EditAsync(desk, bob, "new@example.org"));
        Assert.Equal(before + 1, (await desk.Portal.AsGrainAsync(desk.Portal.Patient(bob).Standing)).Epoch);
        Assert.Single(await desk.Portal.MailAsync("family@example.org"), IsNotice);
        Assert.DoesNotContain(await desk.Portal.MailAsync("new@example.org"), IsNotice);
        // Alice's codes go to the email that she signs in with, and nothing of that has changed.
        var session = await desk.SignInAsync();
        Assert.IsType<EditOutcome.Saved>(await EditAsync(desk, desk.Alice, "new@example.org"));
        Assert.Null(await desk.EndOfAsync(session));
        Assert.DoesNotContain(await desk.Portal.MailAsync(SignInDesk.AliceEmail), IsNotice);
        // A merge moves them as well.
        var other = await desk.Portal.RegisterAsync("Bobby", email: "third@example.org");
        var merge = new MergePatients { Survivor = bob, Loser = other, FromLoser = [MergeField.Email] };
        var grain = desk.Portal.Grains.GetGrain<IPatientMergeGrain>($"{PortalFixture.Riverside}/{Ids.Derive("op", "merge")}");
        Assert.IsType<MergeOutcome.Merged>(await desk.Portal.AsAsync(Cast.Erin(), () => grain.Merge(merge)));
        Assert.Single(await desk.Portal.MailAsync("new@example.org"), IsNotice);
        Assert.DoesNotContain(await desk.Portal.MailAsync("third@example.org"), IsNotice);
    }

    private static async Task<EditOutcome> EditAsync(SignInDesk desk, string patient, string email, string? given = null)
    {
        var view = (await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(patient).Get()))!;
        return await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(patient).Edit(new EditPatient
        {
            Operation = $"edit-{email}-{given}-{view.DetailsVersion}",
            Version = view.DetailsVersion,
            GivenName = given ?? view.GivenName,
            FamilyName = view.FamilyName,
            BirthDate = view.BirthDate,
            Contact = view.Contact with { Email = email },
            Tags = view.Tags,
        }));
    }

    private static bool IsNotice(MailboxMessage mail) => mail.Subject.StartsWith("Signing in", StringComparison.Ordinal);

    private static async Task<SignInDesk> OpenAsync()
    {
        var desk = await SignInDesk.OpenAsync();
        await desk.ChangeAsync(s => s with { SecondApprover = true });
        return desk;
    }

    private static async Task<Invited> InviteAsync(SignInDesk desk, string address = Other, string? patient = null)
    {
        var token = Tokens.New();
        Assert.Equal(InviteOutcome.Invited, await desk.Portal.CreateAsync(patient ?? desk.Alice, token, address));
        Assert.IsType<ConfirmOutcome.Confirmed>(await desk.Portal.ConfirmAsync(token));
        return new Invited(patient ?? desk.Alice, token, await desk.Portal.CodeAsync(address), Tokens.New());
    }

    private static Task<bool> ProvedAsync(SignInDesk desk, string session) =>
        desk.AsVisitorAsync(() => desk.Session(session).HasProvedLately());

    private static bool IsWarning(MailboxMessage mail) => mail.Subject.Contains("by an invitation", StringComparison.Ordinal);
}
