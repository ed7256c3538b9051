using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

public sealed class ElevationTests
{
    [Fact]
    public async Task A_second_code_elevates_the_session_under_a_new_key()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        var before = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token));
        var elevated = await desk.ElevateAsync(token);
        Assert.Equal(SessionEnd.Superseded, await desk.EndOfAsync(token));
        var after = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(elevated));
        Assert.Equal(desk.Portal.Clock.GetUtcNow().AddMinutes(60), after.Principal.ElevatedUntil);
        Assert.Equal((before.SessionId, before.ExpiresAt), (after.SessionId, after.ExpiresAt));
        Assert.Equal(["elevation.granted"], await desk.AuditAsync("elevation"));
        var row = Assert.Single(await desk.Portal.AsAsync(Cast.Dana(), () => desk.List(desk.Alice).List()));
        Assert.NotNull(row.ElevatedUntil);
    }

    [Fact]
    public async Task An_elevation_lasts_60_minutes_in_use_and_the_session_goes_on()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.ElevateAsync(await desk.SignInAsync());
        await desk.UseAsync(token, TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        Assert.True(await desk.IsElevatedAsync(token));
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.False(await desk.IsElevatedAsync(token));
        Assert.Null(await desk.EndOfAsync(token));
        Assert.Equal(["elevation.granted", "elevation.ended"], await desk.AuditAsync("elevation"));
    }

    [Fact]
    public async Task Staff_take_an_elevation_back_at_once()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.ElevateAsync(await desk.SignInAsync());
        var id = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(token)).SessionId;
        Assert.True(await desk.Portal.AsAsync(Cast.Dana(), () => desk.List(desk.Alice).RevokeElevation(id)));
        Assert.False(await desk.IsElevatedAsync(token));
        await desk.Portal.RestartAsync();
        Assert.False(await desk.IsElevatedAsync(token));
        Assert.Null(await desk.EndOfAsync(token));
        Assert.Equal(["elevation.granted", "elevation.revoked"], await desk.AuditAsync("elevation"));
    }

    [Fact]
    public async Task A_session_that_has_ended_is_not_elevated_by_a_right_code()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.AsVisitorAsync(() => desk.Session(token).RequestElevation(SignInDesk.Browser("phone")));
        var command = new Elevate
        {
            Code = await desk.CodeAsync(),
            NewSession = Tokens.Hash(Tokens.New()),
            Device = SignInDesk.Browser("phone")
        };
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("lost phone"));
        var outcome = Assert.IsType<ElevateOutcome.SessionEnded>(await desk.AsVisitorAsync(() => desk.Session(token).Elevate(command)));
        Assert.Equal(SessionEnd.AccessEnded, outcome.Reason);
    }

    [Fact]
    public async Task An_elevation_code_of_one_session_is_worth_nothing_in_another()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var (phone, tablet) = (await desk.SignInAsync("phone"), await desk.SignInAsync("tablet"));
        await desk.AsVisitorAsync(() => desk.Session(phone).RequestElevation(SignInDesk.Browser("phone")));
        var command = new Elevate
        {
            Code = await desk.CodeAsync(),
            NewSession = Tokens.Hash(Tokens.New()),
            Device = SignInDesk.Browser("phone")
        };
        Assert.IsType<ElevateOutcome.Refused>(await desk.AsVisitorAsync(() => desk.Session(tablet).Elevate(command)));
        Assert.IsType<ElevateOutcome.Elevated>(await desk.AsVisitorAsync(() => desk.Session(phone).Elevate(command)));
        Assert.Equal(["elevation.refused(code-ended)", "elevation.granted"], await desk.AuditAsync("elevation"));
    }

    [Fact]
    public async Task The_same_form_sent_again_gets_the_same_elevation()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.AsVisitorAsync(() => desk.Session(token).RequestElevation(SignInDesk.Browser("phone")));
        var command = new Elevate
        {
            Code = await desk.CodeAsync(),
            NewSession = Tokens.Hash(Tokens.New()),
            Device = SignInDesk.Browser("phone")
        };
        var first = await desk.AsVisitorAsync(() => desk.Session(token).Elevate(command));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        await desk.Portal.RestartAsync();
        Assert.Equal(first, await desk.AsVisitorAsync(() => desk.Session(token).Elevate(command)));
        var other = command with { NewSession = Tokens.Hash(Tokens.New()) };
        Assert.IsType<ElevateOutcome.SessionEnded>(await desk.AsVisitorAsync(() => desk.Session(token).Elevate(other)));
        Assert.Single(await desk.AuditAsync("elevation"));
    }

    [Fact]
    public async Task Where_records_are_hidden_nothing_elevates_and_what_was_elevated_is_not()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.ElevateAsync(await desk.SignInAsync());
        await SessionLifeTests.ChangeAsync(desk, s => s with { Sections = [PortalSection.Appointments] });
        Assert.False(await desk.IsElevatedAsync(token));
        var outcome = await desk.AsVisitorAsync(() => desk.Session(token).RequestElevation(SignInDesk.Browser("phone")));
        Assert.IsType<ElevationRequestOutcome.Unavailable>(outcome);
    }

    [Fact]
    public async Task The_organisation_may_tighten_an_elevation_that_is_under_way()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.ElevateAsync(await desk.SignInAsync());
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(6));
        Assert.True(await desk.IsElevatedAsync(token));
        await SessionLifeTests.ChangeAsync(desk, s => s with { ElevationLimit = TimeSpan.FromMinutes(5) });
        Assert.False(await desk.IsElevatedAsync(token));
    }
}
