using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Tests.Shared;
using Xunit;
using Rules = Portal.Grains.Invitations.Invitation;

namespace Portal.Grains.Tests.Invitations;

public sealed class InvitationDeadlineTests
{
    [Fact]
    public async Task One_millisecond_before_three_days_it_works()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (_, token) = await portal.InvitedAsync();
        var deadline = (await portal.PageAsync(token)).Deadline;
        await portal.AdvanceAsync(deadline - InvitationDesk.Millisecond - portal.Clock.GetUtcNow());
        Assert.IsType<ConfirmOutcome.Confirmed>(await portal.ConfirmAsync(token));
        Assert.IsType<SignInOutcome.SignedIn>(await portal.AcceptAsync(token, await portal.CodeAsync(), Abstractions.Shared.Tokens.New()));
    }

    [Fact]
    public async Task At_three_days_it_is_expired_and_the_reminder_has_put_it_down()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (patient, token) = await portal.InvitedAsync();
        await portal.AdvanceAsync(Rules.Lifetime - TimeSpan.FromMinutes(5));
        Assert.IsType<ConfirmOutcome.Confirmed>(await portal.ConfirmAsync(token));
        var code = await portal.CodeAsync();
        await portal.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.AcceptAsync(token, code, Abstractions.Shared.Tokens.New()));
        Assert.Equal(InvitationState.Expired, (await portal.PageAsync(token)).State);
        Assert.Equal(InvitationState.Expired, Assert.Single(await portal.ListAsync(patient)).State);
        var expired = Assert.Single(await portal.AuditAsync("invitation.expired"));
        Assert.Equal(("system", patient), (expired.ActorKind, expired.Patient));
        await portal.AssertTidyAsync();
    }

    [Fact]
    public async Task It_is_expired_even_where_the_process_was_down_when_the_reminder_was_due()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (patient, token) = await portal.InvitedAsync();
        portal.Silo.Kill();
        portal.Clock.Advance(Rules.Lifetime);
        // No reminder ever fires: the deadline alone decides.
        await portal.Database.WriteAsync(new Storage.WriteUnit("test", new Storage.Statement("DELETE FROM reminders")));
        await portal.RestartAsync();
        Assert.Equal(InvitationState.Expired, (await portal.PageAsync(token)).State);
        Assert.Equal(new ConfirmOutcome.Ended { State = InvitationState.Expired }, await portal.ConfirmAsync(token));
        Assert.Equal(InvitationState.Expired, Assert.Single(await portal.ListAsync(patient)).State);
        Assert.Empty(await portal.AuditAsync("invitation.expired"));
    }

    [Fact]
    public async Task A_reminder_that_was_due_while_the_process_was_down_comes_at_the_start()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        await portal.InvitedAsync();
        portal.Silo.Kill();
        portal.Clock.Advance(Rules.Lifetime + TimeSpan.FromDays(1));
        await portal.RestartAsync();
        await portal.AdvanceAsync(PortalFixture.Overdue(TimeSpan.FromHours(1)));
        Assert.Single(await portal.AuditAsync("invitation.expired"));
        await portal.AssertTidyAsync();
    }

    [Fact]
    public async Task The_reminder_of_one_that_a_newer_one_made_dead_calls_it_revoked()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (patient, _) = await portal.InvitedAsync();
        await portal.AdvanceAsync(TimeSpan.FromDays(1));
        await portal.CreateAsync(patient, Abstractions.Shared.Tokens.New());
        await portal.AdvanceAsync(TimeSpan.FromDays(4));
        Assert.Equal([InvitationState.Expired, InvitationState.Revoked], (await portal.ListAsync(patient)).Select(row => row.State));
        Assert.Equal("superseded", Assert.Single(await portal.AuditAsync("invitation.revoked")).Reason);
        await portal.AssertTidyAsync();
    }

    [Fact]
    public async Task An_expired_one_is_not_sent_again_and_a_new_one_is()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (patient, token) = await portal.InvitedAsync();
        Assert.Single(await portal.MailAsync());
        await portal.AdvanceAsync(Rules.Lifetime);
        await portal.CreateAsync(patient, token);
        Assert.Single(await portal.MailAsync());
        Assert.Equal(InviteOutcome.Invited, await portal.CreateAsync(patient, Abstractions.Shared.Tokens.New()));
        Assert.Equal(2, (await portal.MailAsync()).Count);
    }
}
