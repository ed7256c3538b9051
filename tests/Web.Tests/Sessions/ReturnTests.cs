using Portal.Web.Sessions;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed class ReturnTests(PortalWeb web)
{
    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/riverside//evil.example")]
    [InlineData("/riverside/\\evil.example")]
    [InlineData("/riverside@evil.example/")]
    [InlineData("/riversideevil/x")]
    [InlineData("/hilltop/records")]
    [InlineData("javascript:alert(1)")]
    [InlineData("riverside/records")]
    [InlineData("/riverside/\r\nSet-Cookie: a=b")]
    [InlineData("")]
    [InlineData(null)]
    public void Nobody_is_led_out_of_the_organisation(string? asked) =>
        Assert.Equal("/riverside", ReturnPath.Safe(asked, "riverside", "/riverside"));

    [Fact]
    public async Task Dots_that_lead_to_another_organisation_are_not_followed()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var answer = await web.SignInAsync(browser, alice, query: "?returnTo=%2Friverside%2F..%2Fhilltop%2Frecords");
        Assert.StartsWith("/riverside", new Uri(new Uri("http://localhost"), answer.Location).AbsolutePath);
    }

    [Fact]
    public async Task Another_site_in_returnTo_leads_home_and_a_page_of_ours_leads_there()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        Assert.Equal("/riverside", (await web.SignInAsync(browser, alice, query: "?returnTo=https%3A%2F%2Fevil.example")).Location);
        Assert.Equal("/riverside", (await browser.GetAsync("/riverside/sign-in?returnTo=%2F%2Fevil.example")).Location);
        var (second, bob) = (web.Browser(), web.NextPatient());
        var asked = await second.GetAsync("/riverside/appointments?page=2");
        Assert.Equal(303, asked.Code);
        Assert.StartsWith("/riverside/sign-in?", asked.Location);
        var query = asked.Location[asked.Location.IndexOf('?')..];
        Assert.Equal("/riverside/appointments?page=2", (await web.SignInAsync(second, bob, query: query)).Location);
    }
}
