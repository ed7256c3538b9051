using System.Globalization;

namespace Portal.Silo.Development;

/// <summary>
/// The address <c>/dev/clock</c>: shows the time of Development (GET) and moves it forward (<c>POST /dev/clock?advance=3.00:00:01</c>:
/// days.hours:minutes:seconds).
/// </summary>
public static class ClockEndpoints
{
    private static readonly string Refusal =
        "advance is a time span to move forward by, such as 3.00:00:01 (days.hours:minutes:seconds); "
        + $"at most {DevelopmentClock.MaxOffset.Days} days altogether\n";

    /// <summary>The file beside the data that keeps the offset; null for a database in memory, which a restart empties too.</summary>
    /// <param name="storage">The setting <c>Portal:Storage</c>.</param>
    public static string? FileBeside(string storage)
    {
        const string sqlite = "sqlite:";
        if (!storage.StartsWith(sqlite, StringComparison.OrdinalIgnoreCase)) return Path.Combine("data", "clock");
        var path = storage[sqlite.Length..].Trim();
        return path == ":memory:" ? null : path + ".clock";
    }

    /// <summary>Adds the address. Only ever called in Development.</summary>
    public static void MapClock(this IEndpointRouteBuilder routes, DevelopmentClock clock)
    {
        routes.MapGet("/dev/clock", () => Results.Ok(Shown(clock)));
        routes.MapPost("/dev/clock", (string? advance) =>
            TimeSpan.TryParse(advance, CultureInfo.InvariantCulture, out var by) && clock.Advance(by)
                ? Results.Ok(Shown(clock))
                : Results.Text(Refusal, statusCode: StatusCodes.Status400BadRequest));
    }

    private static ClockShown Shown(DevelopmentClock clock) => new(clock.GetUtcNow(), clock.Offset);

    private sealed record ClockShown(DateTimeOffset Now, TimeSpan Offset);
}
