namespace Portal.Silo.Hosting;

/// <summary>
/// Where people reach the portal: <c>Portal:PublicAddress</c>, such as <c>https://portal.example.org</c>. Links are built from it and requests for other hosts are refused;
/// without the setting any host is served, and links name the first address listened on.
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
    /// <exception cref="InvalidOperationException">It is no http or https address of a host, or has a path: the portal is at the root of its host.</exception>
    public static PublicAddress From(IConfiguration configuration)
    {
        if (configuration[Key] is not { Length: > 0 } setting) return new(null);
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.PathAndQuery != "/" || address.UserInfo.Length > 0)
            throw new InvalidOperationException($"{Key} is the address of a host without a path, such as https://portal.example.org");
        return new(address);
    }

    /// <summary>Whether a request's Host header names this portal.</summary>
    public bool Serves(HostString host) => Configured is null || string.Equals(host.Host, Configured.Host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a page of this portal has this origin; a browser states it when a script opens a connection.</summary>
    /// <param name="origin">The Origin header.</param>
    /// <param name="request">The request, whose own host counts where no address is configured.</param>
    public bool IsOwnOrigin(string origin, HttpRequest request)
    {
        var own = Configured?.GetLeftPart(UriPartial.Authority) ?? $"{request.Scheme}://{request.Host}";
        return string.Equals(origin, own, StringComparison.OrdinalIgnoreCase);
    }
}
