using System.Globalization;

namespace Portal.Web.Shared;

/// <summary>How much of a moment is shown.</summary>
public enum TimeShown
{
    /// <summary>3 May 2026, 14:05.</summary>
    DateAndTime,

    /// <summary>3 May 2026.</summary>
    Date,

    /// <summary>14:05.</summary>
    Time,

    /// <summary>Sunday 3 May 2026.</summary>
    LongDate,

    /// <summary>Sunday 3 May 2026 at 14:05.</summary>
    LongDateAndTime,

    /// <summary>2026-05-03 14:05:09, for audit.</summary>
    Exact,
}

/// <summary>Moments as people read them.</summary>
public static class Times
{
    private static readonly CultureInfo Culture = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>A moment in a time zone.</summary>
    /// <param name="moment">The moment.</param>
    /// <param name="zone">IANA time zone; one that this machine does not know is shown as UTC and says so.</param>
    /// <param name="shown">How much of it.</param>
    public static string Show(DateTimeOffset moment, string zone, TimeShown shown = TimeShown.DateAndTime)
    {
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found);
        var local = TimeZoneInfo.ConvertTime(moment, known ? found! : TimeZoneInfo.Utc);
        var text = local.ToString(Format(shown), Culture);
        return known || shown is TimeShown.Date or TimeShown.LongDate ? text : text + " UTC";
    }

    /// <summary>A moment for programs: 2026-05-03T14:05:09Z.</summary>
    public static string Iso(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A date that belongs to no time zone, such as a birthday: 3 May 2026.</summary>
    public static string Show(DateOnly date) => date.ToString("d MMMM yyyy", Culture);

    private static string Format(TimeShown shown) => shown switch
    {
        TimeShown.Date => "d MMMM yyyy",
        TimeShown.Time => "HH:mm",
        TimeShown.LongDate => "dddd d MMMM yyyy",
        TimeShown.LongDateAndTime => "dddd d MMMM yyyy 'at' HH:mm",
        TimeShown.Exact => "yyyy-MM-dd HH:mm:ss",
        _ => "d MMMM yyyy, HH:mm",
    };
}
