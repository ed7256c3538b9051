using System.Globalization;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Shared;

/// <summary>Times and counts in the words of a page.</summary>
public static class Wording
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>When something will be: "in a minute", "in 12 minutes", "at 15:40", "on Tuesday 3 March at 15:40"; whole units, never too
    /// early.</summary>
    public static string When(DateTimeOffset then, DateTimeOffset now, OrganisationView organisation)
    {
        var wait = then - now;
        if (wait <= TimeSpan.FromMinutes(1)) return "in a minute";
        if (wait <= TimeSpan.FromMinutes(60)) return $"in {Math.Ceiling(wait.TotalMinutes)} minutes";
        var local = Local(then, organisation);
        return local.Date == Local(now, organisation).Date ? $"at {local:HH:mm}"
            : $"on {local.ToString("dddd d MMMM", English)} at {local:HH:mm}";
    }

    /// <summary>A count with its noun, such as "1 try" and "3 tries".</summary>
    public static string Count(int count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    /// <summary>The time at the clinic.</summary>
    private static DateTimeOffset Local(DateTimeOffset time, OrganisationView organisation) =>
        TimeZoneInfo.TryFindSystemTimeZoneById(organisation.TimeZone, out var zone) ? TimeZoneInfo.ConvertTime(time, zone) : time;
}
