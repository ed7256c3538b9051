using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Shared;
using Portal.Grains.Staff;
using Portal.Grains.Tests.Sessions;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Staff;

public sealed class StaffSignInTests
{
    private const string Email = "dana@riverside.example";
    private const string Password = "coriander-tram-91";
    private const string Secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    [Fact]
    public async Task Dana_signs_in_with_password_and_authenticator_under_two_keys()
    {
        await using var desk = await OpenAsync();
        var first = Tokens.New();
        Assert.Equal(StaffBeginOutcome.SecondStep, await BeginAsync(desk, first));
        Assert.Equal(SessionEnd.Unknown, await desk.EndOfAsync(first));
        var (token, outcome) = await CompleteAsync(desk, first);
        var done = Assert.IsType<SignInOutcome.SignedIn>(outcome);
        Assert.Equal(desk.Portal.Clock.GetUtcNow().AddHours(8), done.ExpiresAt);
        Assert.Equal(StaffAddress.Subject(desk.Hashes, PortalFixture.Riverside, Email), done.Credential);
        var alive = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token));
        Assert.Equal((PrincipalKind.Staff, StaffRole.FrontDesk, "Dana Fields"), (alive.Principal.Kind, alive.Principal.Role, alive.Name));
        Assert.Equal(SessionEnd.Superseded, await desk.EndOfAsync(first));
        Assert.Equal(["staff.password-accepted", "staff.sign-in-done"], await desk.AuditAsync("staff.", "riverside", skip: "staff.added"));
    }

    [Theory]
    [InlineData(WriteFault.FailBefore)]
    [InlineData(WriteFault.WriteThenThrow)]
    [InlineData(WriteFault.WriteThenKill)]
#if !PORTAL_ORLEANS
    // Of the embedded engine, where waiting for an answer takes no time.
    [InlineData(WriteFault.AnswerLate)]
#endif
    [InlineData(WriteFault.StaleETag)]
    public async Task Dana_is_in_whichever_write_of_her_sign_in_goes_wrong(WriteFault kind)
    {
        for (var (at, writes) = (1, 1); at <= writes; at++)
        {
            await using var desk = await OpenAsync();
            await desk.Portal.SettleAsync();
            var fault = new OneFault(at, kind);
            var visit = new Visit(desk, fault);
            var (first, token) = (Tokens.New(), Tokens.New());
            Assert.Equal(StaffBeginOutcome.SecondStep, await visit.DoAsync(() => BeginAsync(desk, first)));
            var command = Command(desk, token);
            Assert.IsType<SignInOutcome.SignedIn>(
                await visit.DoAsync(() => desk.AsVisitorAsync(() => desk.Session(first).CompleteStaff(command))));
            Assert.IsType<SessionCheck.Alive>(await visit.DoAsync(() => desk.CheckAsync(token)));
            Assert.Equal(SessionEnd.Superseded, await visit.DoAsync(() => desk.EndOfAsync(first)));
            await visit.RecoverAsync();
            var told = await desk.AuditAsync("staff.", PortalFixture.Riverside, skip: "staff.added");
            Assert.Equal(["staff.password-accepted", "staff.sign-in-done"], told.Order());
            writes = fault.Count;
        }
    }

    [Fact]
    public async Task The_second_step_has_ten_minutes_and_its_form_may_be_sent_again()
    {
        await using var desk = await OpenAsync();
        var (late, first) = (Tokens.New(), Tokens.New());
        await BeginAsync(desk, late);
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(10));
        Assert.IsType<SignInOutcome.CodeEnded>((await CompleteAsync(desk, late)).Outcome);
        await BeginAsync(desk, first);
        var command = Command(desk, Tokens.New());
        var outcome = await desk.AsVisitorAsync(() => desk.Session(first).CompleteStaff(command));
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal(outcome, await desk.AsVisitorAsync(() => desk.Session(first).CompleteStaff(command)));
    }

    [Fact]
    public async Task An_authenticator_code_signs_in_once()
    {
        await using var desk = await OpenAsync();
        var (first, second) = (Tokens.New(), Tokens.New());
        await BeginAsync(desk, first);
        await BeginAsync(desk, second);
        Assert.IsType<SignInOutcome.SignedIn>((await CompleteAsync(desk, first)).Outcome);
        Assert.Equal(new SignInOutcome.WrongCode { TriesLeft = 9 }, (await CompleteAsync(desk, second)).Outcome);
    }

    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answers_and_cost_the_same_writes()
    {
        await using var desk = await OpenAsync();
        var (known, unknown) = (await WrongAsync(desk, Email), await WrongAsync(desk, "nobody@riverside.example"));
        Assert.Equal(Enumerable.Repeat(StaffBeginOutcome.Wrong, 10).Append(StaffBeginOutcome.TooMany), known.Answers);
        Assert.Equal(known.Answers, unknown.Answers);
        Assert.Equal(known.Writes, unknown.Writes);
    }

    [Fact]
    public async Task A_stranger_who_guesses_passwords_does_not_lock_Danas_own_browser_out()
    {
        await using var desk = await OpenAsync();
        await WrongAsync(desk, Email);
        Assert.Equal(StaffBeginOutcome.TooMany, await BeginAsync(desk, Tokens.New()));
        Assert.Equal(StaffBeginOutcome.SecondStep, await BeginAsync(desk, Tokens.New(), known: true));
    }

    [Fact]
    public async Task Switching_the_portal_off_leaves_staff_signed_in_and_ending_their_sessions_does_not()
    {
        await using var desk = await OpenAsync();
        var first = Tokens.New();
        await BeginAsync(desk, first);
        var (token, _) = await CompleteAsync(desk, first);
        await SignInTests.SwitchAsync(desk, on: false);
        Assert.Null(await desk.EndOfAsync(token));
        await desk.Portal.AsAsync(Cast.Erin(), () => DanaOf(desk).EndAllSessions());
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task A_staff_session_lasts_eight_hours_and_an_hour_without_use()
    {
        await using var desk = await OpenAsync();
        var first = Tokens.New();
        await BeginAsync(desk, first);
        var (token, _) = await CompleteAsync(desk, first);
        await desk.UseAsync(token, TimeSpan.FromHours(8) - TimeSpan.FromSeconds(1));
        Assert.Null(await desk.EndOfAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(SessionEnd.Expired, await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task A_staff_session_is_never_elevated()
    {
        await using var desk = await OpenAsync();
        var first = Tokens.New();
        await BeginAsync(desk, first);
        var (token, _) = await CompleteAsync(desk, first);
        var outcome = await desk.AsVisitorAsync(() => desk.Session(token).RequestElevation(SignInDesk.Browser("desk")));
        Assert.IsType<ElevationRequestOutcome.Unavailable>(outcome);
    }

    [Fact]
    public async Task Adding_the_same_person_again_changes_nothing_and_an_address_is_one_persons()
    {
        await using var desk = await OpenAsync();
        var command = new AddStaff { Name = "Dana Fields", Email = " DANA@riverside.example ", Password = Password, TotpSecret = Secret };
        var operators = Principal.Operator(PortalFixture.Riverside, "test");
        Assert.Equal(AddStaffOutcome.Added, await desk.Portal.AsAsync(operators, () => DanaOf(desk).Add(command)));
        var other = desk.Portal.Grains.GetGrain<IStaffGrain>(GrainKeys.ForStaff(PortalFixture.Riverside, Ids.New("s")));
        Assert.Equal(AddStaffOutcome.AddressTaken, await desk.Portal.AsAsync(operators, () => other.Add(command)));
        Assert.Null(await desk.Portal.AsAsync(Cast.Erin(), () => other.Get()));
    }

    [Fact]
    public async Task Charlie_cannot_see_or_end_what_is_Danas()
    {
        await using var desk = await OpenAsync();
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => DanaOf(desk).Get()));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => DanaOf(desk).EndAllSessions()));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Dana(), () => DanaOf(desk).EndAllSessions()));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.AsVisitorAsync(() => DanaOf(desk).CheckTotp("000000", "x")));
        var hilltop = Principal.Operator(PortalFixture.Hilltop, "test");
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(hilltop, () => DanaOf(desk).Add(new AddStaff())));
    }

    private static async Task<SignInDesk> OpenAsync()
    {
        var desk = await SignInDesk.OpenAsync();
        var added = await desk.Portal.AsAsync(Principal.Operator(PortalFixture.Riverside, "test"), () => DanaOf(desk).Add(
            new AddStaff { Name = "Dana Fields", Email = Email, Role = StaffRole.FrontDesk, Password = Password, TotpSecret = Secret }));
        Assert.Equal(AddStaffOutcome.Added, added);
        return desk;
    }

    private static IStaffGrain DanaOf(SignInDesk desk) =>
        desk.Portal.Grains.GetGrain<IStaffGrain>(GrainKeys.ForStaff(PortalFixture.Riverside, Cast.Dana().Subject));

    private static Task<StaffBeginOutcome> BeginAsync(
        SignInDesk desk, string token, string email = Email, string password = Password, bool known = false,
            string address = "192.0.2.1") =>
        desk.AsVisitorAsync(() => desk.Session(token).BeginStaff(
            new BeginStaffSignIn { Email = email, Password = password, Device = SignInDesk.Browser("desk", known) }), address);

    private static CompleteStaffSignIn Command(SignInDesk desk, string token) => new()
    {
        Code = Totp.CodeAt(Secret, desk.Portal.Clock.GetUtcNow()),
        NewSession = Tokens.Hash(token),
        Device = SignInDesk.Browser("desk"),
    };

    private static async Task<(string Token, SignInOutcome Outcome)> CompleteAsync(SignInDesk desk, string first)
    {
        var token = Tokens.New();
        return (token, await desk.AsVisitorAsync(() => desk.Session(first).CompleteStaff(Command(desk, token))));
    }

    private static async Task<(List<StaffBeginOutcome> Answers, List<string> Writes)> WrongAsync(SignInDesk desk, string email)
    {
        await desk.Portal.SettleAsync();
        using var writes = WriteLog.Of(desk.Portal.Database);
        var answers = new List<StaffBeginOutcome>();
        for (var i = 0; i <= 10; i++) answers.Add(await BeginAsync(desk, Tokens.New(), email, "wrong-horse-battery",
            address: $"203.0.113.{i}"));
        await desk.Portal.SettleAsync();
        return (answers, [.. writes.Points]);
    }
}
