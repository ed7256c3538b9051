using Portal.Grains.Abstractions.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// What the web does with <c>Portal:PublicAddress</c>, from which links are built (<see cref="PortalAddress"/>,
/// which also judges the setting): requests for other hosts are refused, and https binds cookies. Without the setting any host is
/// served.
/// </summary>
public sealed class PublicAddress
{
    /// <summary>The setting's name.</summary>
    public const string Key = "Portal:PublicAddress";

    private PublicAddress(Uri? configured) => Configured = configured;

    /// <summary>The address as configured; null where it is not.</summary>
    public Uri? Configured { get; }

    /// <summary>People reach the portal over TLS: cookies are bound to it and plain http leads to it.</summary>
    public bool IsSecure => Configured?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads the setting.</summary>
    public static PublicAddress From(IConfiguration configuration) =>
        new(configuration[Key] is { Length: > 0 } ? new PortalAddress(configuration).Root : null);

    /// <summary>Whether a request's Host header names this portal.</summary>
    public bool Serves(HostString host) =>
        Configured is null || string.Equals(host.Host, Configured.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a page of this portal has this origin; a browser states it when a script opens a connection.</summary>
    /// <param name="origin">The Origin header.</param>
    /// <param name="request">The request, whose own host counts where no address is configured.</param>
    public bool IsOwnOrigin(string origin, HttpRequest request)
    {
        var own = Configured?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}";
        return string.Equals(origin, own, StringComparison.OrdinalIgnoreCase);
    }
}
