using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Sessions;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

public sealed class SessionRulesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly SessionFacts Good = new()
    {
        PortalOpen = true,
        OrganisationEpoch = 3,
        IdleLimit = TimeSpan.FromHours(1),
        ElevationLimit = TimeSpan.FromMinutes(60),
        RecordsShown = true,
        InGoodStanding = true,
        Epoch = 5,
        Name = "Alice",
    };

    private static SessionState Alice { get; } =
        Session.Begin(SignInWay.Code, PrincipalKind.Patient, "p-alice", "email.1f", new ClientDevice { Description = "Safari" }, Good,
            "s-1", Noon);

    public static TheoryData<string, SessionFacts, double, double, SessionEnd?> Judgements => new()
    {
        { "just begun", Good, 0, 0, null },
        { "a moment before an hour without use", Good, 0, 0.9999, null },
        { "an hour without use", Good, 0, 1, SessionEnd.Idle },
        { "used, a moment before 24 hours", Good, 23.5, 23.9999, null },
        { "used, after 24 hours", Good, 23.5, 24, SessionEnd.Expired },
        { "idle long before its 24 hours were over", Good, 2, 30, SessionEnd.Idle },
        { "its 24 hours over before it was idle", Good, 23.5, 30, SessionEnd.Expired },
        { "the organisation's idle limit is ten minutes", Good with { IdleLimit = TimeSpan.FromMinutes(10) }, 0, 0.17, SessionEnd.Idle },
        { "blocked, or without access", Good with { InGoodStanding = false }, 0, 0, SessionEnd.AccessEnded },
        { "the patient's epoch rose", Good with { Epoch = 6 }, 0, 0, SessionEnd.AccessEnded },
        { "the portal is off", Good with { PortalOpen = false, OrganisationEpoch = 4 }, 0, 0, SessionEnd.PortalDisabled },
        { "the portal was off and is on again", Good with { OrganisationEpoch = 4 }, 0, 0, SessionEnd.Revoked },
        { "blocked after it was idle", Good with { InGoodStanding = false }, 0, 2, SessionEnd.AccessEnded },
    };

    [Theory]
    [MemberData(nameof(Judgements))]
    public void A_session_lives_exactly_as_long_as_everything_allows_it(
        string because, SessionFacts facts, double lastUseHours, double nowHours, SessionEnd? expected)
    {
        var judged = Session.Judge(Alice, Noon.AddHours(lastUseHours), facts, Noon.AddHours(nowHours));
        Assert.True(judged == expected, $"{because}: {judged}");
    }

    [Fact]
    public void A_staff_session_lasts_eight_hours_whatever_becomes_of_the_portal()
    {
        var facts = SessionFacts.Of(
            new OrganisationView { Epoch = 9, Settings = new PortalSettings { PortalEnabled = false } },
                new StaffStanding { Exists = true, Name = "Dana" });
        var pending = Session.Begin(SignInWay.Password, PrincipalKind.Staff, "st-dana", "staff.1f", new ClientDevice(), facts, "s-2", Noon);
        Assert.Equal(SessionEnd.Unknown, Session.Judge(pending, Noon, facts, Noon));
        var dana = Session.Begin(Session.SecondStepDone(pending, Noon.AddMinutes(9)), Noon.AddMinutes(9));
        Assert.Null(Session.Judge(dana, Noon.AddHours(7.9), facts, Noon.AddHours(8)));
        Assert.Equal(SessionEnd.Expired, Session.Judge(dana, Noon.AddHours(7.9), facts, Noon.AddHours(8).AddMinutes(9)));
    }

    [Theory]
    [InlineData(9.999, true)]
    [InlineData(10, false)]
    public void A_right_password_waits_ten_minutes_for_the_authenticator(double minutes, bool waits)
    {
        var pending = Session.Begin(SignInWay.Password, PrincipalKind.Staff, "st-dana", "staff.1f", new ClientDevice(), Good, "s-2", Noon);
        Assert.Equal(waits, Session.AwaitsSecondStep(pending, Noon.AddMinutes(minutes)));
    }

    public static TheoryData<string, double, SessionFacts, double, bool> Elevations => new()
    {
        { "at once", 0, Good, 0, true },
        { "a moment before the hour", 0, Good, 0.9999, true },
        { "after an hour", 0, Good, 1, false },
        { "the organisation tightened it to five minutes meanwhile", 0, Good with { ElevationLimit = TimeSpan.FromMinutes(5) }, 0.1,
            false },
        { "the organisation hid the records meanwhile", 0, Good with { RecordsShown = false }, 0, false },
        { "never beyond the session", 23.75, Good, 24, false },
    };

    [Theory]
    [MemberData(nameof(Elevations))]
    public void An_elevation_lasts_an_hour_at_most(string because, double fromHours, SessionFacts now, double atHours, bool elevated)
    {
        var session = Session.Begin(Session.Elevated(Alice, Good, Noon.AddHours(fromHours)), Noon.AddHours(fromHours));
        Assert.True(elevated == Session.ElevatedUntil(session, now, Noon.AddHours(atHours)) is not null, because);
        Assert.Equal(!elevated, Session.ElevationIsOver(session, now, Noon.AddHours(atHours)));
    }

    [Fact]
    public void Elevating_moves_neither_the_end_of_the_session_nor_its_place_in_lists()
    {
        var taken = Session.Elevated(Alice, Good, Noon.AddHours(23.5));
        var session = Session.Begin(taken, Noon.AddHours(23.5));
        Assert.Equal(Noon.AddHours(24), Session.ExpiresAt(session));
        Assert.Equal(Noon.AddHours(24), taken.ElevatedUntil);
        Assert.Equal(Alice.SessionId, session.SessionId);
        Assert.True(Session.IsContinuationOf(session, taken));
        Assert.False(Session.IsContinuationOf(Alice, taken));
        Assert.False(Session.IsContinuationOf(session, taken with { Subject = "p-bob" }));
    }

    [Fact]
    public void A_settings_value_beyond_the_limits_loosens_nothing()
    {
        var settings = new PortalSettings { IdleLimit = TimeSpan.FromDays(9), ElevationLimit = TimeSpan.FromDays(9) };
        var facts = SessionFacts.Of(new OrganisationView { Settings = settings }, new PatientStanding { Kind = StandingKind.Good });
        Assert.Equal(OrganisationLimits.MaxIdle, facts.IdleLimit);
        Assert.Equal(OrganisationLimits.MaxElevation, facts.ElevationLimit);
    }

    [Fact]
    public void What_has_ended_keeps_its_first_reason_and_never_lives_again()
    {
        var ended = Session.End(Alice, SessionEnd.SignedOut, Noon, "", Noon.AddMinutes(1));
        Assert.Same(ended, Session.End(ended, SessionEnd.Revoked, Noon, "", Noon.AddMinutes(2)));
        Assert.Equal(SessionEnd.SignedOut, Session.Judge(ended, Noon, Good, Noon.AddMinutes(2)));
        var nothing = new SessionState();
        Assert.Same(nothing, Session.End(nothing, SessionEnd.SignedOut, Noon, "", Noon));
    }

    [Fact]
    public void An_elevation_taken_back_is_gone_at_once_and_taking_it_back_again_changes_nothing()
    {
        var elevated = Session.Begin(Session.Elevated(Alice, Good, Noon), Noon);
        var lowered = Session.Lower(elevated, ElevationEnd.Revoked);
        Assert.Null(Session.ElevatedUntil(lowered, Good, Noon));
        Assert.Null(Session.Judge(lowered, Noon, Good, Noon));
        Assert.Same(lowered, Session.Lower(lowered, ElevationEnd.Over));
        Assert.Same(Alice, Session.Lower(Alice, ElevationEnd.Revoked));
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void Use_is_written_at_most_once_a_minute(int seconds, bool due) =>
        Assert.Equal(due, Session.IsUseDue(Alice, Noon.AddSeconds(seconds)));

    [Fact]
    public void The_sweep_looks_at_the_end_and_30_days_after_it()
    {
        Assert.Equal(Noon.AddHours(24), Session.SweepAt(Alice));
        var ended = Session.End(Alice, SessionEnd.Idle, Noon, "", Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(1).AddDays(30), Session.SweepAt(ended));
        Assert.False(Session.IsForgettable(Alice, Noon.AddDays(400)));
        Assert.False(Session.IsForgettable(ended, Noon.AddDays(30)));
        Assert.True(Session.IsForgettable(ended, Noon.AddDays(30).AddHours(1)));
    }

    [Fact]
    public void The_next_deadline_is_the_first_of_idle_limit_elevation_and_lifetime()
    {
        Assert.Equal(Noon.AddHours(1), Session.NextDeadline(Alice, Noon, Good, Noon));
        Assert.Equal(Noon.AddHours(24), Session.NextDeadline(Alice, Noon.AddHours(23.5), Good, Noon.AddHours(23.5)));
        var elevated = Session.Begin(Session.Elevated(Alice, Good, Noon), Noon);
        Assert.Equal(Noon.AddMinutes(60), Session.NextDeadline(elevated, Noon.AddMinutes(30), Good, Noon.AddMinutes(30)));
    }

    [Fact]
    public void A_long_or_odd_description_of_a_browser_is_cut_where_it_can_be_stored()
    {
        var device = new ClientDevice { Description = new string('a', 59) + "😀 and more" };
        var session = Session.Begin(SignInWay.Code, PrincipalKind.Patient, "p-alice", "", device, Good, "s-1", Noon);
        Assert.Equal(new string('a', 59), session.Device);
    }

    [Fact]
    public void A_list_shows_what_is_over_as_over_even_where_nobody_noticed()
    {
        var blocked = SessionRows.Of([new StoredSession("h1", Alice)], Good with { InGoodStanding = false }, "h1", Noon);
        Assert.Equal((SessionEnd.AccessEnded, false), (blocked[0].Reason, blocked[0].Current));
        Assert.NotNull(blocked[0].EndedAt);
    }

    [Fact]
    public void A_list_shows_a_session_that_went_on_once_and_the_live_ones_first()
    {
        var ended = Session.End(Alice, SessionEnd.SignedOut, Noon, "", Noon.AddMinutes(1)) with { SessionId = "s-0" };
        var elevated = Session.Begin(Session.Elevated(Alice, Good, Noon.AddMinutes(2)), Noon.AddMinutes(2));
        var rows = SessionRows.Of(
            [new StoredSession("h0", ended), new StoredSession("h1", Alice), new StoredSession("h2", elevated)], Good, "h2",
                Noon.AddMinutes(3));
        Assert.Equal(["s-1", "s-0"], rows.Select(r => r.Id));
        Assert.True(rows[0].Current);
        Assert.Equal(Noon.AddMinutes(62), rows[0].ElevatedUntil);
    }

    [Fact]
    public void The_audit_log_hears_of_each_thing_once_and_of_no_key_that_only_goes_on()
    {
        var elevated = Session.Begin(Session.Elevated(Alice, Good, Noon), Noon);
        var over = Session.End(Session.Lower(elevated, ElevationEnd.Over), SessionEnd.Idle, Noon, "", Noon);
        Assert.Equal(["elevation.granted", "elevation.ended", "session.ended"], SessionNews.All(over).Select(n => n.Action));
        var superseded = Session.End(Alice, SessionEnd.Superseded, Noon, "next", Noon);
        Assert.Equal(["sign-in.done"], SessionNews.All(superseded).Select(n => n.Action));
    }
}
