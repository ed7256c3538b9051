namespace Portal.Grains.OneTimeCodes;

/// <summary>Counting within sliding windows. Stamps are in rising order and none is later than now.</summary>
internal static class Stamps
{
    /// <summary>How many stamps are younger than the window. One exactly as old as the window no longer counts.</summary>
    public static int Within(DateTimeOffset[] stamps, TimeSpan window, DateTimeOffset now) => stamps.Count(at => at > now - window);

    /// <summary>The stamps younger than the window.</summary>
    public static DateTimeOffset[] Recent(DateTimeOffset[] stamps, TimeSpan window, DateTimeOffset now) =>
        [.. stamps.Where(at => at > now - window)];

    /// <summary>With one more at the end, the oldest dropped beyond the bound.</summary>
    public static DateTimeOffset[] Add(DateTimeOffset[] stamps, DateTimeOffset now, int most) => [.. stamps.Append(now).TakeLast(most)];

    /// <summary>With those later than now moved to now.</summary>
    public static DateTimeOffset[] NotAfter(DateTimeOffset[] stamps, DateTimeOffset now) => [.. stamps.Select(at => at < now ? at : now)];

    /// <summary>When one more fits into the window; null when it does now.</summary>
    public static DateTimeOffset? FreeAt(DateTimeOffset[] stamps, int most, TimeSpan window, DateTimeOffset now)
    {
        var recent = Recent(stamps, window, now);
        return recent.Length < most ? null : recent[^most] + window;
    }

    /// <summary>The latest of those there are.</summary>
    public static DateTimeOffset? Latest(params ReadOnlySpan<DateTimeOffset?> moments)
    {
        DateTimeOffset? latest = null;
        foreach (var moment in moments)
        {
            latest = moment is null || moment < latest ? latest : moment;
        }
        return latest;
    }
}
