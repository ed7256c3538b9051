using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Portal.Web.Shared;

/// <summary>
/// The nonce of a response, for the inline import map of interactive pages and nothing else. 128 bits, made on first use: other pages
/// have none, and their policy allows no inline script at all.
/// </summary>
public sealed class CspNonce
{
    private CspNonce() { }

    /// <summary>Its value.</summary>
    public string Value { get; } = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));

    /// <summary>The nonce of this response, made when it has none yet.</summary>
    public static string Of(HttpContext context)
    {
        if (context.Features.Get<CspNonce>() is { } made) return made.Value;
        var nonce = new CspNonce();
        context.Features.Set(nonce);
        return nonce.Value;
    }

    /// <summary>The nonce that the page has used; null where it has used none.</summary>
    public static string? Used(HttpContext context) => context.Features.Get<CspNonce>()?.Value;
}
