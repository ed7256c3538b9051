using System.Net;
using Npgsql;
using Portal.Grains.Messages.Email;
using Portal.Silo.Hosting;

namespace Portal.Silo.Settings;

/// <summary>
/// Every key that the portal reads, once. What is not here is warned of at start; what is here is in <c>docs/configuration.md</c>, which
/// a test compares.
/// </summary>
public static class KnownSettings
{
    /// <summary>What all of them begin with.</summary>
    public const string Prefix = "Portal:";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>All of them, without the keys that name a secret's file (<see cref="Setting.FileKey"/>).</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Installation(), .. Running(), .. Cluster(), .. Mail(), .. Sms()];

    /// <summary>All keys, those that name files included.</summary>
    public static IReadOnlyList<string> Keys { get; } =
        [.. All.Select(setting => setting.Key), .. All.Select(setting => setting.FileKey).OfType<string>()];

    private static Setting[] Installation() =>
    [
        new("Portal:Storage", "sqlite:<path> or postgres:Host=…;Database=…;Username=…;Password=…", IsStorage) { IsSecret = true },
        Setting.Root("Portal:PublicAddress", "https://portal.example.org"),
        // Judged by PortalSecrets, which says what is wrong with it.
        new("Portal:Secret", "32 random characters or more: the output of openssl rand -base64 48", _ => true) { IsSecret = true },
        Setting.Folder("Portal:SecretsFolder"),
        Setting.YesNo("Portal:MigrateAtStart"),
        new("Portal:TrustedProxies", "addresses (10.0.0.5) and networks (10.1.0.0/16), separated by commas", AreProxies),
        Setting.YesNo("Portal:Demo") with { DevelopmentOnly = true },
        Setting.Number("Portal:DemoPatients", 1, 100_000) with { DevelopmentOnly = true },
    ];

    private static Setting[] Running() =>
    [
        Setting.Root("Portal:MetricsAddress", "http://127.0.0.1:9464"),
        Setting.Root("Portal:OtlpEndpoint", "http://127.0.0.1:4317"),
        Setting.OneOf("Portal:OtlpProtocol", "grpc", "http/protobuf"),
        Setting.OneOf("Portal:Logs", "json", "text"),
        Setting.Span("Portal:OutboxLimit", 10 * Second, TimeSpan.FromDays(1)),
        Setting.Span("Portal:DrainDelay", TimeSpan.Zero, 20 * Second),
        Setting.OneOf("Portal:Role", "all", "silo", "web"),
        new("Portal:Operator:Name", "a name without a colon", value => !value.Contains(':')),
        new("Portal:Operator:Password", $"{OperatorSignIn.ShortestPassword} characters or more",
            value => value.Length >= OperatorSignIn.ShortestPassword) { IsSecret = true },
    ];

    private static Setting[] Cluster() =>
    [
        new("Portal:Cluster:Address", "the IP address by which other silos reach this one", value => IPAddress.TryParse(value, out _)),
        Setting.Number("Portal:Cluster:SiloPort", 1, 65_535),
        Setting.Number("Portal:Cluster:GatewayPort", 1, 65_535),
        Setting.Text("Portal:Cluster:Id"),
    ];

    private static Setting[] Mail() =>
    [
        Setting.Text("Portal:Smtp:Host"),
        Setting.Number("Portal:Smtp:Port", 0, 65_535),
        Setting.OneOf("Portal:Smtp:Security", Enum.GetNames<SmtpSecurity>()),
        Setting.Text("Portal:Smtp:UserName"),
        Setting.Text("Portal:Smtp:Password") with { IsSecret = true },
        Setting.Text("Portal:Smtp:From"),
        Setting.Text("Portal:Smtp:ReturnPath"),
        Setting.Text("Portal:Smtp:BounceToken") with { IsSecret = true },
        Setting.Text("Portal:Smtp:HeloName"),
        Setting.File("Portal:Smtp:TrustedAuthorities"),
        Setting.Text("Portal:Smtp:TrustedThumbprint"),
        Setting.Number("Portal:Smtp:Connections", 1, 100),
        Setting.Span("Portal:Smtp:ConnectTimeout", Second, Minute),
        Setting.Span("Portal:Smtp:MessageTimeout", Second, Minute),
        Setting.Span("Portal:Smtp:IdleTimeout", Second, 10 * Minute),
        Setting.Number("Portal:Smtp:MessagesPerConnection", 1, 10_000),
    ];

    private static Setting[] Sms() =>
    [
        Setting.Root("Portal:Sms:BaseAddress", "https://api.twilio.com"),
        Setting.Text("Portal:Sms:AccountSid"),
        Setting.Text("Portal:Sms:AuthToken") with { IsSecret = true },
        Setting.Text("Portal:Sms:From"),
        Setting.Text("Portal:Sms:MessagingServiceSid"),
        new("Portal:Sms:StatusCallback", "an address like https://portal.example.org/messages/sms",
            value => Uri.TryCreate(value, UriKind.Absolute, out _)),
        Setting.Number("Portal:Sms:Connections", 1, 100),
        Setting.Span("Portal:Sms:Timeout", Second, Minute),
    ];

    private static bool IsStorage(string value)
    {
        if (value.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase)) return value["sqlite:".Length..].Trim().Length > 0;
        var isNamed = value.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase);
        try
        {
            return new NpgsqlConnectionStringBuilder(isNamed ? value["postgres:".Length..] : value).Host is { Length: > 0 };
        }
        catch (Exception error) when (error is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private static bool AreProxies(string value) => value.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries)
        .All(entry => IPAddress.TryParse(entry, out _) || IPNetwork.TryParse(entry, out _));
}
