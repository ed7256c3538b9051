using System.Text.RegularExpressions;
using Portal.Grains.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed partial class MfaTests(PortalWeb web)
{
    private const string Page = "/riverside/settings/mfa";

    [Fact]
    public async Task What_waits_for_the_authenticator_opens_no_page_and_is_worth_nothing_afterwards()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        await web.SignInAsync(browser, alice);
        var opened = await browser.GetAsync(Page);
        var secret = Key().Match(opened.Body).Groups[1].Value;
        var on = await browser.SubmitAsync(
            Page, "set-up", ("operation", PortalWeb.HiddenFields(opened.Body)["operation"]),
            ("code", Totp.CodeAt(secret, web.Clock.GetUtcNow())));
        Assert.Equal(10, Recovery().Matches(on.Body).Select(m => m.Value).Distinct().Count());

        web.Clock.Advance(TimeSpan.FromSeconds(61));
        var other = web.Browser();
        var code = await CodeAsync(other, alice.AuthEmail!);
        var first = await other.SubmitAsync("/riverside/sign-in/code", "code", ("code", code));
        Assert.Equal("/riverside/sign-in/authenticator", first.Location);
        Assert.Equal(401, (await other.GetAsync("/riverside/session")).Code);
        var waiting = other.Cookies["portal-m-riverside"];
        var thief = web.Browser();
        thief.Cookies["portal-p-riverside"] = waiting;
        Assert.Equal(401, (await thief.GetAsync("/riverside/session")).Code);
        var wrong = await other.SubmitAsync("/riverside/sign-in/authenticator", "code", ("code", "000000"));
        Assert.Contains("You have 4 more tries", wrong.Body);
        var right = await other.SubmitAsync(
            "/riverside/sign-in/authenticator", "code", ("code", Totp.CodeAt(secret, web.Clock.GetUtcNow())));
        Assert.Equal("/riverside", right.Location);
        Assert.Equal(200, (await other.GetAsync("/riverside/session")).Code);
        Assert.False(other.Cookies.ContainsKey("portal-m-riverside"));
        Assert.NotEqual(waiting, other.Cookies["portal-p-riverside"]);
    }

    [Fact]
    public async Task Opening_the_page_changes_nothing_and_shows_nobody_anothers_secret()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        Assert.StartsWith("/riverside/sign-in", (await browser.GetAsync(Page)).Location);
        await web.SignInAsync(browser, alice);
        var one = Key().Match((await browser.GetAsync(Page)).Body).Groups[1].Value;
        var two = Key().Match((await browser.GetAsync(Page)).Body).Groups[1].Value;
        Assert.NotEqual("", one);
        Assert.NotEqual(one, two);
        web.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal("", Key().Match((await browser.GetAsync(Page)).Body).Groups[1].Value);
    }

    private async Task<string> CodeAsync(Browser browser, string email)
    {
        var before = (await web.MessageAsync(email)).Id;
        Assert.Equal(303, (await browser.AskForCodeAsync(email)).Code);
        while (true)
        {
            var newest = await web.MessageAsync(email);
            if (newest.Id != before && newest.Subject.Contains("code", StringComparison.Ordinal)) return Story.CodeIn(newest.Text);
            await Task.Yield();
        }
    }

    [GeneratedRegex("id=\"key\"[^>]*value=\"([A-Z2-7 ]+)\"")]
    private static partial Regex Key();

    [GeneratedRegex("[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")]
    private static partial Regex Recovery();
}
