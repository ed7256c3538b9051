using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Invitations;

/// <summary>Each write of a scenario is spoilt in each way, and whoever repeats the operation comes to the same end.</summary>
public sealed class InvitationCrashTests
{
    [Fact]
    public Task An_invitation_repeated_after_a_crash_at_any_write_is_sent_once_and_counts() => FaultAt.EachAsync(
        async portal => (Patient: await portal.RegisterAsync("Alice"), Token: Tokens.New()),
        async (portal, a) => await portal.CreateAsync(a.Patient, a.Token),
        async (portal, a) =>
        {
            Assert.Equal(InviteOutcome.Invited, await portal.CreateAsync(a.Patient, a.Token));
            Assert.Single(await portal.MailAsync());
            Assert.Equal(InvitationState.Pending, (await portal.PageAsync(a.Token)).State);
            Assert.Equal(InvitationState.Pending, Assert.Single(await portal.ListAsync(a.Patient)).State);
            Assert.Single(await portal.AuditAsync("invitation.created"));
            Assert.Equal(1, await portal.CountAsync("reminders"));
            Assert.IsType<ConfirmOutcome.Confirmed>(await portal.ConfirmAsync(a.Token));
        });

    [Fact]
    public Task An_invitation_that_a_crash_cut_off_does_not_win_against_a_newer_one() => FaultAt.EachAsync(
        async portal => (Patient: await portal.RegisterAsync("Alice"), Token: Tokens.New()),
        async (portal, a) => await portal.CreateAsync(a.Patient, a.Token),
        async (portal, a) =>
        {
            var newer = Tokens.New();
            Assert.Equal(InviteOutcome.Invited, await portal.CreateAsync(a.Patient, newer));
            await portal.AdvanceAsync(TimeSpan.FromSeconds(1));
            var cutOff = (await portal.PageAsync(a.Token)).State is not null;
            await portal.CreateAsync(a.Patient, a.Token);
            // Where nothing of the first was stored, its repetition is the newer one.
            Assert.Equal(cutOff ? InvitationState.Pending : InvitationState.Revoked, (await portal.PageAsync(newer)).State);
            Assert.Equal(cutOff ? InvitationState.Revoked : InvitationState.Pending, (await portal.PageAsync(a.Token)).State);
        });

    [Fact]
    public Task An_acceptance_repeated_after_a_crash_at_any_write_signs_in_once() => FaultAt.EachAsync(
        portal => portal.ConfirmedAsync(),
        (portal, invited) => portal.AcceptAsync(invited),
        async (portal, invited) =>
        {
            Assert.IsType<SignInOutcome.SignedIn>(await portal.AcceptAsync(invited));
            Assert.IsNotType<SignInOutcome.SignedIn>(await portal.AcceptAsync(invited with { Session = Tokens.New() }));
            await AssertAcceptedAsync(portal, invited);
            Assert.Single(await portal.AuditAsync("sign-in.done"));
        });

    [Fact]
    public Task An_acceptance_that_nobody_repeats_is_finished_by_the_reminder_or_never_was() => FaultAt.EachAsync(
        portal => portal.ConfirmedAsync(),
        (portal, invited) => portal.AcceptAsync(invited),
        async (portal, invited) =>
        {
            await portal.AdvanceAsync(TimeSpan.FromMinutes(3));
            if ((await portal.PageAsync(invited.Token)).State == InvitationState.Pending)
            {
                // Nothing was put down: another code, and another operation, accept it.
                Assert.Equal(AccessLevel.NoAccess, (await portal.AccessAsync(invited.Patient))!.Level);
                Assert.IsType<ConfirmOutcome.Confirmed>(await portal.ResendAsync(invited.Token));
                var again = invited with { Code = await portal.CodeAsync(), Session = Tokens.New() };
                Assert.IsType<SignInOutcome.SignedIn>(await portal.AcceptAsync(again));
            }

            await AssertAcceptedAsync(portal, invited);
        });

    [Fact]
    public Task A_wrong_date_of_birth_is_not_forgotten_by_a_crash_more_often_than_it_was_refused() => FaultAt.EachAsync(
        portal => portal.InvitedAsync(),
        async (portal, a) =>
        {
            for (var i = 0; i < 4; i++) await portal.ConfirmAsync(a.Token, InvitationDesk.WrongBirth);
        },
        async (portal, a) =>
        {
            var answers = 0;
            while (await portal.ConfirmAsync(a.Token, InvitationDesk.WrongBirth) is ConfirmOutcome.WrongBirthDate) answers++;
            Assert.InRange(answers, 1, 5);
            Assert.Equal(InvitationState.Revoked, Assert.Single(await portal.ListAsync(a.Patient)).State);
            Assert.Equal(5, (await portal.AuditAsync("invitation.opened")).Count);
            await portal.AssertTidyAsync();
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_acceptances_at_once_one_wins_for_good(int seed)
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true, seed: seed);
        var invited = await portal.ConfirmedAsync();
        var sessions = Enumerable.Range(0, 20).Select(_ => Tokens.New()).ToArray();
        var outcomes = new SignInOutcome[sessions.Length];
        await portal.Silo.RunAsync(() => Task.WhenAll(sessions.Select(async (session, n) =>
            outcomes[n] = await portal.AcceptAsync(invited with { Session = session }))));
        Assert.Single(outcomes.OfType<SignInOutcome.SignedIn>());
        Assert.Equal(19, outcomes.OfType<SignInOutcome.TokenEnded>().Count());
        await AssertAcceptedAsync(portal, invited);
    }

    [Fact]
    public async Task An_acceptance_cut_off_by_a_crash_and_then_by_a_block_comes_to_nothing()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var invited = await portal.ConfirmedAsync();
        portal.Database.Faults = new KillAfter(portal, "state:Invitation");
        await Assert.ThrowsAnyAsync<Exception>(() => portal.AcceptAsync(invited));
        portal.Database.Faults = null;
        await portal.RestartAsync();
        await portal.BlockAsync(invited.Patient);
        await portal.UnblockAsync(invited.Patient);
        Assert.IsType<SignInOutcome.TokenEnded>(await portal.AcceptAsync(invited));
        Assert.Equal(InvitationState.Revoked, (await portal.PageAsync(invited.Token)).State);
        Assert.Equal(AccessLevel.NoAccess, (await portal.AccessAsync(invited.Patient))!.Level);
        await portal.AssertTidyAsync();
    }

    private static async Task AssertAcceptedAsync(PortalFixture portal, Invited invited)
    {
        await portal.AdvanceAsync(TimeSpan.FromMinutes(3));
        var access = await portal.AccessAsync(invited.Patient);
        Assert.Equal((AccessLevel.CanAccess, false), (access!.Level, access.ChangeUnderWay));
        Assert.NotNull(Assert.Single(access.Credentials).VerifiedAt);
        Assert.Equal(InvitationState.Accepted, (await portal.PageAsync(invited.Token)).State);
        Assert.Equal(InvitationState.Accepted, Assert.Single(await portal.ListAsync(invited.Patient)).State);
        Assert.Single(await portal.AuditAsync("invitation.accepted"));
        await portal.AssertTidyAsync();
    }

    /// <summary>Kills the silo once a write of one kind is durable.</summary>
    private sealed class KillAfter(PortalFixture portal, string point) : Storage.IWriteFaults
    {
        public ValueTask<Storage.WriteFault> BeforeAsync(Storage.WriteUnit unit) =>
            new(unit.Point == point ? Storage.WriteFault.WriteThenKill : Storage.WriteFault.None);

        public void Kill(Storage.WriteUnit unit) => portal.Silo.Kill();

        public Task AnswerAsync(Storage.WriteUnit unit) => Task.CompletedTask;
    }
}
