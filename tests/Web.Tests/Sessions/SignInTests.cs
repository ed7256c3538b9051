using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed class SignInTests(PortalWeb web)
{
    [Fact]
    public async Task A_patient_signs_in_with_a_code_and_sees_the_home_page()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var answer = await web.SignInAsync(browser, alice);
        Assert.Equal("/riverside", answer.Location);
        var home = await browser.GetAsync("/riverside");
        Assert.Equal(200, home.Code);
        Assert.Contains(alice.Registration.GivenName, home.Body);
    }

    [Fact]
    public async Task The_session_address_answers_401_without_a_session_and_200_with_one()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        await web.SignInAsync(browser, alice);
        Assert.Equal(200, (await browser.GetAsync("/riverside/session")).Code);
        await browser.SubmitAsync("/riverside/sign-out", "sign-out");
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
    }

    [Fact]
    public async Task The_session_cookie_is_http_only_and_lax_and_new_at_each_sign_in()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var planted = new string('A', 43);
        browser.Cookies["portal-p-riverside"] = planted;
        var answer = await web.SignInAsync(browser, alice);
        var cookie = Assert.Single(answer.SetCookies, c => c.StartsWith("portal-p-riverside=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.NotEqual(planted, browser.Cookies["portal-p-riverside"]);
        Assert.DoesNotContain("portal-c-riverside", browser.Cookies.Keys);
    }

    [Fact]
    public async Task A_staff_member_signs_in_with_password_and_authenticator()
    {
        var dana = await web.StaffAsync("dana");
        Assert.Equal(200, (await dana.GetAsync("/riverside/staff/patients")).Code);
        Assert.Equal(200, (await dana.GetAsync("/riverside/staff/session")).Code);
        Assert.Equal(401, (await dana.GetAsync("/riverside/session")).Code);
    }
}
