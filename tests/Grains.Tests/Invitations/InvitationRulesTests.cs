using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Invitations;
using Xunit;
using Rules = Portal.Grains.Invitations.Invitation;

namespace Portal.Grains.Tests.Invitations;

public sealed class InvitationRulesTests
{
    private const string Own = "own";
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly PatientStanding s_standing = new() { Kind = StandingKind.NoAccess, BlockCount = 2, CurrentInvitation = Own };
    private static readonly InvitationFacts s_facts = new(Own, PortalEnabled: true, s_standing);
    private static readonly PatientStanding s_before = s_standing with { CurrentInvitation = "older" };
    private static readonly StoredInvitation s_pending = Rules.Create("p", "alice@example.org", s_before, s_now);

    private static readonly ContactDetails s_contact = new() { Email = "Alice@Example.org", PostalCode = "RV1" };
    private static readonly PatientView s_alice = new() { Contact = s_contact };
    private static readonly OrganisationView s_organisation = new() { Slug = "riverside" };

    [Theory]
    [InlineData(0, InvitationState.Pending)]
    [InlineData((3 * 24 * 3_600_000) - 1, InvitationState.Pending)]
    [InlineData(3 * 24 * 3_600_000, InvitationState.Expired)]
    [InlineData(4 * 24 * 3_600_000, InvitationState.Expired)]
    public void An_invitation_is_expired_exactly_three_days_after_it_was_made(int milliseconds, InvitationState expected) =>
        Assert.Equal(expected, Rules.Judge(s_pending, s_facts, s_now.AddMilliseconds(milliseconds)));

    [Theory]
    [InlineData(StandingKind.NoAccess, 2, Own, null)]
    [InlineData(StandingKind.Good, 2, Own, null)]
    [InlineData(StandingKind.Blocked, 2, Own, "blocked")]
    [InlineData(StandingKind.NoAccess, 3, Own, "access-ended")]
    [InlineData(StandingKind.Unknown, 2, Own, "access-ended")]
    [InlineData(StandingKind.NoAccess, 2, "newer", "superseded")]
    [InlineData(StandingKind.NoAccess, 2, null, "superseded")]
    public void The_patient_s_standing_makes_it_dead(StandingKind kind, int blocks, string? current, string? reason)
    {
        var facts = s_facts with { Standing = new PatientStanding { Kind = kind, BlockCount = blocks, CurrentInvitation = current } };
        Assert.Equal(reason, Rules.DeadBy(s_pending, facts));
        Assert.Equal(reason is null ? InvitationState.Pending : InvitationState.Revoked, Rules.Judge(s_pending, facts, s_now));
    }

    [Theory]
    [InlineData(InvitationState.Accepted)]
    [InlineData(InvitationState.Expired)]
    [InlineData(InvitationState.Revoked)]
    public void What_ended_it_first_stays(InvitationState outcome)
    {
        var ended = s_pending with { Outcome = outcome };
        var blocked = s_facts with { Standing = s_standing with { Kind = StandingKind.Blocked } };
        Assert.Equal(outcome, Rules.Judge(ended, blocked, s_now.AddDays(9)));
        Assert.Same(ended, Rules.Ended(ended, blocked, s_now.AddDays(9)));
        Assert.Same(ended, Rules.Revoked(ended, "staff"));
    }

    [Fact]
    public void There_is_none_before_it_is_made()
    {
        Assert.Null(Rules.Judge(new StoredInvitation(), s_facts, s_now));
        Assert.Same(None, Rules.Revoked(None, "staff"));
        Assert.IsType<InvitationVerdict.Ended>(Rules.Refusal(None, s_facts, "op", "phone", s_now));
    }

    [Theory]
    [InlineData("older", true)]
    [InlineData(Own, false)]
    [InlineData("newer", false)]
    [InlineData(null, false)]
    public void One_that_was_overtaken_while_a_crash_held_it_up_does_not_win_against_the_newer_one(string? current, bool awaits) =>
        Assert.Equal(awaits, Rules.AwaitsAdoption(s_pending, s_facts with { Standing = s_standing with { CurrentInvitation = current } }));

    [Fact]
    public void One_held_up_over_a_block_is_not_adopted_after_it() => Assert.False(Rules.AwaitsAdoption(
        s_pending, s_facts with { Standing = s_standing with { CurrentInvitation = "older", BlockCount = 3 } }));

    [Fact]
    public void A_patient_who_is_blocked_before_the_adoption_ends_it()
    {
        var refused = Rules.Adopted(s_facts with { Standing = s_standing with { CurrentInvitation = "older" } }, adopted: false);
        Assert.Equal("blocked", Rules.Ended(s_pending, refused, s_now).Reason);
    }

    [Theory]
    [InlineData("", "alice@example.org", "RV1", InviteOutcome.Invited, "alice@example.org")]
    [InlineData("  ", "alice@example.org", "RV1", InviteOutcome.Invited, "alice@example.org")]
    [InlineData(" Bob@X.ORG ", "alice@example.org", "RV1", InviteOutcome.Invited, "bob@x.org")]
    [InlineData("", "", "RV1", InviteOutcome.NoAddress, "")]
    [InlineData("bob@x.org", "", "RV1", InviteOutcome.MissingDetails, "")]
    [InlineData("", "alice@example.org", "", InviteOutcome.MissingDetails, "")]
    [InlineData("bob at x.org", "alice@example.org", "RV1", InviteOutcome.Malformed, "")]
    [InlineData("bob@x.org\r\nBcc: all@x.org", "alice@example.org", "RV1", InviteOutcome.Malformed, "")]
    [InlineData("07700 900001", "alice@example.org", "RV1", InviteOutcome.Malformed, "")]
    [InlineData("", "unknown", "RV1", InviteOutcome.Malformed, "")]
    public void It_goes_to_the_address_given_or_the_contact_email(
        string given, string email, string postal, InviteOutcome outcome, string address)
    {
        var patient = s_alice with { Contact = new ContactDetails { Email = email, PostalCode = postal } };
        Assert.Equal((outcome, address), Rules.MayInvite(new CreateInvitation { Address = given }, patient, s_standing, s_organisation));
    }

    [Fact]
    public void Nobody_is_invited_who_is_blocked_unknown_or_while_the_portal_is_off()
    {
        var command = new CreateInvitation();
        var off = s_organisation with { Settings = new PortalSettings { PortalEnabled = false } };
        var blocked = s_standing with { Kind = StandingKind.Blocked };
        Assert.Equal(InviteOutcome.Blocked, Rules.MayInvite(command, s_alice, blocked, s_organisation).Outcome);
        Assert.Equal(InviteOutcome.Unknown, Rules.MayInvite(command, null, new PatientStanding(), s_organisation).Outcome);
        Assert.Equal(InviteOutcome.PortalDisabled, Rules.MayInvite(command, s_alice, s_standing, off).Outcome);
        Assert.Equal(InviteOutcome.PortalDisabled, Rules.MayInvite(command, s_alice, s_standing, null).Outcome);
    }

    [Fact]
    public void Five_wrong_dates_of_birth_revoke_it_and_right_ones_in_between_win_no_tries()
    {
        var state = s_pending;
        for (var wrong = 1; wrong < Rules.MaxTries; wrong++)
        {
            state = Rules.Answered(Rules.Answered(state, right: true, "phone", s_now), right: false, "other", s_now);
            Assert.Equal((Rules.MaxTries - wrong, InvitationState.Pending), (Rules.TriesLeft(state), state.Outcome));
        }

        state = Rules.Answered(state, right: false, "other", s_now);
        Assert.Equal((0, InvitationState.Revoked, "wrong-birth-date"), (Rules.TriesLeft(state), state.Outcome, state.Reason));
        Assert.False(Rules.IsConfirmed(state, "other"));
    }

    [Fact]
    public void The_first_press_is_when_it_was_opened()
    {
        var first = Rules.Answered(s_pending, right: false, "phone", s_now);
        var second = Rules.Answered(first, right: true, "phone", s_now.AddHours(1));
        Assert.Equal(s_now, second.OpenedAt);
        Assert.Same(second, Rules.Answered(second, right: true, "phone", s_now.AddHours(2)));
    }

    [Fact]
    public void Only_the_last_browsers_are_remembered()
    {
        var state = Enumerable.Range(0, Rules.MaxBrowsers + 1)
            .Aggregate(s_pending, (s, n) => Rules.Answered(s, right: true, $"b{n}", s_now));
        Assert.Equal(Rules.MaxBrowsers, state.Browsers.Count);
        Assert.False(Rules.IsConfirmed(state, "b0"));
        Assert.True(Rules.IsConfirmed(state, "b1"));
        Assert.False(Rules.IsConfirmed(state with { Browsers = [""] }, ""));
    }

    [Fact]
    public void Only_a_browser_that_said_when_they_were_born_may_accept()
    {
        var confirmed = Rules.Answered(s_pending, right: true, "phone", s_now);
        Assert.Null(Rules.Refusal(confirmed, s_facts, "op", "phone", s_now));
        Assert.IsType<InvitationVerdict.Code>(Rules.Refusal(confirmed, s_facts, "op", "tablet", s_now));
        Assert.IsType<InvitationVerdict.Code>(Rules.Refusal(confirmed, s_facts, "op", "", s_now));
    }

    [Fact]
    public void The_first_operation_put_down_is_the_only_one_and_may_come_again_even_after_the_deadline()
    {
        var begun = Rules.Begin(Rules.Answered(s_pending, right: true, "phone", s_now), "op", s_now);
        Assert.Same(begun, Rules.Begin(begun, "other", s_now));
        var late = s_pending.Deadline.AddDays(1);
        Assert.Null(Rules.Refusal(begun, s_facts, "op", "phone", late));
        Assert.IsType<InvitationVerdict.Ended>(Rules.Refusal(begun, s_facts, "other", "phone", s_now));
        var accepted = Rules.Finished(begun, AcceptOutcome.Accepted);
        Assert.Null(Rules.Refusal(accepted, s_facts, "op", "phone", late));
        Assert.IsType<InvitationVerdict.Ended>(Rules.Refusal(accepted, s_facts, "other", "phone", s_now));
        Assert.IsType<InvitationVerdict.Ended>(Rules.Refusal(accepted, s_facts with { PortalEnabled = false }, "op", "phone", s_now));
        var blockedSince = s_facts with { Standing = s_standing with { BlockCount = 3 } };
        Assert.IsType<InvitationVerdict.Ended>(Rules.Refusal(accepted, blockedSince, "op", "phone", s_now));
    }

    [Fact]
    public void No_operation_begins_from_the_deadline_on() =>
        Assert.Same(s_pending, Rules.Begin(s_pending, "op", s_pending.Deadline));

    [Theory]
    [InlineData(AcceptOutcome.Accepted, InvitationState.Accepted, true)]
    [InlineData(AcceptOutcome.NotCurrent, InvitationState.Revoked, true)]
    [InlineData(AcceptOutcome.AddressTaken, InvitationState.Pending, false)]
    [InlineData(AcceptOutcome.MissingDetails, InvitationState.Pending, false)]
    [InlineData(AcceptOutcome.Busy, InvitationState.Pending, true)]
    public void What_the_patient_makes_of_it_decides(AcceptOutcome outcome, InvitationState expected, bool keepsOperation)
    {
        var finished = Rules.Finished(Rules.Begin(s_pending, "op", s_now), outcome);
        Assert.Equal((expected, keepsOperation), (finished.Outcome, finished.Operation is not null));
    }

    [Fact]
    public void Nobody_goes_on_while_the_portal_is_off_or_another_is_accepting()
    {
        Assert.True(Rules.IsOpen(s_pending, s_facts, s_now));
        Assert.False(Rules.IsOpen(s_pending, s_facts with { PortalEnabled = false }, s_now));
        Assert.False(Rules.IsOpen(Rules.Begin(s_pending, "op", s_now), s_facts, s_now));
    }

    [Fact]
    public void The_audit_log_learns_of_each_change_once()
    {
        Assert.Equal([new InvitationNews("invitation.created")], Rules.News(None, s_pending));
        var wrong = Rules.Answered(s_pending, right: false, "phone", s_now);
        Assert.Equal([new InvitationNews("invitation.opened", Refused: true, "wrong-birth-date")], Rules.News(s_pending, wrong));
        var right = Rules.Answered(wrong, right: true, "phone", s_now);
        Assert.Equal([new InvitationNews("invitation.opened")], Rules.News(wrong, right));
        Assert.Empty(Rules.News(right, right with { Operation = "op" }));
        Assert.Equal([new InvitationNews("invitation.accepted")], Rules.News(right, right with { Outcome = InvitationState.Accepted }));
        Assert.Equal([new InvitationNews("invitation.expired")], Rules.News(right, right with { Outcome = InvitationState.Expired }));
        Assert.Equal([new InvitationNews("invitation.revoked", Reason: "staff")], Rules.News(right, Rules.Revoked(right, "staff")));
    }

    private static StoredInvitation None { get; } = new();
}
