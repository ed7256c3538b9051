using System.Globalization;

namespace Portal.Web.Shared;

/// <summary>A date as somebody typed it into three fields: kept as typed, read when complete.</summary>
/// <param name="Day">What was typed for the day.</param>
/// <param name="Month">What was typed for the month: a number, or an English month's name or its first three letters.</param>
/// <param name="Year">What was typed for the year, four digits.</param>
public readonly record struct DateParts(string? Day, string? Month, string? Year)
{
    /// <summary>Nothing was typed at all.</summary>
    public bool IsEmpty => string.IsNullOrWhiteSpace(Day) && string.IsNullOrWhiteSpace(Month) && string.IsNullOrWhiteSpace(Year);

    /// <summary>The parts of a date, to be shown for editing.</summary>
    public static DateParts Of(DateOnly date) => new(
        date.Day.ToString(CultureInfo.InvariantCulture),
        date.Month.ToString(CultureInfo.InvariantCulture),
        date.Year.ToString("0000", CultureInfo.InvariantCulture));

    /// <summary>The date; false where a part is missing or there is no such day. Years from 1850 to 2200.</summary>
    public bool TryRead(out DateOnly date)
    {
        date = default;
        if (!Number(Day, 2, out var day) || !Number(Year, 4, out var year) || year is < 1850 or > 2200) return false;
        if (!Number(Month, 2, out var month) && !Name(Month, out month)) return false;
        if (month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    private static bool Number(string? typed, int digits, out int number)
    {
        number = 0;
        var text = typed?.Trim() ?? "";
        return text.Length <= digits && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static bool Name(string? typed, out int month)
    {
        month = 0;
        var text = typed?.Trim().TrimEnd('.') ?? "";
        if (text.Length is < 3 or > 9) return false;
        var format = CultureInfo.InvariantCulture.DateTimeFormat;
        for (var i = 0; i < 12 && month == 0; i++)
        {
            if (format.MonthNames[i].StartsWith(text, StringComparison.OrdinalIgnoreCase)) month = i + 1;
        }

        return month > 0;
    }
}
