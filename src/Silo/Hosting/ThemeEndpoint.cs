using System.Collections.Concurrent;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// The address <c>/{org}/theme.css</c>: the organisation's colour as a style sheet, as the security policy allows no styles in pages.
/// </summary>
public static class ThemeEndpoint
{
    /// <summary>Adds the address.</summary>
    public static void MapTheme(this IEndpointRouteBuilder routes)
    {
        var sheets = new ConcurrentDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        routes.MapGet("/{org}/theme.css", (HttpContext context, PortalSession session) =>
        {
            if (context.Request.Query["preview"].ToString() is { Length: > 0 } wanted)
                return Results.Text(Theme.Css("#" + wanted, ".preview"), "text/css; charset=utf-8");
            var colour = session.Organisation.Settings.AccentColour;
            // The address names the colour: an old page's address gets the new colour, but is not to be kept.
            var current = context.Request.Query["v"] == colour.TrimStart('#');
            context.Response.Headers.CacheControl = current ? "public, max-age=31536000, immutable" : "no-cache";
            return Results.Text(sheets.GetOrAdd(colour, Theme.Css), "text/css; charset=utf-8");
        }).WithMetadata(new WithoutTouchAttribute(), new KioskPageAttribute());
    }
}
