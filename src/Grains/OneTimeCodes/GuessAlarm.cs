namespace Portal.Grains.OneTimeCodes;

/// <summary>Wrong guesses of a whole organisation of late. In memory only.</summary>
public sealed record GuessCounts
{
    /// <summary>When the window being counted began.</summary>
    public DateTimeOffset WindowStart { get; init; }

    /// <summary>Wrong guesses in it.</summary>
    public int Wrong { get; init; }

    /// <summary>When the alarm last went off; null: never since the process began.</summary>
    public DateTimeOffset? AlarmedAt { get; init; }
}

/// <summary>
/// The rules by which an organisation notices that somebody tries codes of many credentials from many addresses ("spraying"), which no
/// budget of one credential or address sees. Source: security rules, "Guesses".
/// </summary>
public static class GuessAlarm
{
    /// <summary>
    /// Wrong guesses in <see cref="Window"/> that set the alarm off. Ours: a clinic of a thousand sign-ins an hour has about 20 by
    /// mistyping.
    /// </summary>
    public const int Threshold = 100;

    /// <summary>In which wrong guesses are counted; also the least time between two alarms. Ours.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    /// <summary>For how long an alarm is shown. Ours.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromHours(24);

    /// <summary>Counts a wrong guess, or whatever else is told; says whether the alarm goes off with it.</summary>
    public static (bool Alarm, GuessCounts Counts) Count(GuessCounts counts, DateTimeOffset now, int threshold = Threshold)
    {
        var next = now < counts.WindowStart + Window && now >= counts.WindowStart
            ? counts with { Wrong = counts.Wrong + 1 }
            : counts with { WindowStart = now, Wrong = 1 };
        var alarm = next.Wrong >= threshold && (next.AlarmedAt is not { } last || last + Window <= now);
        return (alarm, alarm ? next with { AlarmedAt = now } : next);
    }

    /// <summary>The last alarm, while it is shown.</summary>
    public static DateTimeOffset? LastAlarm(GuessCounts counts, DateTimeOffset now) =>
        counts.AlarmedAt is { } at && now < at + Shown ? at : null;
}
