using Microsoft.AspNetCore.Http;
using Portal.Web.Sessions;

namespace Portal.Web.Kiosk;

/// <summary>What a clinic tablet is left with.</summary>
internal static class KioskBrowser
{
    // Pages kept for "Back" are in the cache; nothing of ours is in the storage, and it stays so.
    private const string CacheAndStorage = "\"cache\", \"storage\"";

    /// <summary>Nothing: the tablet's session is forgotten, and no page of before can be gone back to.</summary>
    public static void Clear(HttpContext context, string organisation)
    {
        PortalCookies.Remove(context, PortalCookies.Kiosk(context, organisation));
        context.Response.Headers["Clear-Site-Data"] = CacheAndStorage;
    }

    /// <summary>Nothing but the tablet's session: whoever was signed in here, staff or patient, is not any more.</summary>
    public static void HandOver(HttpContext context, string organisation, string token, DateTimeOffset until)
    {
        // Of every organisation, and what a sign-in that is half done has left.
        foreach (var cookie in context.Request.Cookies.Keys.Where(PortalCookies.IsOurs)) PortalCookies.Remove(context, cookie);
        PortalCookies.Set(context, PortalCookies.Kiosk(context, organisation), token, until);
        context.Response.Headers["Clear-Site-Data"] = CacheAndStorage;
    }
}
