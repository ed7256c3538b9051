namespace Portal.Grains.OneTimeCodes;

/// <summary>
/// The rules of what an organisation's codes by text message may cost: somebody who makes the portal text many numbers ("SMS pumping")
/// spends its money. Source: security rules, "Sends".
/// </summary>
public static class SmsBudget
{
    /// <summary>Codes by text message in an hour, for the whole organisation. Ours: a clinic of 10,000 patients needs about 100.</summary>
    public const int PerHour = 500;

    /// <summary>The same in a day. Ours.</summary>
    public const int PerDay = 3_000;

    /// <summary>The longest window.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Counts one more where it fits.</summary>
    /// <param name="sent">When codes were texted, oldest first; those older than a day are removed, and this one is added where it
    /// fits.</param>
    /// <param name="now">The time.</param>
    /// <returns>Whether it may be sent.</returns>
    public static bool TrySpend(Queue<DateTimeOffset> sent, DateTimeOffset now)
    {
        while (sent.TryPeek(out var oldest) && oldest <= now - Day) sent.Dequeue();
        if (sent.Count >= PerDay || sent.Count(at => at > now - Hour) >= PerHour) return false;
        sent.Enqueue(now);
        return true;
    }
}
