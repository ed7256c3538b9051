using Microsoft.Extensions.Configuration;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>The public address of the portal (<c>Portal:PublicAddress</c>): what links in messages are built from, never the Host header of
/// a request.</summary>
public sealed class PortalAddress
{
    /// <summary>The address when none is set: that of a development machine.</summary>
    public const string Default = "http://localhost:5080";

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidOperationException">It is no http(s) address without a path.</exception>
    public PortalAddress(IConfiguration configuration)
    {
        var setting = configuration["Portal:PublicAddress"] ?? FirstOf(configuration["urls"] ?? configuration["ASPNETCORE_URLS"])
            ?? Default;
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https") || root.PathAndQuery != "/")
            throw new InvalidOperationException("Portal:PublicAddress must be an address like https://portal.example.org");
        Root = root;
    }

    /// <summary>Scheme, host and port.</summary>
    public Uri Root { get; }

    /// <summary>The full address of a page of an organisation.</summary>
    /// <param name="organisation">The organisation's slug.</param>
    /// <param name="path">Without a leading slash; empty: the home page.</param>
    public string Of(string organisation, string path) =>
        $"{Root.GetLeftPart(UriPartial.Authority)}/{organisation}{(path.Length == 0 ? "" : "/")}{path}";

    // A wildcard host is no address that anyone could open.
    private static string? FirstOf(string? urls) =>
        urls?.Split(';')[0].Replace("//*:", "//localhost:").Replace("//+:", "//localhost:").Replace("//0.0.0.0:", "//localhost:").Replace(
            "//[::]:", "//localhost:");
}
