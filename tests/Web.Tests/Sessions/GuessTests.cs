using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed class GuessTests(PortalWeb web)
{
    [Fact]
    public async Task Of_500_wrong_codes_at_once_at_most_5_are_evaluated_and_the_right_one_comes_too_late()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var code = await web.CodeAsync(browser, alice);
        var page = await browser.GetAsync("/riverside/sign-in/code");
        var wrong = Enumerable.Range(0, 501).Select(n => n.ToString("000000")).Where(c => c != code).Take(500);
        var answers = await Task.WhenAll(wrong.Select(guess => PostAsync(browser, page, guess)));
        Assert.All(answers, answer => Assert.Equal(200, answer.Code));
        Assert.All(answers, answer => Assert.DoesNotContain(answer.SetCookies, c => c.StartsWith("portal-p-", StringComparison.Ordinal)));
        Assert.InRange(answers.Count(a => a.Body.Contains("That is not the code that we sent")), 1, 5);
        var late = await PostAsync(browser, page, code);
        Assert.Equal(200, late.Code);
        Assert.DoesNotContain(late.SetCookies, c => c.StartsWith("portal-p-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fifty_right_codes_at_once_make_one_session_which_does_not_rise_again_after_signing_out()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var code = await web.CodeAsync(browser, alice);
        var page = await browser.GetAsync("/riverside/sign-in/code");
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync(browser, page, code)));
        Assert.All(answers, answer => Assert.InRange(answer.Code, 200, 303));
        // A form that is sent again is the same operation: whoever is answered has the one session's token.
        var given = answers.SelectMany(a => a.SetCookies).Where(c => c.StartsWith("portal-p-riverside=", StringComparison.Ordinal));
        var cookie = Assert.Single(given.Select(c => c.Split(';')[0]).Distinct());
        Assert.Single(await web.AuditAsync("sign-in.done"), row => row.Patient == alice.Id);
        var again = browser.Copy();
        browser.Cookies["portal-p-riverside"] = cookie.Split('=', 2)[1];
        Assert.Equal(200, (await browser.GetAsync("/riverside/session")).Code);
        await browser.SubmitAsync("/riverside/sign-out", "sign-out");
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        await PostAsync(again, page, code);
        again.Cookies["portal-p-riverside"] = cookie.Split('=', 2)[1];
        Assert.Equal(401, (await again.GetAsync("/riverside/session")).Code);
    }

    private static Task<Answer> PostAsync(Browser browser, Answer page, string code) => browser.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/riverside/sign-in/code")
        {
            Content = Browser.Form(("_handler", "code"), ("__RequestVerificationToken", page.FormToken), ("code", code)),
        },
        keep: false);
}
