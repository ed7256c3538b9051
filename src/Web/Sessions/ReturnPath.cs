using Microsoft.AspNetCore.Http;

namespace Portal.Web.Sessions;

/// <summary>Where to bring somebody back to after signing in or elevating: always a page of the same organisation, never another
/// site.</summary>
public static class ReturnPath
{
    private const int Longest = 300;

    /// <summary>The path and query of a request, to come back to; null for the home page and for what is too long.</summary>
    public static string? Of(HttpRequest request)
    {
        var path = request.PathBase + request.Path + request.QueryString;
        return path.Length <= Longest && path.Count(c => c == '/') > 1 ? path : null;
    }

    /// <summary>The address to go to: what was asked for where it is a page of this organisation, else
    /// <paramref name="otherwise"/>.</summary>
    /// <param name="asked">What came in the address; anything.</param>
    /// <param name="organisation">The organisation's slug.</param>
    /// <param name="otherwise">Where to go instead.</param>
    public static string Safe(string? asked, string organisation, string otherwise)
    {
        if (asked is null || asked.Length > Longest || asked.Contains('\\') || asked.Any(char.IsControl)) return otherwise;
        var ours = asked.StartsWith($"/{organisation}/", StringComparison.Ordinal) && !asked.Contains("//") && !Climbs(asked);
        return ours ? asked : otherwise;
    }

    // Browsers read "..", also escaped, as the way out of the organisation.
    private static bool Climbs(string asked) => asked.Split('?', '#')[0].Split('/')
        .Any(segment => segment.Replace("%2e", ".", StringComparison.OrdinalIgnoreCase) is "." or "..");
}
