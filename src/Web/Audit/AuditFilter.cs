using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Audit;

/// <summary>Which rows of the log are wanted, as the address of the page has it. What is not understood filters nothing.</summary>
public sealed record AuditFilter
{
    /// <summary>What rows can be about: the beginning of their action, and its words.</summary>
    public static readonly IReadOnlyList<(string Value, string Text)> Topics =
    [
        ("sign-in", "Sign-ins"), ("code", "Codes"), ("session", "Sessions"), ("elevation", "Elevations"), ("password", "Passwords"),
        ("mfa", "Authenticator apps"), ("record", "Clinical records"), ("invitation", "Invitations"), ("link", "Links"),
        ("credential", "Credentials"), ("patient", "Patients"), ("registration", "Registrations"), ("kiosk", "Kiosk"),
        ("form", "Forms"), ("staff", "Staff"), ("organisation", "Settings"),
        ("guessing", "Guessing alarms"), ("door", "Refused calls"), ("audit", "Exports of the log"),
    ];

    /// <summary>A value of <see cref="Topics"/>; empty: all.</summary>
    public string About { get; private init; } = "";

    /// <summary>How it came out; null: all.</summary>
    public AuditOutcome? Outcome { get; private init; }

    /// <summary>A patient's id; empty: all.</summary>
    public string Patient { get; private init; } = "";

    /// <summary>The id of whoever did it; empty: all.</summary>
    public string Actor { get; private init; } = "";

    /// <summary>First day, in the organisation's time zone; null: from the beginning.</summary>
    public DateOnly? From { get; private init; }

    /// <summary>Last day; null: until now.</summary>
    public DateOnly? To { get; private init; }

    /// <summary>Whether anything is filtered.</summary>
    public bool Any => this != new AuditFilter();

    /// <summary>Reads the address.</summary>
    public static AuditFilter Of(IQueryCollection query) => new()
    {
        About = Topics.Any(topic => topic.Value == query["about"]) ? query["about"].ToString() : "",
        Outcome = Enum.TryParse<AuditOutcome>(query["outcome"], out var outcome) && Enum.IsDefined(outcome) ? outcome : null,
        Patient = Id(query["patient"].ToString().Trim()),
        Actor = Id(query["who"].ToString()),
        From = Day(query["from"].ToString()),
        To = Day(query["to"].ToString()),
    };

    /// <summary>What the grain is asked.</summary>
    /// <param name="zone">The organisation's time zone, in which days begin.</param>
    public AuditQuery Query(string zone) => new()
    {
        Action = About.Length > 0 ? About + "." : null,
        Outcome = Outcome,
        Patient = Patient.Length > 0 ? Patient : null,
        Actor = Actor.Length > 0 ? Actor : null,
        From = From is { } from ? Begin(from, zone) : null,
        To = To is { } to && to < DateOnly.MaxValue ? Begin(to.AddDays(1), zone) : null,
    };

    /// <summary>The query string of the page; empty where nothing is filtered.</summary>
    /// <param name="before">Where the page begins; null: with the newest row.</param>
    public string ToAddress(long? before = null)
    {
        (string Name, string Value)[] parts =
        [
            ("about", About), ("outcome", Outcome?.ToString() ?? ""), ("patient", Patient), ("who", Actor), ("from", Text(From)),
            ("to", Text(To)), ("before", before?.ToString(CultureInfo.InvariantCulture) ?? ""),
        ];
        var set = parts.Where(part => part.Value.Length > 0).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value)}").ToList();
        return set.Count == 0 ? "" : "?" + string.Join('&', set);
    }

    /// <summary>A day as a date field has it; empty for none.</summary>
    public static string Text(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "";

    private static string Id(string text) => Ids.IsValid(text) ? text : "";

    private static DateOnly? Day(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    // A day whose midnight is skipped or doubled by the clock's change begins at the first moment that has its date.
    private static DateTimeOffset Begin(DateOnly day, string zone)
    {
        var known = TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found : TimeZoneInfo.Utc;
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (known.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        var offset = known.IsAmbiguousTime(midnight) ? known.GetAmbiguousTimeOffsets(midnight).Max() : known.GetUtcOffset(midnight);
        var earliest = DateTimeOffset.MinValue + TimeSpan.FromDays(1);
        return midnight < earliest.DateTime ? earliest : new DateTimeOffset(midnight, offset).ToUniversalTime();
    }
}
