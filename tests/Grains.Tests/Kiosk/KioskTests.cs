using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Kiosk;

/// <summary>A tablet in a patient's hands: one form, for a short time, and nothing else.</summary>
public sealed class KioskTests : IAsyncLifetime
{
    private const string Pin = "4712";
    private readonly string _token = Tokens.New();
    private PortalFixture _portal = null!;
    private string _alice = "";

    public async Task InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync(deterministic: true);
        _alice = await _portal.RegisterAsync("Alice");
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Staff_hand_a_tablet_over_to_a_patient_without_access_and_are_signed_out()
    {
        var staff = await StaffSessionAsync();
        Assert.Equal(BeginKioskOutcome.Begun, await BeginAsync(Pin, Cast.Dana() with { SessionHash = Tokens.Hash(staff) }));
        var alive = Assert.IsType<SessionCheck.Alive>(await CheckAsync(_token));
        Assert.Equal((PrincipalKind.Kiosk, _alice), (alive.Principal.Kind, alive.Principal.Subject));
        Assert.IsType<SessionCheck.Ended>(await CheckAsync(staff));
        Assert.Empty(await _portal.AsAsync(Cast.Dana(), () =>
            _portal.Grains.GetGrain<ISessionListGrain>(GrainKeys.ForPatient(PortalFixture.Riverside, _alice)).List()));
    }

    [Theory]
    [InlineData(14 * 60 + 59, 60, true)]
    [InlineData(15 * 60, 60, false)]
    [InlineData(9 * 60 + 59, 9 * 60 + 59, true)]
    [InlineData(10 * 60, 10 * 60, false)]
    public async Task It_lasts_15_minutes_and_10_without_use(int seconds, int between, bool alive)
    {
        await BegunAsync();
        for (var passed = 0; passed < seconds;)
        {
            var step = Math.Min(between, seconds - passed);
            passed += step;
            _portal.Clock.Advance(TimeSpan.FromSeconds(step));
            await _portal.SettleAsync();
            if (passed < seconds) await CheckAsync(_token, touch: true);
        }

        Assert.Equal(alive, await CheckAsync(_token) is SessionCheck.Alive);
    }

    [Theory]
    [InlineData("123", false)]
    [InlineData("123456789", false)]
    [InlineData("12a4", false)]
    [InlineData("1111", false)]
    [InlineData("", false)]
    [InlineData("1234", true)]
    [InlineData("12345678", true)]
    public async Task A_pin_has_4_to_8_digits_not_all_the_same(string pin, bool good) => Assert.Equal(
        good ? BeginKioskOutcome.Begun : BeginKioskOutcome.BadPin, await BeginAsync(pin, Cast.Priya()));

    [Fact]
    public async Task The_pin_takes_it_back_and_three_wrong_ones_close_it()
    {
        var kiosk = await BegunAsync();
        Assert.Equal(2, Assert.IsType<LeaveKioskOutcome.Wrong>(await LeaveAsync(kiosk, "0000")).TriesLeft);
        Assert.Equal(1, Assert.IsType<LeaveKioskOutcome.Wrong>(await LeaveAsync(kiosk, "")).TriesLeft);
        Assert.Equal(0, Assert.IsType<LeaveKioskOutcome.Wrong>(await LeaveAsync(kiosk, "4713")).TriesLeft);
        Assert.IsType<LeaveKioskOutcome.Ended>(await LeaveAsync(kiosk, Pin));
        Assert.Equal(SessionEnd.Locked, Assert.IsType<SessionCheck.Ended>(await CheckAsync(_token)).Reason);
        Assert.Equal(3, (await AuditAsync("kiosk.refused")).Count);

        var other = await BegunAsync(Tokens.New());
        Assert.IsType<LeaveKioskOutcome.Left>(await LeaveAsync(other, Pin));
    }

    [Fact]
    public async Task Of_fifty_pins_at_once_three_are_compared()
    {
        var kiosk = await BegunAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => LeaveAsync(kiosk, $"{1000 + i}")));
        Assert.Equal(3, answers.OfType<LeaveKioskOutcome.Wrong>().Count());
    }

    [Fact]
    public async Task The_form_is_kept_once_and_the_session_ends_with_it()
    {
        var kiosk = await BegunAsync();
        var blank = (await _portal.AsAsync(kiosk, () => Forms(_alice).Blank()))!;
        Assert.Equal(("Alice", "alice@example.org"), (blank.GivenName, blank.Contact.Email));
        for (var i = 0; i < 2; i++) Assert.Equal(SubmitIntakeOutcome.Kept, await SubmitAsync(kiosk, "Penicillin"));
        Assert.Equal(SessionEnd.Submitted, Assert.IsType<SessionCheck.Ended>(await CheckAsync(_token)).Reason);
        var row = Assert.Single(await _portal.AsAsync(Cast.Priya(), () => Forms(_alice).List()));
        Assert.True(row.AtKiosk);
        var form = (await _portal.AsAsync(Cast.Priya(), () => Forms(_alice).Read(row.Id)))!;
        Assert.Equal(("Penicillin", "Aspirin\n100 mg"), (form.Answers.Allergies, form.Answers.Medication));
        Assert.Equal("kiosk", Assert.Single(await AuditAsync("form.submitted")).ActorKind);
        Assert.Single(await AuditAsync("form.read"));
        Assert.Null(await _portal.AsAsync(kiosk, () => Forms(_alice).Blank()));
        Assert.Equal(_alice, Assert.Single(await AuditAsync("kiosk.ended")).Patient);
    }

    [Fact]
    public async Task A_tablet_whose_time_is_over_keeps_and_shows_nothing()
    {
        var kiosk = await BegunAsync();
        _portal.Clock.Leap(KioskLimits.Lifetime);
        Assert.Equal(SubmitIntakeOutcome.Ended, await SubmitAsync(kiosk, "Penicillin"));
        Assert.Null(await _portal.AsAsync(kiosk, () => Forms(_alice).Blank()));
        Assert.Empty(await _portal.AsAsync(Cast.Dana(), () => Forms(_alice).List()));
    }

    [Fact]
    public async Task It_opens_nothing_but_its_own_form()
    {
        var kiosk = await BegunAsync();
        var other = await _portal.RegisterAsync("Bob", "Baker", "bob@example.org");
        var (own, org) = (GrainKeys.ForPatient(PortalFixture.Riverside, _alice), PortalFixture.Riverside);
        foreach (var call in new Func<Task>[]
        {
            () => Forms(other).Blank(), () => Forms(other).Submit(new SubmitIntake()), () => Forms(_alice).List(),
            () => Forms(_alice).Read("f-x"), () => _portal.Patient(_alice).Get(), () => _portal.Patient(_alice).Bookable(),
            () => _portal.Grains.GetGrain<IOrganisationGrain>(org).Get(),
            () => _portal.Grains.GetGrain<IPatientDirectoryGrain>(org).Search(new PatientQuery()),
            () => _portal.Grains.GetGrain<ISessionListGrain>(own).List(), () => Session(_token).SignOut(),
            () => Session(Tokens.New()).Check(touch: false), () => Session(Tokens.New()).SignInWithCode(new SignInWithCode()),
            () => _portal.Grains.GetGrain<IIntakeFormsGrain>(GrainKeys.ForIntakeForms(PortalFixture.Hilltop, _alice)).Blank(),
        })
        {
            await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(kiosk, call));
        }
    }

    [Fact]
    public async Task Whatever_ends_the_patients_sessions_ends_it_and_who_is_blocked_gets_none()
    {
        await BegunAsync();
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(_alice).EndAllSessions());
        Assert.IsType<SessionCheck.Ended>(await CheckAsync(_token));
        await BegunAsync(Tokens.New());
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(_alice).Block("called"));
        Assert.Equal(BeginKioskOutcome.Blocked, await BeginAsync(Pin, Cast.Dana(), Tokens.New()));
        Assert.Equal(BeginKioskOutcome.Unknown, await BeginAsync(Pin, Cast.Dana(), Tokens.New(), Ids.New("p")));
    }

    [Fact]
    public async Task A_patient_who_is_signed_in_hands_forms_in_too_ten_a_day_and_each_once()
    {
        var alice = Cast.Patient(_alice);
        for (var i = 0; i < IntakeLimits.PerDay; i++)
        {
            for (var again = 0; again < 2; again++)
                Assert.Equal(SubmitIntakeOutcome.Kept, await SubmitAsync(alice, "None", $"{i}"));
        }

        Assert.Equal(SubmitIntakeOutcome.TooMany, await SubmitAsync(alice, "None", "more"));
        Assert.Equal(IntakeLimits.PerDay, (await _portal.AsAsync(Cast.Dana(), () => Forms(_alice).List())).Count);
        Assert.Equal(
            SubmitIntakeOutcome.Invalid, await _portal.AsAsync(alice, () => Forms(_alice).Submit(new SubmitIntake { Operation = "x" })));
        await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(Cast.Charlie, () => Forms(_alice).List()));
    }

    private async Task<Principal> BegunAsync(string? token = null)
    {
        Assert.Equal(BeginKioskOutcome.Begun, await BeginAsync(Pin, Cast.Dana(), token));
        return Assert.IsType<SessionCheck.Alive>(await CheckAsync(token ?? _token)).Principal;
    }

    private Task<BeginKioskOutcome> BeginAsync(string pin, Principal who, string? token = null, string? patient = null) =>
        _portal.AsAsync(who, () => Session(token ?? _token).BeginKiosk(new BeginKiosk { Patient = patient ?? _alice, Pin = pin }));

    private Task<LeaveKioskOutcome> LeaveAsync(Principal kiosk, string pin) => _portal.AsAsync(kiosk, () =>
        _portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, kiosk.SessionHash!)).LeaveKiosk(pin));

    private Task<SubmitIntakeOutcome> SubmitAsync(Principal who, string allergies, string operation = "") =>
        _portal.AsAsync(who, () => Forms(_alice).Submit(new SubmitIntake
        {
            Operation = operation,
            Answers = new IntakeAnswers { Allergies = allergies, Medication = "Aspirin\n100 mg", Consent = true },
        }));

    private Task<SessionCheck> CheckAsync(string token, bool touch = false) =>
        _portal.AsAsync(Cast.Visitor(), () => Session(token).Check(touch));

    private async Task<string> StaffSessionAsync()
    {
        var token = Tokens.New();
        await _portal.AsGrainAsync(() => Session(token).Continue(new ContinuedSession
        {
            Kind = PrincipalKind.Staff,
            Subject = Cast.Dana().Subject,
            CreatedAt = _portal.Clock.GetUtcNow(),
            SessionId = Ids.New("s"),
        }));
        return token;
    }

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync(string action) =>
        [.. (await _portal.AsAsync(Cast.Erin(), () => _portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { PageSize = 200 }))).Rows.Where(r => r.Action == action)];

    private ISessionGrain Session(string token) =>
        _portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, Tokens.Hash(token)));

    private IIntakeFormsGrain Forms(string patient) =>
        _portal.Grains.GetGrain<IIntakeFormsGrain>(GrainKeys.ForIntakeForms(PortalFixture.Riverside, patient));
}
