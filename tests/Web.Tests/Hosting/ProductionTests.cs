using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Hosting;

public sealed class ProductionTests : IDisposable
{
    private const string Address = "https://portal.example.org";

    private readonly PortalWeb _web = PortalWeb.InProductionWithoutNetwork(
        ("Portal:PublicAddress", Address), ("Portal:TrustedProxies", "127.0.0.0/8, ::1"));

    [Theory]
    [InlineData("/dev/mailbox")]
    [InlineData("/dev/mailbox.json")]
    [InlineData("/dev/demo.json")]
    [InlineData("/dev/clock")]
    public async Task Nothing_of_development_is_there_in_production(string path)
    {
        var browser = await BrowserAsync();
        Assert.Equal(404, (await browser.GetAsync(path)).Code);
        Assert.InRange((await browser.PostAsync(path + "?advance=1.00:00:00")).Code, 400, 405);
    }

    [Fact]
    public async Task Cookies_are_bound_to_the_host_and_to_tls_and_browsers_insist_on_tls_for_a_year()
    {
        var browser = await BrowserAsync();
        var page = await browser.GetAsync("/riverside/sign-in");
        Assert.Equal(200, page.Code);
        Assert.Contains("max-age=31536000", page.Header("Strict-Transport-Security"));
        var answer = await browser.SubmitAsync(page, "/riverside/sign-in", "sign-in", ("credential", "nobody@example.org"));
        Assert.Equal(303, answer.Code);
        Assert.NotEmpty(answer.SetCookies);
        Assert.All(page.SetCookies.Concat(answer.SetCookies), cookie =>
        {
            Assert.StartsWith("__Host-", cookie);
            Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("path=/", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public async Task Another_host_is_refused_and_plain_http_leads_to_tls()
    {
        await BrowserAsync();
        var other = new Browser(_web.Server.CreateHandler(), new("https://evil.example"));
        Assert.Equal(400, (await other.GetAsync("/riverside/sign-in")).Code);
        var plain = await new Browser(_web.Server.CreateHandler(), new("http://portal.example.org")).GetAsync("/riverside/sign-in?a=b");
        Assert.Equal(308, plain.Code);
        Assert.Equal("https://portal.example.org/riverside/sign-in?a=b", plain.Location);
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    private async Task<Browser> BrowserAsync()
    {
        CallerContext.Set(Principal.Operator("riverside", "test"));
        var organisation = _web.Services.GetRequiredService<IGrainFactory>().GetGrain<IOrganisationGrain>("riverside");
        await organisation.Found(new FoundOrganisation { Name = "Riverside Clinic", Settings = new() { PortalName = "Riverside online" } });
        CallerContext.Set(null);
        return new Browser(_web.Server.CreateHandler(), new Uri(Address));
    }
}
