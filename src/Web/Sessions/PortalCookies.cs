using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>
/// The cookies of the portal: opaque, HttpOnly, SameSite=Lax, with the <c>__Host-</c> prefix wherever the connection is secure. One name
/// for each organisation, so that a browser may be signed in at two of them, and one for staff, so that a staff member may look at the
/// portal as a patient.
/// </summary>
public static class PortalCookies
{
    /// <summary>Longest life of the cookie that marks a known device. Ours: the longest that browsers keep.</summary>
    public static readonly TimeSpan DeviceLifetime = TimeSpan.FromDays(400);

    private const string HostPrefix = "__Host-";

    /// <summary>The session of a patient.</summary>
    public static string Patient(HttpContext context, string organisation) => Name(context, "p", organisation);

    /// <summary>The session of a staff member.</summary>
    public static string Staff(HttpContext context, string organisation) => Name(context, "s", organisation);

    /// <summary>The right password of a staff member whose authenticator code is still to come.</summary>
    public static string StaffSecondStep(HttpContext context, string organisation) => Name(context, "t", organisation);

    /// <summary>The right temporary password of a patient who has to choose another one.</summary>
    public static string SecondStep(HttpContext context, string organisation) => Name(context, "n", organisation);

    /// <summary>The right first step of a patient whose authenticator code is still to come.</summary>
    public static string SecondFactor(HttpContext context, string organisation) => Name(context, "m", organisation);

    /// <summary>A clinic tablet in the hands of a patient.</summary>
    public static string Kiosk(HttpContext context, string organisation) => Name(context, "k", organisation);

    /// <summary>What ties a patient's code to the browser that asked for it.</summary>
    public static string Challenge(HttpContext context, string organisation) => Name(context, "c", organisation);

    /// <summary>What a staff member's second step has to know of the first.</summary>
    public static string StaffChallenge(HttpContext context, string organisation) => Name(context, "u", organisation);

    /// <summary>The credentials that this browser has signed in with.</summary>
    public static string Device(HttpContext context, string organisation) => Name(context, "d", organisation);

    /// <summary>Whether a cookie is one of those that say who somebody is, or is about to be, at any organisation.</summary>
    public static bool IsOurs(string name)
    {
        var rest = name.AsSpan(name.StartsWith(HostPrefix, StringComparison.Ordinal) ? HostPrefix.Length : 0);
        return rest.Length > 9 && rest.StartsWith("portal-", StringComparison.Ordinal) && rest[8] == '-';
    }

    /// <summary>The token of a cookie; null where there is none or it can't be one.</summary>
    public static string? Token(HttpContext context, string name) =>
        context.Request.Cookies.TryGetValue(name, out var token) && Tokens.LooksValid(token) ? token : null;

    /// <summary>Sets a cookie until a time (null: until the browser closes).</summary>
    public static void Set(HttpContext context, string name, string value, DateTimeOffset? expires) =>
        context.Response.Cookies.Append(name, value, Options(context, expires));

    /// <summary>Removes a cookie.</summary>
    public static void Remove(HttpContext context, string name) => context.Response.Cookies.Delete(name, Options(context, null));

    private static CookieOptions Options(HttpContext context, DateTimeOffset? expires) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        IsEssential = true,
        Expires = expires,
    };

    // On plain http, which is served at localhost only, browsers refuse the prefix.
    private static string Name(HttpContext context, string kind, string organisation) =>
        context.Request.IsHttps ? $"{HostPrefix}portal-{kind}-{organisation}" : $"portal-{kind}-{organisation}";
}
