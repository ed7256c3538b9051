using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Hosting;

/// <summary>HEAD is answered as GET without its body, and changes as little.</summary>
[Collection(PortalCollection.Name)]
public sealed class HeadTests(PortalWeb web)
{
    [Theory]
    [InlineData("/")]
    [InlineData("/riverside")]
    [InlineData("/riverside/sign-in")]
    [InlineData("/riverside/sign-out")]
    [InlineData("/riverside/invitation/unknown")]
    [InlineData("/riverside/link/unknown")]
    [InlineData("/riverside/records")]
    [InlineData("/riverside/staff/patients")]
    [InlineData("/riverside/session")]
    [InlineData("/riverside/session/events")]
    [InlineData("/portal.css")]
    [InlineData("/health/ready")]
    [InlineData("/nowhere/at/all")]
    [InlineData("/riverside/sign-in?q=%ff")]
    public async Task A_stranger_gets_the_head_of_what_GET_gives(string path)
    {
        var (get, head) = (await web.Browser().GetAsync(path), await HeadAsync(web.Browser(), path));
        Assert.Equal((get.Code, get.Location, get.Header("Content-Type")), (head.Code, head.Location, head.Header("Content-Type")));
        Assert.Equal(get.Header("Content-Security-Policy"), head.Header("Content-Security-Policy"));
        Assert.Equal("", head.Body);
    }

    [Fact]
    public async Task Nothing_changes_for_somebody_who_is_signed_in_and_the_session_is_not_used_by_it()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        await web.SignInAsync(browser, alice);
        var idleAt = (await browser.GetAsync("/riverside/session")).Body;
        web.Clock.Advance(TimeSpan.FromMinutes(10));
        await web.AssertUnchangedAsync(async () =>
        {
            foreach (var path in new[] { "", "/appointments", "/settings", "/sign-out", "/session", "/session/stay", "/session/events" })
                Assert.InRange((await HeadAsync(browser, "/riverside" + path)).Code, 200, 405);
        });
        Assert.Equal(IdleAt(idleAt), IdleAt((await browser.GetAsync("/riverside/session")).Body));
        Assert.Equal(200, (await browser.GetAsync("/riverside")).Code);
    }

    [Fact]
    public async Task A_real_listener_answers_it_too()
    {
        await using var portal = PortalWeb.Bare();
        await portal.WithRiversideAsync();
        using var client = portal.Client();
        var answer = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/riverside/sign-in"));
        Assert.Equal((200, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(200, (int)(await client.GetAsync("/riverside/sign-in")).StatusCode);
    }

    private static Task<Answer> HeadAsync(Browser browser, string path) =>
        browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

    private static string IdleAt(string json) =>
        System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("idleAt").GetString()!;
}
