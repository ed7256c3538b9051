using Portal.Web.Sessions;
using Xunit;

namespace Portal.Web.Tests.Sessions;

public sealed class UserAgentTests
{
    private const string Mozilla = "Mozilla/5.0 ";
    private const string Webkit = " AppleWebKit/537.36 (KHTML, like Gecko) ";

    [Theory]
    [InlineData(Mozilla + "(Linux; Android 10; K)" + Webkit + "Chrome/131.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData(Mozilla + "(Linux; Android 10; K)" + Webkit + "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
        "Samsung Internet on Android")]
    [InlineData(Mozilla + "(Windows NT 10.0; Win64; x64)" + Webkit + "Chrome/131.0.0.0 Safari/537.36", "Chrome on Windows")]
    [InlineData(Mozilla + "(Windows NT 10.0; Win64; x64)" + Webkit + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0", "Edge on Windows")]
    [InlineData(Mozilla + "(Windows NT 10.0; Win64; x64)" + Webkit + "Chrome/130.0.0.0 Safari/537.36 OPR/116.0.0.0", "Opera on Windows")]
    [InlineData(Mozilla + "(X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux")]
    [InlineData(Mozilla + "(X11; CrOS x86_64 14541.0.0)" + Webkit + "Chrome/131.0.0.0 Safari/537.36", "Chrome on ChromeOS")]
    [InlineData(Mozilla + "(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
        "Safari on Mac")]
    [InlineData(Mozilla + "(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
        "Safari on iPhone")]
    [InlineData(Mozilla + "(iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 CriOS/131.0 Mobile/15E148 Safari/604.1",
        "Chrome on iPhone")]
    [InlineData(Mozilla + "(iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 FxiOS/132.0 Mobile/15E148 Safari/605.1.15",
        "Firefox on iPad")]
    [InlineData("curl/8.5.0", "Unknown browser")]
    [InlineData("", "Unknown browser")]
    [InlineData(null, "Unknown browser")]
    public void A_device_is_described_as_its_owner_would(string? userAgent, string description) =>
        Assert.Equal(description, UserAgents.Describe(userAgent));

    [Fact]
    public void Nothing_a_browser_sends_gets_into_the_description()
    {
        var random = new Random(11);
        string[] pieces = ["Chrome/", "<script>", "Windows", "\u202E", "\0", "\uD800", "Android", "Firefox/", new string('x', 9_000)];
        for (var i = 0; i < 2_000; i++)
        {
            var userAgent = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => pieces[random.Next(pieces.Length)]));
            var description = UserAgents.Describe(userAgent);
            Assert.Matches("^[A-Za-z ]{1,60}$", description);
        }
    }
}
