using Portal.Grains.Abstractions.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

public sealed class WatchTests
{
    private static readonly TimeSpan FiveSeconds = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_open_page_is_told_within_five_seconds_that_its_patient_was_blocked()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var page = await Page.OpenAsync(desk, await desk.SignInAsync());
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(30));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("lost phone"));
        await desk.Portal.AdvanceAsync(FiveSeconds);
        Assert.Equal([SessionEnd.AccessEnded], page.Ended);
        Assert.Equal(["session.ended(access-ended)"], await desk.AuditAsync("session"));
    }

    [Fact]
    public async Task An_open_page_is_told_that_the_portal_was_switched_off_or_its_owner_signed_out()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var phone = await Page.OpenAsync(desk, await desk.SignInAsync("phone"));
        var laptopToken = await desk.SignInAsync("laptop");
        var laptop = await Page.OpenAsync(desk, laptopToken);
        await desk.Portal.AsAsync(Cast.Visitor(), () => desk.Session(laptopToken).SignOut());
        await desk.Portal.SettleAsync();
        Assert.Equal([SessionEnd.SignedOut], laptop.Ended);
        await SignInTests.SwitchAsync(desk, on: false);
        await desk.Portal.AdvanceAsync(FiveSeconds);
        Assert.Equal([SessionEnd.PortalDisabled], phone.Ended);
    }

    [Fact]
    public async Task An_open_records_page_is_told_when_its_hour_is_over_and_when_it_is_taken_back()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.ElevateAsync(await desk.SignInAsync());
        var page = await Page.OpenAsync(desk, token);
        await KeepOpenAsync(desk, page, token, TimeSpan.FromMinutes(60) - FiveSeconds);
        Assert.Equal(0, page.ElevationEnds);
        await desk.Portal.AdvanceAsync(FiveSeconds * 2);
        Assert.Equal(1, page.ElevationEnds);
        Assert.Empty(page.Ended);
        var again = await desk.ElevateAsync(token);
        var next = await Page.OpenAsync(desk, again);
        var id = Assert.IsType<SessionCheck.Alive>(await desk.CheckAsync(again)).SessionId;
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.List(desk.Alice).RevokeElevation(id));
        await desk.Portal.SettleAsync();
        Assert.Equal(1, next.ElevationEnds);
    }

    [Fact]
    public async Task A_page_that_is_left_open_does_not_keep_its_session_alive()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        var page = await Page.OpenAsync(desk, token);
        for (var minute = 0; minute < 61; minute++)
        {
            await page.WatchAsync(token);
            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Contains(SessionEnd.Idle, page.Ended);
    }

    [Fact]
    public async Task A_page_that_opens_after_the_end_is_told_at_once()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("lost phone"));
        var page = await Page.OpenAsync(desk, token);
        await desk.Portal.SettleAsync();
        Assert.Equal([SessionEnd.AccessEnded], page.Ended);
    }

    [Fact]
    public async Task A_page_that_does_not_renew_itself_is_forgotten_and_so_is_one_that_closes()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        var gone = await Page.OpenAsync(desk, token);
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(3));
        var closed = await Page.OpenAsync(desk, token);
        await closed.CloseAsync(token);
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("lost phone"));
        await desk.Portal.AdvanceAsync(FiveSeconds);
        Assert.Empty(gone.Ended);
        Assert.Empty(closed.Ended);
    }

    private static async Task KeepOpenAsync(SignInDesk desk, Page page, string token, TimeSpan time)
    {
        for (var until = desk.Portal.Clock.GetUtcNow() + time; desk.Portal.Clock.GetUtcNow() < until;)
        {
            await page.WatchAsync(token);
            await desk.CheckAsync(token);
            var left = until - desk.Portal.Clock.GetUtcNow();
            await desk.Portal.AdvanceAsync(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1));
        }
    }

    private sealed class Page : ISessionObserver
    {
        private readonly SignInDesk _desk;
        private readonly ISessionObserver _reference;

        private Page(SignInDesk desk)
        {
            _desk = desk;
            _reference = desk.Portal.Grains.CreateObjectReference<ISessionObserver>(this);
        }

        public List<SessionEnd> Ended { get; } = [];

        public int ElevationEnds { get; private set; }

        public Task ActingChanged() => Task.CompletedTask;

        public static async Task<Page> OpenAsync(SignInDesk desk, string token)
        {
            var page = new Page(desk);
            await page.WatchAsync(token);
            return page;
        }

        public Task WatchAsync(string token) => _desk.Portal.AsAsync(Cast.Visitor(), () => _desk.Session(token).Watch(_reference));

        public Task CloseAsync(string token) => _desk.Portal.AsAsync(Cast.Visitor(), () => _desk.Session(token).Unwatch(_reference));

        Task ISessionObserver.Ended(SessionEnd reason)
        {
            Ended.Add(reason);
            return Task.CompletedTask;
        }

        Task ISessionObserver.ElevationEnded()
        {
            ElevationEnds++;
            return Task.CompletedTask;
        }
    }
}
