using System.Net;
using Portal.Silo.Hosting;

namespace Portal.Silo.Settings;

/// <summary>
/// What is refused everywhere but in Development: whatever would let passwords and codes travel readable, or strangers in by what is known
/// from this repository.
/// </summary>
public static class ProductionRules
{
    /// <summary>Everything that is wrong, one sentence each.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var setting in KnownSettings.All.Where(setting => setting.DevelopmentOnly))
        {
            var off = bool.TryParse(configuration[setting.Key], out var wanted) && !wanted;
            if (configuration[setting.Key] is { Length: > 0 } && !off)
                yield return $"{setting.Key} is for Development only, as everybody can read the demo's passwords; leave it out.";
        }

        switch (configuration["Portal:PublicAddress"])
        {
            case null or "":
                yield return "Portal:PublicAddress is not set; links in messages need it, and it has to be an address like "
                    + "https://portal.example.org.";
                break;
            case var address when address.StartsWith("http:", StringComparison.OrdinalIgnoreCase):
                yield return $"Portal:PublicAddress is \"{address}\"; it has to be an https address, as codes and sessions travel there.";
                break;
        }

        var proxies = configuration[TrustedProxies.Key];
        if (string.IsNullOrWhiteSpace(proxies))
        {
            foreach (var address in Listening(configuration).Where(IsPlain))
            {
                yield return $"The portal would listen on {address}, which is plain http, and {TrustedProxies.Key} is not set; set it to "
                    + "the addresses of the proxies that speak https for it, or listen on https alone (ASPNETCORE_URLS).";
            }
        }
        else if (proxies.Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(IsEverybody) is { } everybody)
        {
            yield return $"{TrustedProxies.Key} holds \"{everybody}\", which is everybody; name the proxies, so that no client can choose "
                + "the address it is counted under.";
        }
    }

    /// <summary>Where pages will be served, by the settings of the framework, of which the first that is there counts.</summary>
    public static IEnumerable<string> Listening(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        if (endpoints.Count > 0) return endpoints;
        if (configuration["urls"] is { Length: > 0 } urls) return Split(urls);
        var ports = Split(configuration["http_ports"]).Select(port => $"http://*:{port}")
            .Concat(Split(configuration["https_ports"]).Select(port => $"https://*:{port}")).ToList();
        return ports.Count > 0 ? ports : [WebHosting.DefaultAddress];
    }

    private static string[] Split(string? list) => (list ?? "").Split([';', ','], StringSplitOptions.RemoveEmptyEntries);

    private static bool IsPlain(string address) => !address.Trim().StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static bool IsEverybody(string entry) => IPNetwork.TryParse(entry, out var network) && network.PrefixLength == 0;
}
