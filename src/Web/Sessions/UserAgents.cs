namespace Portal.Web.Sessions;

/// <summary>Describes a browser for people, from the User-Agent header. A hint for recognising one's own devices, never a proof.</summary>
public static class UserAgents
{
    // In the order in which they must be looked for: most browsers also name those they descend from.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
         ("CriOS", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"),
            ("Linux", "Linux")];

    /// <summary>Such as "Chrome on Android"; at most 60 characters, of our own words only; "Unknown browser" for anything else.</summary>
    public static string Describe(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent)) return "Unknown browser";
        var browser = Find(Browsers, userAgent) ?? "Unknown browser";
        return Find(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;
    }

    private static string? Find((string Mark, string Name)[] known, string userAgent)
    {
        foreach (var (mark, name) in known)
        {
            if (userAgent.Contains(mark, StringComparison.Ordinal)) return name;
        }

        return null;
    }
}
