using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// The headers of every response: a content security policy without inline script or style, no framing, no referrer, no sniffing,
/// nothing kept by caches unless the endpoint says otherwise, and TLS for a year outside Development. Source: security rules, "Web".
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="environment">Development has no HSTS.</param>
public sealed class SecurityHeaders(RequestDelegate next, IHostEnvironment environment)
{
    /// <summary>How long browsers insist on TLS, in seconds: a year (OWASP ASVS 5.0, 3.4.1), subdomains included.</summary>
    public const int TransportSecuritySeconds = 31_536_000;

    private const string Policy =
        "default-src 'none'; script-src 'self'{0}; style-src 'self'{1}; img-src 'self'; font-src 'self'; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    private const string StoredFilePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";
    private static readonly string PlainPolicy = string.Format(null, Policy, "", "");
    private static readonly string OperatorPolicy = string.Format(null, Policy, "", " 'unsafe-inline'");
    private static readonly string TransportSecurity = $"max-age={TransportSecuritySeconds}; includeSubDomains";
    private readonly bool _transportSecurity = !environment.IsDevelopment();

    /// <summary>Serves one request.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        // At the last moment: error handling clears headers, and the policy depends on what the page turned out to use.
        context.Response.OnStarting(static state =>
        {
            var (self, context) = ((SecurityHeaders, HttpContext))state;
            self.Apply(context);
            return Task.CompletedTask;
        }, (this, context));
        return next(context);
    }

    private void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = PolicyOf(context);
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        if (_transportSecurity && context.Request.IsHttps) headers.StrictTransportSecurity = TransportSecurity;
        // What antiforgery sets on pages with forms says the same at more length.
        if (headers.CacheControl.Count == 0 || headers.Pragma.Count > 0) headers.CacheControl = "no-store";
        headers.Remove("Pragma");
    }

    private static string PolicyOf(HttpContext context)
    {
        var nonce = CspNonce.Used(context);
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<StoredFile>() is not null) return StoredFilePolicy;
        if (metadata?.GetMetadata<OperatorPage>() is not null) return OperatorPolicy;
        var radzen = metadata?.GetMetadata<InteractivePageAttribute>() is { Radzen: true };
        if (nonce is null && !radzen) return PlainPolicy;
        return string.Format(null, Policy, nonce is null ? "" : $" 'nonce-{nonce}'", radzen ? "; style-src-attr 'unsafe-inline'" : "");
    }
}
