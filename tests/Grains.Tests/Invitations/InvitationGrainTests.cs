using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Invitations;

public sealed class InvitationGrainTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalFixture.StartAsync(deterministic: true);

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task The_message_brings_a_link_with_the_token_to_the_contact_email()
    {
        var (patient, token) = await _portal.InvitedAsync();
        var mail = Assert.Single(await _portal.MailAsync());
        Assert.Equal(InvitationDesk.Mailbox, mail.To);
        Assert.Contains($"http://localhost:5080/riverside/invitation/{token}", mail.Text, StringComparison.Ordinal);
        var row = Assert.Single(await _portal.ListAsync(patient));
        Assert.Equal((InvitationState.Pending, InvitationDesk.Mailbox), (row.State, row.Address));
        Assert.Equal(row.CreatedAt.AddDays(3), row.Deadline);
        var created = Assert.Single(await _portal.AuditAsync("invitation.created"));
        Assert.Equal((patient, "staff"), (created.Patient, created.ActorKind));
    }

    [Fact]
    public async Task The_token_is_stored_nowhere()
    {
        var (_, token) = await _portal.InvitedAsync();
        foreach (var table in new[] { "grain_state", "invitations", "audit_log", "outbox", "reminders" })
        {
            var rows = await _portal.Database.ReadAsync(c => Dapper.SqlMapper.QueryAsync(c, $"SELECT * FROM {table}"));
            Assert.All(rows, row => Assert.All(
                ((IDictionary<string, object>)row).Values, v => Assert.DoesNotContain(token, $"{v}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task Creating_again_sends_nothing_more()
    {
        var (patient, token) = await _portal.InvitedAsync();
        Assert.Equal(InviteOutcome.Invited, await _portal.CreateAsync(patient, token));
        Assert.Single(await _portal.MailAsync());
        Assert.Single(await _portal.AuditAsync("invitation."));
        Assert.Single(await _portal.ListAsync(patient));
    }

    [Fact]
    public async Task A_token_that_is_not_the_key_s_or_a_patient_there_is_not_makes_nothing()
    {
        var patient = await _portal.RegisterAsync("Alice");
        var (token, other) = (Tokens.New(), Tokens.New());
        Task<InviteOutcome> Create(string who, string secret) => _portal.AsAsync(
            Cast.Dana(), () => _portal.Invitation(token).Create(new CreateInvitation { Patient = who, Token = secret }));
        Assert.Equal(InviteOutcome.Unknown, await Create(patient, other));
        Assert.Equal(InviteOutcome.Unknown, await Create(Ids.New("p"), token));
        Assert.Equal(InviteOutcome.Unknown, await Create("no id/at all", token));
        Assert.Null((await _portal.PageAsync(token)).State);
        await _portal.AssertTidyAsync();
    }

    [Fact]
    public async Task Nobody_blocked_is_invited_nor_anybody_while_the_portal_is_off()
    {
        var patient = await _portal.RegisterAsync("Alice");
        await _portal.SwitchPortalAsync(on: false);
        Assert.Equal(InviteOutcome.PortalDisabled, await _portal.CreateAsync(patient, Tokens.New()));
        await _portal.SwitchPortalAsync(on: true);
        await _portal.BlockAsync(patient);
        Assert.Equal(InviteOutcome.Blocked, await _portal.CreateAsync(patient, Tokens.New()));
        Assert.Empty(await _portal.MailAsync());
        Assert.Empty(await _portal.ListAsync(patient));
    }

    [Fact]
    public async Task Accepting_gives_access_and_verifies_the_invited_address()
    {
        var invited = await _portal.ConfirmedAsync();
        var signedIn = Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
        Assert.Equal(invited.Patient, signedIn.Subject);
        var access = await _portal.AccessAsync(invited.Patient);
        Assert.Equal(AccessLevel.CanAccess, access!.Level);
        var credential = Assert.Single(access.Credentials);
        Assert.Equal(InvitationDesk.Mailbox, credential.Value);
        Assert.NotNull(credential.VerifiedAt);
        var row = Assert.Single(await _portal.ListAsync(invited.Patient));
        Assert.Equal((InvitationState.Accepted, _portal.Clock.GetUtcNow()), (row.State, row.AcceptedAt));
        Assert.Equal(InvitationState.Accepted, (await _portal.PageAsync(invited.Token)).State);
        Assert.Single(await _portal.AuditAsync("invitation.accepted"));
        await _portal.AssertTidyAsync();
    }

    [Fact]
    public async Task The_same_operation_may_come_again_and_no_other_ever()
    {
        var invited = await _portal.ConfirmedAsync();
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.AcceptAsync(invited with { Session = Tokens.New() }));
        Assert.Equal(new ConfirmOutcome.Ended { State = InvitationState.Accepted }, await _portal.ConfirmAsync(invited.Token));
        Assert.Equal(new ConfirmOutcome.Ended { State = InvitationState.Accepted }, await _portal.ResendAsync(invited.Token));
        Assert.Single(await _portal.AuditAsync("invitation.accepted"));
    }

    [Fact]
    public async Task Opening_the_page_changes_nothing()
    {
        var (patient, token) = await _portal.InvitedAsync();
        await _portal.RestartAsync();
        var faults = new FaultAt(_portal, int.MaxValue, Storage.WriteFault.None);
        _portal.Database.Faults = faults;
        for (var i = 0; i < 5; i++)
        {
            var page = await _portal.PageAsync(token);
            Assert.Equal(InvitationState.Pending, page.State);
            Assert.True(page.PortalEnabled);
            Assert.Matches(new Regex(@"^a•+@e•+\.org$"), page.MaskedAddress);
            Assert.Null((await _portal.PageAsync(Tokens.New())).State);
        }

        await _portal.SettleAsync();
        Assert.Equal(0, faults.Writes);
        Assert.Null(Assert.Single(await _portal.ListAsync(patient)).OpenedAt);
    }

    [Fact]
    public async Task Wrong_dates_of_birth_revoke_it_for_every_browser()
    {
        var (patient, token) = await _portal.InvitedAsync();
        for (var left = 4; left >= 0; left--)
        {
            var outcome = await _portal.ConfirmAsync(token, InvitationDesk.WrongBirth, $"browser{left}");
            Assert.Equal(new ConfirmOutcome.WrongBirthDate { TriesLeft = left }, outcome);
        }

        Assert.Equal(new ConfirmOutcome.Ended { State = InvitationState.Revoked }, await _portal.ConfirmAsync(token));
        Assert.Equal(InvitationState.Revoked, Assert.Single(await _portal.ListAsync(patient)).State);
        Assert.Equal("wrong-birth-date", Assert.Single(await _portal.AuditAsync("invitation.revoked")).Reason);
        Assert.Single(await _portal.MailAsync());
        await _portal.AssertTidyAsync();
    }

    [Fact]
    public async Task Wrong_dates_of_birth_at_once_are_each_counted()
    {
        var (_, token) = await _portal.InvitedAsync();
        var outcomes = new ConfirmOutcome[20];
        await _portal.Silo.RunAsync(() => Task.WhenAll(Enumerable.Range(0, 20).Select(async n =>
            outcomes[n] = await _portal.ConfirmAsync(token, InvitationDesk.WrongBirth, $"browser{n}"))));
        Assert.Equal(5, outcomes.OfType<ConfirmOutcome.WrongBirthDate>().Count());
        Assert.Equal(15, outcomes.OfType<ConfirmOutcome.Ended>().Count());
    }

    [Fact]
    public async Task A_browser_that_has_not_said_when_they_were_born_gets_no_code_and_accepts_with_none()
    {
        var invited = await _portal.ConfirmedAsync();
        await _portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.IsType<ConfirmOutcome.Ended>(await _portal.ResendAsync(invited.Token, "tablet"));
        Assert.IsType<SignInOutcome.CodeEnded>(await _portal.AcceptAsync(invited.Token, invited.Code, invited.Session, "tablet"));
        Assert.Equal(2, (await _portal.MailAsync()).Count);
        Assert.IsType<ConfirmOutcome.Confirmed>(await _portal.ResendAsync(invited.Token));
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited with { Code = await _portal.CodeAsync() }));
    }

    [Fact]
    public async Task A_wrong_code_says_how_many_tries_are_left_and_accepts_nothing()
    {
        var invited = await _portal.ConfirmedAsync();
        var wrong = invited.Code == "000000" ? "000001" : "000000";
        Assert.Equal(new SignInOutcome.WrongCode { TriesLeft = 4 }, await _portal.AcceptAsync(invited with { Code = wrong }));
        Assert.Equal(InvitationState.Pending, (await _portal.PageAsync(invited.Token)).State);
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
    }

    [Fact]
    public async Task A_newer_invitation_makes_the_older_one_dead()
    {
        var invited = await _portal.ConfirmedAsync();
        await _portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var newer = Tokens.New();
        Assert.Equal(InviteOutcome.Invited, await _portal.CreateAsync(invited.Patient, newer));
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.AcceptAsync(invited));
        Assert.Equal(new ConfirmOutcome.Ended { State = InvitationState.Revoked }, await _portal.ConfirmAsync(invited.Token));
        Assert.Equal(InvitationState.Revoked, (await _portal.PageAsync(invited.Token)).State);
        Assert.Equal([InvitationState.Pending, InvitationState.Revoked], (await _portal.ListAsync(invited.Patient)).Select(r => r.State));
        // Sending the older one again does not bring it back.
        Assert.Equal(InviteOutcome.Invited, await _portal.CreateAsync(invited.Patient, invited.Token));
        Assert.Equal(InvitationState.Pending, (await _portal.PageAsync(newer)).State);
        Assert.Equal("superseded", Assert.Single(await _portal.AuditAsync("invitation.revoked")).Reason);
    }

    [Fact]
    public async Task A_block_kills_it_for_good()
    {
        var invited = await _portal.ConfirmedAsync();
        await _portal.BlockAsync(invited.Patient);
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.AcceptAsync(invited));
        await _portal.UnblockAsync(invited.Patient);
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.AcceptAsync(invited with { Session = Tokens.New() }));
        Assert.Equal(new ConfirmOutcome.Ended { State = InvitationState.Revoked }, await _portal.ConfirmAsync(invited.Token));
        Assert.Equal(InvitationState.Revoked, Assert.Single(await _portal.ListAsync(invited.Patient)).State);
        Assert.Equal(AccessLevel.NoAccess, (await _portal.AccessAsync(invited.Patient))!.Level);
    }

    [Fact]
    public async Task Nobody_accepts_while_the_portal_is_off_and_afterwards_it_works_again()
    {
        var invited = await _portal.ConfirmedAsync();
        await _portal.SwitchPortalAsync(on: false);
        Assert.False((await _portal.PageAsync(invited.Token)).PortalEnabled);
        Assert.IsType<ConfirmOutcome.Ended>(await _portal.ConfirmAsync(invited.Token));
        Assert.IsType<ConfirmOutcome.Ended>(await _portal.ResendAsync(invited.Token));
        Assert.IsType<SignInOutcome.PortalDisabled>(await _portal.AcceptAsync(invited));
        await _portal.SwitchPortalAsync(on: true);
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
    }

    [Fact]
    public async Task A_family_s_mailbox_that_signs_another_patient_in_needs_the_clinic_s_help()
    {
        var bob = await _portal.RegisterAsync("Bob");
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(bob).SetCredential(new SetCredential
        {
            Kind = Abstractions.Credentials.CredentialKind.Email,
            Value = InvitationDesk.Mailbox,
            Operation = "bob",
            ConfirmedWithPatient = true,
        }));
        var invited = await _portal.ConfirmedAsync();
        Assert.IsType<SignInOutcome.AddressTaken>(await _portal.AcceptAsync(invited));
        Assert.Equal(InvitationState.Pending, (await _portal.PageAsync(invited.Token)).State);
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(invited.Patient).SetCredential(new SetCredential
        {
            Kind = Abstractions.Credentials.CredentialKind.Username,
            Value = "alice.archer",
            Operation = "alice",
            ConfirmedWithPatient = true,
        }));
        Assert.IsType<ConfirmOutcome.Confirmed>(await _portal.ResendAsync(invited.Token));
        var again = invited with { Code = await _portal.CodeAsync(), Session = Tokens.New() };
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(again));
        await _portal.AssertTidyAsync();
    }

    [Fact]
    public async Task Staff_take_it_back_from_the_list()
    {
        var invited = await _portal.ConfirmedAsync();
        var id = Assert.Single(await _portal.ListAsync(invited.Patient)).Id;
        Assert.Equal(
            RevokeInvitationOutcome.Revoked, await _portal.AsAsync(Cast.Dana(), () => _portal.InvitationsOf(invited.Patient).Revoke(id)));
        Assert.Equal(
            RevokeInvitationOutcome.Revoked, await _portal.AsAsync(Cast.Dana(), () => _portal.InvitationsOf(invited.Patient).Revoke(id)));
        Assert.IsType<SignInOutcome.TokenEnded>(await _portal.AcceptAsync(invited));
        Assert.Equal("staff", Assert.Single(await _portal.AuditAsync("invitation.revoked")).Reason);
        var bob = await _portal.RegisterAsync("Bob");
        Assert.Equal(RevokeInvitationOutcome.Unknown, await _portal.AsAsync(Cast.Dana(), () => _portal.InvitationsOf(bob).Revoke(id)));
        await _portal.AssertTidyAsync();
    }

    [Fact]
    public async Task An_accepted_one_stays_accepted_when_taken_back()
    {
        var invited = await _portal.ConfirmedAsync();
        await _portal.AcceptAsync(invited);
        Assert.Equal(RevokeInvitationOutcome.Accepted, await RevokeAsync(invited.Token));
        Assert.Equal(InvitationState.Accepted, Assert.Single(await _portal.ListAsync(invited.Patient)).State);
    }

    [Fact]
    public async Task Taking_back_one_that_is_half_accepted_finishes_that_first()
    {
        var invited = await _portal.ConfirmedAsync();
        // The patient's half fails, and goes on failing.
        using (var writes = WriteLog.Of(_portal.Database))
        {
            writes.Fail = point => point.Contains("redential", StringComparison.Ordinal);
            await Assert.ThrowsAnyAsync<Exception>(() => _portal.AcceptAsync(invited));
            Assert.Equal(RevokeInvitationOutcome.BeingAccepted, await RevokeAsync(invited.Token));
        }

        Assert.Equal(RevokeInvitationOutcome.Accepted, await RevokeAsync(invited.Token));
        Assert.Equal(InvitationState.Accepted, Assert.Single(await _portal.ListAsync(invited.Patient)).State);
        Assert.Single(await _portal.AuditAsync("invitation.accepted"));
        Assert.Empty(await _portal.AuditAsync("invitation.revoked"));
        Assert.IsType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
    }

    [Fact]
    public async Task Taking_back_an_expired_one_or_none_says_so()
    {
        var invited = await _portal.ConfirmedAsync();
        await _portal.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Equal(RevokeInvitationOutcome.Expired, await RevokeAsync(invited.Token));
        Assert.Equal(RevokeInvitationOutcome.Unknown, await RevokeAsync(Tokens.New()));
    }

    [Fact]
    public async Task An_acceptance_whose_session_never_began_is_worth_nothing_once_the_credential_is_cleared()
    {
        var invited = await _portal.ConfirmedAsync();
        using (var writes = WriteLog.Of(_portal.Database))
        {
            writes.Fail = point => point == "state:Session";
            await Assert.ThrowsAnyAsync<Exception>(() => _portal.AcceptAsync(invited));
        }

        Assert.Equal(InvitationState.Accepted, Assert.Single(await _portal.ListAsync(invited.Patient)).State);
        var alice = _portal.Patient(invited.Patient);
        await _portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        await _portal.AsAsync(Cast.Dana(), () => alice.ClearCredential(Abstractions.Credentials.CredentialKind.Email, "clear"));
        await _portal.AsAsync(Cast.Dana(), () => alice.SetAccess(AccessLevel.CanAccess));
        Assert.IsNotType<SignInOutcome.SignedIn>(await _portal.AcceptAsync(invited));
    }

    private Task<RevokeInvitationOutcome> RevokeAsync(string token) =>
        _portal.AsAsync(Cast.Dana(), () => _portal.Invitation(token).Revoke());

    [Fact]
    public async Task Charlie_cannot_send_read_or_take_back_an_invitation_of_another_organisation()
    {
        var (patient, token) = await _portal.InvitedAsync();
        var command = new CreateInvitation { Patient = patient, Token = token };
        Task Refused(Func<Task> call) => Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(Cast.Charlie, call));
        await Refused(() => _portal.Invitation(token).Create(command));
        await Refused(() => _portal.Invitation(token).Get());
        await Refused(() => _portal.Invitation(token).Confirm(InvitationDesk.Birth, InvitationDesk.Browser()));
        await Refused(() => _portal.Invitation(token).Revoke());
        await Refused(() => _portal.InvitationsOf(patient).List());
        await Refused(() => _portal.InvitationsOf(patient).Revoke("x"));
        Assert.Equal(6, (await _portal.AuditAsync("door.refused")).Count);
        var elsewhere = await _portal.AsAsync(Cast.Charlie, () => _portal.Invitation(token, PortalFixture.Hilltop).Get());
        Assert.Null(elsewhere.State);
        Assert.Empty(await _portal.AsAsync(Cast.Charlie, () => _portal.InvitationsOf(patient, PortalFixture.Hilltop).List()));
    }

    [Fact]
    public async Task Patients_and_visitors_cannot_invite_and_nobody_accepts_from_outside()
    {
        var (patient, token) = await _portal.InvitedAsync();
        var command = new CreateInvitation { Patient = patient, Token = token };
        foreach (var caller in new[] { Cast.Patient(patient), InvitationDesk.Visitor, Cast.Priya() })
        {
            await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(caller, () => _portal.Invitation(token).Create(command)));
            await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(caller, () => _portal.Invitation(token).Revoke()));
        }

        var guess = new CodeGuess { Code = "123456", Operation = "op", Device = InvitationDesk.Browser() };
        await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(Cast.Dana(), () => _portal.Invitation(token).Accept(guess)));
    }
}
