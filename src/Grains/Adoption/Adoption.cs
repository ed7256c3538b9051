using Portal.Grains.Abstractions.Adoption;

namespace Portal.Grains.Adoption;

/// <summary>Months, as the table of who was there when has them: <c>yyyymm</c>, of UTC.</summary>
public static class Adoption
{
    /// <summary>The month of a moment.</summary>
    public static long MonthOf(DateTimeOffset at) => (at.UtcDateTime.Year * 100L) + at.UtcDateTime.Month;

    /// <summary>The months that are shown, oldest first.</summary>
    public static IReadOnlyList<DateOnly> Months(DateTimeOffset now)
    {
        var present = new DateOnly(now.UtcDateTime.Year, now.UtcDateTime.Month, 1);
        return [.. Enumerable.Range(1 - AdoptionPicture.MonthsShown, AdoptionPicture.MonthsShown).Select(present.AddMonths)];
    }

    /// <summary>When a month begins.</summary>
    public static DateTimeOffset Begin(DateOnly month) => new(month.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
