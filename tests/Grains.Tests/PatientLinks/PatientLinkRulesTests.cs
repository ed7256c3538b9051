using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.PatientLinks;
using Xunit;
using Rules = Portal.Grains.PatientLinks.PatientLink;

namespace Portal.Grains.Tests.PatientLinks;

public sealed class PatientLinkRulesTests
{
    private const string Subject = "email.00";
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly PatientStanding s_standing = new() { Kind = StandingKind.Good, BlockCount = 2 };
    private static readonly LinkFacts s_facts = new(
        PortalEnabled: true, s_standing, new ContactDetails { Email = "Alice@Example.org", Mobile = "07700 900001" }, "GB");
    private static readonly CodeDestination s_codes = new() { Subject = Subject };
    private static readonly PatientLinkState s_none = new();
    private static readonly PatientLinkState s_link = Rules.Create(new CreateLink { Patient = "p" }, "", "dana", s_standing, s_now);
    private static readonly PatientLinkState s_single = s_link with { SingleUse = true };

    private static readonly PatientView s_alice = new() { Contact = new ContactDetails { Email = "Alice@Example.org" } };
    private static readonly OrganisationView s_organisation = new() { Slug = "riverside", Country = "GB" };

    [Theory]
    [InlineData(0, LinkState.Active)]
    [InlineData((7 * 24 * 3_600_000) - 1, LinkState.Active)]
    [InlineData(7 * 24 * 3_600_000, LinkState.Expired)]
    public void A_link_is_expired_exactly_at_its_deadline(int milliseconds, LinkState expected) =>
        Assert.Equal(expected, Rules.Judge(s_link, s_facts, s_now.AddMilliseconds(milliseconds)));

    [Theory]
    [InlineData(StandingKind.Good, 2, LinkState.Active)]
    [InlineData(StandingKind.Good, 3, LinkState.Revoked)]
    [InlineData(StandingKind.NoAccess, 2, LinkState.Revoked)]
    [InlineData(StandingKind.Blocked, 2, LinkState.Revoked)]
    [InlineData(StandingKind.Unknown, 2, LinkState.Revoked)]
    public void The_patient_s_standing_makes_it_dead(StandingKind kind, int blocks, LinkState expected) => Assert.Equal(
        expected, Rules.Judge(s_link, s_facts with { Standing = new PatientStanding { Kind = kind, BlockCount = blocks } }, s_now));

    [Theory]
    [InlineData(LinkDelivery.ByHand, "", "", LinkState.Active)]
    [InlineData(LinkDelivery.Email, "alice@example.org", "ALICE@example.org ", LinkState.Active)]
    [InlineData(LinkDelivery.Email, "alice@example.org", "new@example.org", LinkState.Revoked)]
    [InlineData(LinkDelivery.Email, "alice@example.org", "", LinkState.Revoked)]
    [InlineData(LinkDelivery.Email, "alice@example.org", "no address", LinkState.Revoked)]
    [InlineData(LinkDelivery.Sms, "+447700900001", "+44 7700 900001", LinkState.Active)]
    [InlineData(LinkDelivery.Sms, "+447700900001", "07700 900002", LinkState.Revoked)]
    [InlineData(LinkDelivery.Sms, "+447700900001", "", LinkState.Revoked)]
    public void A_link_dies_with_the_address_it_was_sent_to(LinkDelivery delivery, string sentTo, string now, LinkState expected)
    {
        var link = s_link with { Delivery = delivery, SentTo = sentTo };
        var contact = new ContactDetails { Email = now, Mobile = now };
        var facts = s_facts with { Contact = contact };
        Assert.Equal(expected, Rules.Judge(link, facts, s_now));
        Assert.Equal(expected == LinkState.Active, Rules.IsOpen(link, facts, s_now));
        var used = Rules.Used(Rules.Opened(link, "phone", Subject, s_now), "op", s_now);
        Assert.Equal(expected == LinkState.Active, Rules.Refusal(used, facts, s_codes, "op", "phone", s_now) is null);
    }

    [Fact]
    public void Taken_back_and_used_come_before_the_deadline()
    {
        var late = s_now.AddDays(90);
        Assert.Equal(LinkState.Revoked, Rules.Judge(Rules.Revoked(s_link, s_now), s_facts, late));
        Assert.Equal(LinkState.Used, Rules.Judge(Rules.Used(s_single, "op", s_now), s_facts, late));
        Assert.Equal(LinkState.Active, Rules.Judge(Rules.Used(s_link, "op", s_now), s_facts, s_now));
        Assert.Null(Rules.Judge(s_none, s_facts, s_now));
    }

    [Theory]
    [InlineData(59, CreateLinkOutcome.LifetimeOutOfRange)]
    [InlineData(60, CreateLinkOutcome.Created)]
    [InlineData(90 * 24 * 60, CreateLinkOutcome.Created)]
    [InlineData((90 * 24 * 60) + 1, CreateLinkOutcome.LifetimeOutOfRange)]
    [InlineData(-60, CreateLinkOutcome.LifetimeOutOfRange)]
    public void A_link_works_for_an_hour_to_ninety_days(int minutes, CreateLinkOutcome expected)
    {
        var command = new CreateLink { Lifetime = TimeSpan.FromMinutes(minutes) };
        Assert.Equal(expected, Rules.MayCreate(command, s_alice, s_standing, s_codes, s_organisation).Outcome);
    }

    [Theory]
    [InlineData(LinkDelivery.ByHand, "", "", CreateLinkOutcome.Created, "")]
    [InlineData(LinkDelivery.Email, "Alice@Example.org", "", CreateLinkOutcome.Created, "alice@example.org")]
    [InlineData(LinkDelivery.Email, "", "07700 900001", CreateLinkOutcome.NoAddress, "")]
    [InlineData(LinkDelivery.Email, "at home", "", CreateLinkOutcome.NoAddress, "")]
    [InlineData(LinkDelivery.Sms, "", "07700 900001", CreateLinkOutcome.Created, "+447700900001")]
    [InlineData(LinkDelivery.Sms, "alice@example.org", "", CreateLinkOutcome.NoAddress, "")]
    [InlineData(LinkDelivery.Sms, "", "ask Bob", CreateLinkOutcome.NoAddress, "")]
    public void It_is_sent_to_the_contact_details(
        LinkDelivery delivery, string email, string mobile, CreateLinkOutcome outcome, string sentTo)
    {
        var patient = new PatientView { Contact = new ContactDetails { Email = email, Mobile = mobile } };
        var command = new CreateLink { Delivery = delivery };
        Assert.Equal((outcome, sentTo), Rules.MayCreate(command, patient, s_standing, s_codes, s_organisation));
    }

    [Fact]
    public void None_is_made_that_nobody_could_use()
    {
        var command = new CreateLink();
        var off = s_organisation with { Settings = new PortalSettings { PortalEnabled = false } };
        CreateLinkOutcome With(PatientView? patient, StandingKind kind, CodeDestination? codes, OrganisationView? organisation) =>
            Rules.MayCreate(command, patient, new PatientStanding { Kind = kind }, codes, organisation).Outcome;
        Assert.Equal(CreateLinkOutcome.PortalDisabled, With(s_alice, StandingKind.Good, s_codes, off));
        Assert.Equal(CreateLinkOutcome.PortalDisabled, With(s_alice, StandingKind.Good, s_codes, null));
        Assert.Equal(CreateLinkOutcome.Unknown, With(null, StandingKind.Unknown, null, s_organisation));
        Assert.Equal(CreateLinkOutcome.NoAccess, With(s_alice, StandingKind.NoAccess, s_codes, s_organisation));
        Assert.Equal(CreateLinkOutcome.NoAccess, With(s_alice, StandingKind.Blocked, s_codes, s_organisation));
        Assert.Equal(CreateLinkOutcome.NoCredential, With(s_alice, StandingKind.Good, null, s_organisation));
    }

    [Fact]
    public void A_single_use_link_is_used_by_one_operation_which_may_come_again()
    {
        var used = Rules.Used(Rules.Opened(s_single, "phone", Subject, s_now), "op", s_now);
        Assert.Equal((1, s_now), (used.Uses, used.UsedAt));
        Assert.Same(used, Rules.Used(used, "op", s_now.AddMinutes(1)));
        Assert.Same(used, Rules.Used(used, "other", s_now.AddMinutes(1)));
        Assert.Null(Rules.Refusal(used, s_facts, s_codes, "op", "phone", s_now.AddDays(60)));
        Assert.IsType<LinkVerdict.Ended>(Rules.Refusal(used, s_facts, s_codes, "other", "phone", s_now));
    }

    [Fact]
    public void Uses_are_counted_once_for_each_operation_and_the_last_are_remembered()
    {
        var used = Enumerable.Range(0, Rules.MaxOperations + 2).Aggregate(s_link, (state, n) => Rules.Used(state, $"op{n}", s_now));
        Assert.Equal((Rules.MaxOperations + 2, Rules.MaxOperations), (used.Uses, used.Operations.Count));
        Assert.Same(used, Rules.Used(used, "op5", s_now.AddMinutes(1)));
        Assert.Same(s_link, Rules.Used(s_link, "op", s_link.Deadline));
    }

    [Fact]
    public void Only_a_browser_that_asked_for_a_code_may_use_it_and_only_while_the_code_s_credential_is_the_patient_s()
    {
        var opened = Rules.Opened(s_link, "phone", Subject, s_now);
        Assert.Null(Rules.Refusal(opened, s_facts, s_codes, "op", "phone", s_now));
        Assert.IsType<LinkVerdict.Code>(Rules.Refusal(opened, s_facts, s_codes, "op", "tablet", s_now));
        Assert.IsType<LinkVerdict.Code>(Rules.Refusal(opened, s_facts, s_codes with { Subject = "email.11" }, "op", "phone", s_now));
        Assert.IsType<LinkVerdict.Code>(Rules.Refusal(opened, s_facts, null, "op", "phone", s_now));
    }

    [Fact]
    public void Nothing_opens_it_again_once_it_is_dead_not_even_for_the_operation_that_used_it()
    {
        var used = Rules.Used(Rules.Opened(s_link, "phone", Subject, s_now), "op", s_now);
        Assert.Null(Rules.Refusal(used, s_facts, s_codes, "op", "phone", s_link.Deadline));
        LinkVerdict? Refusal(PatientLinkState state, LinkFacts facts) => Rules.Refusal(state, facts, s_codes, "op", "phone", s_now);
        Assert.IsType<LinkVerdict.Ended>(Refusal(used, s_facts with { PortalEnabled = false }));
        Assert.IsType<LinkVerdict.Ended>(Refusal(used, s_facts with { Standing = s_standing with { BlockCount = 3 } }));
        Assert.IsType<LinkVerdict.Ended>(Refusal(Rules.Revoked(used, s_now), s_facts));
        Assert.IsType<LinkVerdict.Ended>(Refusal(s_none, s_facts));
    }

    [Fact]
    public void The_first_press_is_when_it_was_opened_and_the_last_browsers_are_remembered()
    {
        var opened = Rules.Opened(s_link, "b0", Subject, s_now);
        Assert.Same(opened, Rules.Opened(opened, "b0", Subject, s_now.AddHours(1)));
        var many = Enumerable.Range(1, Rules.MaxBrowsers)
            .Aggregate(opened, (state, n) => Rules.Opened(state, $"b{n}", Subject, s_now.AddHours(n)));
        Assert.Equal((s_now, Rules.MaxBrowsers), (many.OpenedAt, many.Browsers.Count));
        Assert.Null(Rules.SubjectOf(many, "b0"));
        Assert.Equal("email.11", Rules.SubjectOf(Rules.Opened(many, "b1", "email.11", s_now), "b1"));
    }

    [Fact]
    public void Taking_it_back_is_idempotent_and_a_used_one_stays_used()
    {
        var revoked = Rules.Revoked(s_link, s_now);
        Assert.Same(revoked, Rules.Revoked(revoked, s_now.AddHours(1)));
        Assert.Same(s_none, Rules.Revoked(s_none, s_now));
        var used = Rules.Used(s_single, "op", s_now);
        Assert.Same(used, Rules.Revoked(used, s_now));
    }

    [Fact]
    public void The_audit_log_learns_of_each_change_once()
    {
        Assert.Equal(["link.created"], Rules.News(s_none, s_link));
        Assert.Equal(["link.opened"], Rules.News(s_link, Rules.Opened(s_link, "phone", Subject, s_now)));
        Assert.Equal(["link.used"], Rules.News(s_link, Rules.Used(s_link, "op", s_now)));
        Assert.Equal(["link.revoked"], Rules.News(s_link, Rules.Revoked(s_link, s_now)));
        Assert.Empty(Rules.News(s_link, s_link));
    }

    [Fact]
    public void Each_purpose_has_a_message_and_a_name_of_its_own()
    {
        var purposes = Enum.GetValues<LinkPurpose>();
        Assert.Equal(purposes.Length, purposes.Select(Rules.MessageOf).Distinct().Count());
        Assert.Equal(purposes.Length, purposes.Select(Rules.Name).Distinct().Count());
    }
}
