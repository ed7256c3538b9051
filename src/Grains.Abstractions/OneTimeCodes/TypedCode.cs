using System.Globalization;

namespace Portal.Grains.Abstractions.OneTimeCodes;

/// <summary>What a person types, pastes or has filled in as a code.</summary>
public static class TypedCode
{
    /// <summary>Most characters looked at: six digits with a space or hyphen between each, and some white space around (ours).</summary>
    public const int LongestTyped = 32;

    /// <summary>
    /// Six digits out of what was typed: spaces, hyphens and invisible marks of the clipboard go, digits of other scripts become
    /// ASCII ones. False for anything that can't be a code, which therefore is no guess and costs none.
    /// </summary>
    public static bool TryRead(string? typed, out string code)
    {
        code = "";
        if (typed is null || typed.Length > LongestTyped)
        {
            return false;
        }
        Span<char> digits = stackalloc char[OneTimeCodeLimits.Digits];
        var count = 0;
        foreach (var c in typed)
        {
            var digit = char.IsDigit(c) ? (int)char.GetNumericValue(c) : -1;
            if (digit < 0 && !IsSkipped(c))
            {
                return false;
            }
            if (digit >= 0 && count == digits.Length)
            {
                return false;
            }
            if (digit >= 0)
            {
                digits[count++] = (char)('0' + digit);
            }
        }
        if (count == digits.Length)
        {
            code = new string(digits);
        }
        return code.Length > 0;
    }

    private static bool IsSkipped(char c) => char.IsWhiteSpace(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.DashPunctuation or UnicodeCategory.Format;
}
