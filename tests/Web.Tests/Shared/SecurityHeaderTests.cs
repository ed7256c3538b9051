using System.Net;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class SecurityHeaderTests(BarePortal portal) : IClassFixture<BarePortal>
{
    [Theory]
    [InlineData("/riverside/sign-in")]
    [InlineData("/riverside/theme.css")]
    [InlineData("/portal.css")]
    [InlineData("/nowhere/at/all")]
    [InlineData("/health/live")]
    public async Task Every_answer_has_the_headers(string address)
    {
        var answer = await portal.App.Client().GetAsync(address);
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self'; ", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains("object-src 'none'", policy);
        Assert.Contains("base-uri 'self'", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(answer.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("/riverside/sign-in")]
    [InlineData("/riverside")]
    [InlineData("/nowhere/at/all")]
    public async Task Nobody_keeps_a_page(string address)
    {
        var answer = await portal.App.Client().GetAsync(address);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.False(answer.Headers.Contains("Pragma"));
    }

    [Fact]
    public async Task The_clinics_colour_is_kept_under_the_address_that_names_it_only()
    {
        var named = await portal.App.Client().GetAsync("/riverside/theme.css?v=005ea5");
        Assert.Contains("immutable", named.Headers.CacheControl!.ToString());
        var other = await portal.App.Client().GetAsync("/riverside/theme.css?v=aa0000");
        Assert.Equal("no-cache", other.Headers.CacheControl!.ToString());
        Assert.Contains("--brand: #005ea5", await other.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Pages_without_a_circuit_carry_no_state_and_no_script_of_their_own()
    {
        var page = await portal.App.Client().GetStringAsync("/riverside/sign-in");
        Assert.DoesNotContain("Component-State", page);
        Assert.DoesNotContain("<style", page);
        Assert.DoesNotContain(" style=", page);
        Assert.DoesNotContain("<script>", page);
        Assert.DoesNotContain("<script type=\"importmap\"", page);
    }

    [Fact]
    public async Task The_script_of_the_framework_is_whole()
    {
        var script = await portal.App.Client().GetByteArrayAsync("/_framework/blazor.web.js");
        Assert.True(script.Length > 100_000, $"{script.Length} bytes");
    }

    [Fact]
    public async Task Cookies_of_forms_are_out_of_reach_of_scripts_and_other_sites()
    {
        var answer = await portal.App.Client().GetAsync("/riverside/sign-in");
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("portal-form=", cookie);
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=lax", cookie);
    }

    [Fact]
    public async Task Outside_Development_there_is_no_clock_and_no_mailbox()
    {
        await using var app = PortalWeb.InProduction(
            ("Portal:PublicAddress", "https://portal.example.org"), ("Portal:TrustedProxies", "127.0.0.0/8, ::1"));
        var browser = app.Client();
        browser.DefaultRequestHeaders.Host = "portal.example.org";
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/dev/clock")).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await browser.PostAsync("/dev/clock?advance=1", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/dev/mailbox")).StatusCode);
    }
}
