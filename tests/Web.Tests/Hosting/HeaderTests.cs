using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Hosting;

[Collection(PortalCollection.Name)]
public sealed class HeaderTests(PortalWeb web)
{
    private static readonly string[] Needed =
        ["default-src 'none'", "object-src 'none'", "base-uri 'self'", "frame-ancestors 'none'", "form-action 'self'"];

    [Theory]
    [InlineData("/", 200)]
    [InlineData("/riverside/sign-in", 200)]
    [InlineData("/riverside/sign-in/code", 303)]
    [InlineData("/riverside/staff/sign-in", 200)]
    [InlineData("/riverside/not-enabled", 200)]
    [InlineData("/riverside/refused", 200)]
    [InlineData("/riverside/invitation/unknown", 200)]
    [InlineData("/riverside/link/unknown", 200)]
    [InlineData("/riverside", 303)]
    [InlineData("/riverside/records", 303)]
    [InlineData("/riverside/staff/patients", 303)]
    [InlineData("/riverside/nothing-here", 404)]
    [InlineData("/nowhere/sign-in", 404)]
    [InlineData("/riverside/session", 401)]
    [InlineData("/riverside/sign-in?a=%FF", 400)]
    [InlineData("/portal.css", 200)]
    [InlineData("/riverside/theme.css", 200)]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 200)]
    public async Task Every_open_address_answers_with_the_security_headers(string path, int status)
    {
        var answer = await web.Browser().GetAsync(path);
        Assert.Equal(status, answer.Code);
        AssertHeaders(answer);
    }

    [Fact]
    public async Task Every_page_of_a_patient_answers_with_the_security_headers_and_is_kept_by_no_cache()
    {
        var browser = web.Browser();
        await web.SignInAsync(browser, web.NextPatient());
        foreach (var path in new[] { "", "/appointments", "/elevate", "/settings", "/sign-out", "/session" })
        {
            var answer = await browser.GetAsync("/riverside" + path);
            Assert.Equal(200, answer.Code);
            AssertHeaders(answer);
            AssertNotKept(answer);
        }
    }

    [Fact]
    public async Task Every_page_of_staff_answers_with_the_security_headers_and_is_kept_by_no_cache()
    {
        var erin = await web.StaffAsync("erin");
        var patient = web.World[0].Patients[0].Id;
        foreach (var path in new[] { "/patients", $"/patients/{patient}", $"/patients/{patient}/access", "/audit", "/settings/portal" })
        {
            var answer = await erin.GetAsync("/riverside/staff" + path);
            Assert.Equal(200, answer.Code);
            AssertHeaders(answer);
            AssertNotKept(answer);
        }
    }

    private static void AssertNotKept(Answer answer) => Assert.Contains("no-store", answer.Header("Cache-Control"));

    private static void AssertHeaders(Answer answer)
    {
        var policy = answer.Header("Content-Security-Policy") ?? "";
        foreach (var part in Needed) Assert.Contains(part, policy);
        var scripts = policy.Split(';').Single(p => p.TrimStart().StartsWith("script-src ", StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe", scripts);
        Assert.Equal("nosniff", answer.Header("X-Content-Type-Options"));
        Assert.Equal("DENY", answer.Header("X-Frame-Options"));
        Assert.Equal("no-referrer", answer.Header("Referrer-Policy"));
        Assert.NotNull(answer.Header("Permissions-Policy"));
        Assert.Null(answer.Header("Server"));
        Assert.Null(answer.Header("X-Powered-By"));
    }
}
