using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed class ElevationTests(PortalWeb web)
{
    private const string Cookie = "portal-p-riverside";

    [Fact]
    public async Task Elevation_changes_the_cookie_and_the_one_of_before_is_worth_nothing()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        await web.SignInAsync(browser, alice);
        var records = await browser.GetAsync("/riverside/records");
        Assert.StartsWith("/riverside/elevate", records.Location);
        // The limit of one code a minute counts every code of a credential.
        web.Clock.Advance(TimeSpan.FromSeconds(61));
        var before = browser.Copy();
        var page = await browser.SubmitAsync("/riverside/elevate", "send");
        Assert.Equal(200, page.Code);
        var code = Story.CodeIn((await web.MessageAsync(alice.AuthEmail!, 2)).Text);
        var answer = await browser.SubmitAsync("/riverside/elevate", "code", ("code", code));
        Assert.Equal("/riverside/records", answer.Location);
        Assert.NotEqual(before.Cookies[Cookie], browser.Cookies[Cookie]);
        Assert.Equal(200, (await browser.GetAsync("/riverside/records")).Code);
        Assert.NotEqual(200, (await before.GetAsync("/riverside/records")).Code);
        Assert.Equal(401, (await before.GetAsync("/riverside/session")).Code);
    }

    [Fact]
    public async Task A_patients_cookie_of_one_organisation_is_worth_nothing_at_another()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient("hilltop"));
        await web.SignInAsync(browser, alice, "hilltop");
        Assert.Equal(200, (await browser.GetAsync("/hilltop")).Code);
        var token = browser.Cookies["portal-p-hilltop"];
        string[] names = [Cookie, "portal-s-riverside", "portal-s-hilltop", "portal-t-riverside"];
        foreach (var name in names) browser.Cookies[name] = token;
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        Assert.Equal(401, (await browser.GetAsync("/riverside/staff/session")).Code);
        Assert.Equal(401, (await browser.GetAsync("/hilltop/staff/session")).Code);
        Assert.StartsWith("/riverside/sign-in", (await browser.GetAsync("/riverside")).Location);
        Assert.StartsWith("/hilltop/staff/sign-in", (await browser.GetAsync("/hilltop/staff/patients")).Location);
    }

    [Fact]
    public async Task A_challenge_of_one_organisation_or_browser_is_worth_nothing_in_another()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var code = await web.CodeAsync(browser, alice);
        var thief = web.Browser();
        await thief.AskForCodeAsync("somebody-else@example.org");
        var answer = await thief.SubmitAsync("/riverside/sign-in/code", "code", ("code", code));
        Assert.Equal(200, answer.Code);
        var other = web.Browser();
        other.Cookies["portal-c-hilltop"] = browser.Cookies["portal-c-riverside"];
        Assert.Equal("/hilltop/sign-in", (await other.GetAsync("/hilltop/sign-in/code")).Location);
    }
}
