using Microsoft.Extensions.Configuration;
using Portal.Silo.Settings;
using Xunit;

namespace Portal.Silo.Tests.Settings;

public sealed class SettingsCheckTests
{
    private const string Secret = "q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ";

    private static readonly Dictionary<string, string?> Production = new()
    {
        ["Portal:Storage"] = "postgres:Host=db;Database=portal;Username=portal;Password=hunter2hunter2",
        ["Portal:Secret"] = Secret,
        ["Portal:PublicAddress"] = "https://portal.example.org",
        ["Portal:TrustedProxies"] = "10.0.0.5, 10.1.0.0/16",
        ["urls"] = "http://0.0.0.0:8080",
    };

    [Fact]
    public void A_complete_configuration_has_no_problem() => Assert.Empty(Problems([]));

    [Fact]
    public void Nothing_at_all_is_enough_in_development() =>
        Assert.Empty(SettingsCheck.Problems(new ConfigurationBuilder().Build(), development: true));

    [Theory]
    [InlineData("Portal:Smtp:Port", "abc", "a whole number from 0 to 65535")]
    [InlineData("Portal:Smtp:Security", "Maybe", "StartTls or Tls or None")]
    [InlineData("Portal:Smtp:ConnectTimeout", "15 seconds", "hours:minutes:seconds from 00:00:01 to 00:01:00")]
    [InlineData("Portal:Smtp:TrustedAuthorities", "/nowhere/ca.pem", "the path of a file that is there")]
    [InlineData("Portal:TrustedProxies", "10.0.0.5, proxy", "addresses (10.0.0.5) and networks (10.1.0.0/16)")]
    [InlineData("Portal:PublicAddress", "portal.example.org", "an address like https://portal.example.org")]
    [InlineData("Portal:PublicAddress", "https://portal.example.org/clinic", "an address like https://portal.example.org")]
    [InlineData("Portal:MetricsAddress", "9464", "an address like http://127.0.0.1:9464")]
    [InlineData("Portal:OutboxLimit", "00:00:01", "from 00:00:10 to 1.00:00:00")]
    [InlineData("Portal:DrainDelay", "-00:00:01", "from 00:00:00 to 00:00:20")]
    [InlineData("Portal:Cluster:SiloPort", "70000", "a whole number from 1 to 65535")]
    [InlineData("Portal:Cluster:Address", "silo-1", "the IP address")]
    [InlineData("Portal:Logs", "xml", "json or text")]
    public void A_bad_value_is_named_with_its_key_and_what_would_be_right(string key, string value, string expected)
    {
        var problem = Assert.Single(Problems([(key, value)]));
        Assert.StartsWith($"{key} is \"{value}\"", problem);
        Assert.Contains(expected, problem);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Problems(
            [("Portal:Secret", null), ("Portal:PublicAddress", "http://portal.example.org"), ("Portal:TrustedProxies", null),
                ("Portal:Sms:Connections", "0"), ("Portal:Storage", "mysql:x"), ("Portal:Demo", "true")]);
        Assert.Equal(6, problems.Count);
        foreach (var key in new[] { "Secret", "PublicAddress", "TrustedProxies", "Sms:Connections", "Storage", "Demo" })
            Assert.Contains(problems, problem => problem.Contains("Portal:" + key, StringComparison.Ordinal));
        Assert.All(problems, problem => Assert.Contains(problem, new SettingsException(problems).Message));
    }

    [Theory]
    [InlineData("Portal:Storage", "sqllite:/data/hunter2.db")]
    [InlineData("Portal:Storage", "postgres:Hots=db;Password=hunter2")]
    [InlineData("Portal:Secret", "hunter2")]
    [InlineData("Portal:Secret", "hunter2hunter2hunter2hunter2hunter2hunter2")]
    public void No_message_repeats_a_secret(string key, string value)
    {
        var problem = Assert.Single(Problems([(key, value)]));
        Assert.Contains(key, problem);
        Assert.DoesNotContain("hunter2", problem);
    }

    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("short", "shorter than 32")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "too regular")]
    [InlineData("change-me-q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ", "placeholder")]
    public void Production_refuses_a_secret_that_can_be_guessed(string? secret, string why) =>
        Assert.Contains(why, Assert.Single(Problems([("Portal:Secret", secret)])));

    [Theory]
    [InlineData("urls", "http://0.0.0.0:8080")]
    [InlineData("urls", "https://0.0.0.0:8443;http://0.0.0.0:8080")]
    [InlineData("http_ports", "8080")]
    [InlineData("Kestrel:Endpoints:Plain:Url", "http://*:80")]
    [InlineData("urls", null)]
    public void Production_refuses_plain_http_that_no_trusted_proxy_stands_before(string key, string? value)
    {
        var problem = Assert.Single(Problems([("urls", null), ("Portal:TrustedProxies", null), (key, value)]));
        Assert.Contains("plain http", problem);
        Assert.Contains("Portal:TrustedProxies", problem);
    }

    [Theory]
    [InlineData("urls", "https://0.0.0.0:8443")]
    [InlineData("https_ports", "8443")]
    [InlineData("Kestrel:Endpoints:Tls:Url", "https://*:443")]
    public void Https_alone_needs_no_proxy(string key, string value) =>
        Assert.Empty(Problems([("urls", null), ("Portal:TrustedProxies", null), (key, value)]));

    [Theory]
    [InlineData("0.0.0.0/0")]
    [InlineData("10.0.0.5 ::/0")]
    public void Production_refuses_to_trust_everybody(string proxies) =>
        Assert.Contains("everybody", Assert.Single(Problems([("Portal:TrustedProxies", proxies)])));

    [Theory]
    [InlineData("Portal:Demo", "true")]
    [InlineData("Portal:DemoPatients", "5")]
    public void Production_refuses_the_demo(string key, string value) =>
        Assert.Contains("Development only", Assert.Single(Problems([(key, value)])));

    [Fact]
    public void Production_accepts_that_the_demo_is_off() => Assert.Empty(Problems([("Portal:Demo", "false")]));

    [Fact]
    public void Mail_and_sms_are_judged_as_a_whole_too()
    {
        var problems = Problems(
            [("Portal:Smtp:Host", "mail.example.org"), ("Portal:Smtp:From", "nobody"), ("Portal:Sms:AccountSid", "AC1")]);
        Assert.Equal(2, problems.Count);
        Assert.Contains(problems, problem => problem.Contains("Portal:Smtp:From", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.Contains("Portal:Sms:AuthToken", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Portal:Storgae", "Portal:Storage")]
    [InlineData("Portal:PublicAdress", "Portal:PublicAddress")]
    [InlineData("Portal:Smtp:Pasword", "Portal:Smtp:Password")]
    [InlineData("Portal:SecretsFile", "Portal:SecretFile")]
    [InlineData("Portal:ColourOfTheDoor", null)]
    public void An_unknown_key_is_found_with_the_nearest_known_one(string key, string? nearest)
    {
        var configuration = Configuration([(key, "x")]);
        Assert.Equal([key], UnknownSettings.In(configuration));
        Assert.Equal(nearest, UnknownSettings.Nearest(key));
    }

    [Fact]
    public void Letters_of_keys_may_be_large_or_small() => Assert.Empty(UnknownSettings.In(Configuration([("portal:smtp:host", "x")])));

    private static IReadOnlyList<string> Problems((string Key, string? Value)[] changes) =>
        SettingsCheck.Problems(Configuration(changes), development: false);

    private static IConfiguration Configuration((string Key, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>(Production);
        foreach (var (key, value) in changes) values[key] = value;
        return new ConfigurationBuilder().AddInMemoryCollection(values).Build();
    }
}
