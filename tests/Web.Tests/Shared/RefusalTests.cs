using System.Net;
using System.Net.WebSockets;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class RefusalTests(BarePortal portal) : IClassFixture<BarePortal>
{
    [Theory]
    [InlineData(null)]
    [InlineData("https://evil.example")]
    [InlineData("null")]
    public async Task A_page_of_another_site_opens_no_circuit(string? origin)
    {
        portal.App.StartServer();
        var address = new UriBuilder(portal.App.ClientOptions.BaseAddress) { Scheme = "ws", Path = "/_blazor" }.Uri;
        using var socket = new ClientWebSocket();
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        var refusal = await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None));
        Assert.Contains("403", refusal.Message);
    }

    [Fact]
    public async Task A_page_of_another_site_does_not_even_negotiate_a_circuit()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/_blazor/negotiate?negotiateVersion=1");
        request.Headers.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.App.Client().SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task A_page_of_our_own_opens_a_circuit()
    {
        portal.App.StartServer();
        var own = portal.App.ClientOptions.BaseAddress;
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Origin", own.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(own) { Scheme = "ws", Path = "/_blazor" }.Uri, CancellationToken.None);
        Assert.Equal(WebSocketState.Open, socket.State);
    }

    [Fact]
    public async Task Another_hosts_name_is_refused_but_for_health_checks()
    {
        await using var app = PortalWeb.Bare(("Portal:PublicAddress", "http://portal.example.org"));
        var browser = app.Client();
        var refused = await browser.GetAsync("/riverside/sign-in");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("not the portal", await refused.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.SendAsync(At("/", "portal.example.org"))).StatusCode);
    }

    [Fact]
    public async Task Plain_http_leads_to_the_secure_address()
    {
        await using var app = PortalWeb.Bare(("Portal:PublicAddress", "https://portal.example.org"));
        var answer = await app.Client().SendAsync(At("/riverside/sign-in?a=b%20c", "portal.example.org"));
        Assert.Equal(HttpStatusCode.PermanentRedirect, answer.StatusCode);
        Assert.Equal("https://portal.example.org/riverside/sign-in?a=b%20c", answer.Headers.Location!.AbsoluteUri);
        Assert.False(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task A_trusted_proxy_says_that_people_come_over_TLS()
    {
        const string here = "127.0.0.0/8, ::1";
        await using var app = PortalWeb.InProduction(
            ("Portal:PublicAddress", "https://portal.example.org"), ("Portal:TrustedProxies", here));
        await app.WithRiversideAsync();
        var request = At("/riverside/sign-in", "portal.example.org");
        request.Headers.Add("X-Forwarded-Proto", "https");
        var answer = await app.Client().SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("max-age=31536000; includeSubDomains", Assert.Single(answer.Headers.GetValues("Strict-Transport-Security")));
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.StartsWith("__Host-portal-form=", cookie);
        Assert.Contains("secure", cookie);
    }

    [Fact]
    public async Task A_stranger_who_claims_to_be_a_proxy_is_not_believed()
    {
        await using var app = PortalWeb.Bare(("Portal:PublicAddress", "https://portal.example.org"), ("Portal:TrustedProxies", "10.9.8.7"));
        var request = At("/", "portal.example.org");
        request.Headers.Add("X-Forwarded-Proto", "https");
        Assert.Equal(HttpStatusCode.PermanentRedirect, (await app.Client().SendAsync(request)).StatusCode);
    }

    private static HttpRequestMessage At(string address, string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Host = host;
        return request;
    }
}
