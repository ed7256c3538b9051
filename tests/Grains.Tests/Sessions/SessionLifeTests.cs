using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

public sealed class SessionLifeTests
{
    [Fact]
    public async Task A_session_in_use_lasts_24_hours_and_not_a_moment_longer()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.UseAsync(token, TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Null(await desk.EndOfAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(SessionEnd.Expired, await desk.EndOfAsync(token));
        Assert.Equal(["session.ended(expired)"], await desk.AuditAsync("session"));
    }

    [Fact]
    public async Task An_unused_session_lasts_an_hour_and_looking_at_it_is_no_use()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(59));
        Assert.Null(await desk.EndOfAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(SessionEnd.Idle, await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task The_organisations_idle_limit_is_felt_by_sessions_that_are_open()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(11));
        await ChangeAsync(desk, s => s with { IdleLimit = TimeSpan.FromMinutes(10) });
        Assert.Equal(SessionEnd.Idle, await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task A_restart_signs_nobody_out_and_remembers_use_to_within_a_minute()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(50));
        await desk.CheckAsync(token);
        await desk.Portal.SettleAsync();
        await desk.Portal.RestartAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(58));
        Assert.Null(await desk.EndOfAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(SessionEnd.Idle, await desk.EndOfAsync(token));
    }

    [Theory]
    [InlineData("block", SessionEnd.AccessEnded)]
    [InlineData("no-access", SessionEnd.AccessEnded)]
    [InlineData("end-all", SessionEnd.AccessEnded)]
    [InlineData("change-credential", SessionEnd.AccessEnded)]
    [InlineData("portal-off", SessionEnd.PortalDisabled)]
    [InlineData("portal-off-and-on", SessionEnd.Revoked)]
    public async Task No_call_succeeds_after(string what, SessionEnd expected)
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await HappenAsync(desk, what);
        Assert.Equal(expected, await desk.EndOfAsync(token));
        if (what == "block") await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Unblock());
        await desk.Portal.RestartAsync();
        Assert.Equal(expected, await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_once_and_for_all()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        for (var i = 0; i < 2; i++) await SignOutAsync(desk, token);
        Assert.Equal(SessionEnd.SignedOut, await desk.EndOfAsync(token));
        await desk.AskAsync();
        Assert.IsType<SignInOutcome.CodeEnded>(await desk.EnterAsync(token, await desk.CodeAsync()));
        Assert.Equal(["session.ended(signed-out)"], await desk.AuditAsync("session"));
    }

    [Fact]
    public async Task A_token_that_nobody_was_given_is_no_session_and_stays_not_in_memory()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var before = desk.Portal.Silo.ActivationCount;
        for (var i = 0; i < 20; i++) Assert.Equal(SessionEnd.Unknown, await desk.EndOfAsync(Tokens.New()));
        // An engine may take a moment to let go of the last ones.
        for (var i = 0; i < 100 && desk.Portal.Silo.ActivationCount > before; i++) await desk.Portal.SettleAsync();
        Assert.InRange(desk.Portal.Silo.ActivationCount, 0, before);
    }

    [Fact]
    public async Task A_session_check_in_use_writes_nothing_but_once_a_minute()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.SettleAsync();
        using var writes = WriteLog.Of(desk.Portal.Database);
        for (var i = 0; i < 59; i++)
        {
            await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(1));
            await desk.CheckAsync(token);
        }

        Assert.Empty(writes.Points);
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        await desk.CheckAsync(token);
        await desk.Portal.SettleAsync();
        Assert.Equal(["sessions", "state:Session"], writes.Points.Order());
    }

    [Fact]
    public async Task A_last_use_that_can_not_be_written_fails_no_check()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        using var writes = WriteLog.Of(desk.Portal.Database);
        writes.Fail = _ => true;
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token));
        await desk.Portal.SettleAsync();
        Assert.NotEmpty(writes.Points);
        Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token));
    }

    [Fact]
    public async Task The_list_shows_each_browser_and_ends_one_or_all_others()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var phone = await desk.SignInAsync("phone");
        var tablet = await desk.SignInAsync("tablet");
        var laptop = await desk.SignInAsync("laptop");
        var alice = Cast.Patient(desk.Alice, session: Tokens.Hash(phone));
        var rows = await desk.Portal.AsAsync(alice, () => desk.List(desk.Alice).List());
        Assert.Equal(["laptop", "phone", "tablet"], rows.Select(r => r.Device).Order());
        Assert.Equal("phone", Assert.Single(rows, r => r.Current).Device);
        Assert.True(await desk.Portal.AsAsync(alice, () => desk.List(desk.Alice).End(rows.Single(r => r.Device == "tablet").Id)));
        Assert.Equal(SessionEnd.Revoked, await desk.EndOfAsync(tablet));
        Assert.Equal(1, await desk.Portal.AsAsync(alice, () => desk.List(desk.Alice).EndOthers()));
        Assert.Equal((SessionEnd.Revoked, null), (await desk.EndOfAsync(laptop), await desk.EndOfAsync(phone)));
        Assert.False(await desk.Portal.AsAsync(alice, () => desk.List(desk.Alice).End("s-nobody")));
    }

    [Fact]
    public async Task A_patient_ends_no_session_of_another()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        var id = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token)).SessionId;
        var bob = await desk.Portal.RegisterAsync("Bob", email: "bob@example.org");
        Assert.False(await desk.Portal.AsAsync(Cast.Patient(bob), () => desk.List(bob).End(id)));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Patient(bob), () => desk.List(desk.Alice).End(id)));
        Assert.Null(await desk.EndOfAsync(token));
    }

    [Fact]
    public async Task The_sweep_ends_what_nobody_calls_and_forgets_it_30_days_later()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.RestartAsync();
        using var sweeper = desk.Sweeper();
        Assert.Equal(0, await sweeper.SweepAsync());
        await desk.Portal.AdvanceAsync(TimeSpan.FromHours(24));
        Assert.Equal(1, await sweeper.SweepAsync());
        Assert.Equal(["session.ended(idle)"], await desk.AuditAsync("session"));
        Assert.Equal(0, await sweeper.SweepAsync());
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.Equal(1, await sweeper.SweepAsync());
        Assert.Equal(SessionEnd.Unknown, await desk.EndOfAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.Equal(0, await sweeper.SweepAsync());
    }

    private static Task HappenAsync(SignInDesk desk, string what) => desk.Portal.AsAsync(Cast.Dana(), () =>
    {
        var alice = desk.Portal.Patient(desk.Alice);
        return what switch
        {
            "block" => alice.Block("lost phone"),
            "no-access" => alice.SetAccess(AccessLevel.NoAccess),
            "end-all" => alice.EndAllSessions(),
            "change-credential" => alice.SetCredential(
                new SetCredential
                {
                    Kind = CredentialKind.Email,
                    Value = "new@example.org",
                    Operation = "change",
                    ConfirmedWithPatient = true
                }),
            "portal-off" => SignInTests.SwitchAsync(desk, on: false),
            _ => OffAndOnAsync(desk),
        };
    });

    private static async Task OffAndOnAsync(SignInDesk desk)
    {
        await SignInTests.SwitchAsync(desk, on: false);
        await SignInTests.SwitchAsync(desk, on: true);
    }

    internal static Task ChangeAsync(SignInDesk desk, Func<PortalSettings, PortalSettings> change) => desk.Portal.AsAsync(Cast.Erin(),
        async () =>
    {
        var organisation = desk.Portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);
        Assert.IsType<SettingsOutcome.Changed>(await organisation.ChangeSettings(change(await organisation.GetSettings())));
    });

    private static Task SignOutAsync(SignInDesk desk, string token) =>
        desk.Portal.AsAsync(Cast.Visitor(), () => desk.Session(token).SignOut());
}
