using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace Portal.Silo.Hosting;

/// <summary>
/// The setting <c>Portal:TrustedProxies</c>: the addresses and networks, such as <c>10.0.0.5, 10.1.0.0/16</c>, whose
/// <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed. Nobody's by default, so that no client can choose the address it
/// is counted under. <c>X-Forwarded-Host</c> is never believed.
/// </summary>
public static class TrustedProxies
{
    /// <summary>The setting's name.</summary>
    public const string Key = "Portal:TrustedProxies";

    /// <summary>The options of the middleware; null where no proxy is trusted.</summary>
    /// <exception cref="InvalidOperationException">An entry is neither an address nor a network.</exception>
    public static ForwardedHeadersOptions? From(IConfiguration configuration)
    {
        var entries = (configuration[Key] ?? "").Split([',', ';', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (entries.Length == 0) return null;
        // No limit of hops: each one counts only while the hop before it is trusted.
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var entry in entries)
        {
            if (IPAddress.TryParse(entry, out var address)) options.KnownProxies.Add(address);
            else if (System.Net.IPNetwork.TryParse(entry, out var network)) options.KnownIPNetworks.Add(network);
            else throw new InvalidOperationException($"{Key} holds addresses (10.0.0.5) and networks (10.1.0.0/16), separated by commas");
        }

        return options;
    }
}
