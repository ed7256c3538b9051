using System.Globalization;
using System.Text;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>What people may write into one line that others read.</summary>
public static class PlainText
{
    /// <summary>
    /// Marks piled on one letter beyond what any script needs are drawing, not writing, and cover the lines around. Ours.
    /// </summary>
    public const int MostMarksInARow = 4;

    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>
    /// Whether a text reads as it is written: without control characters, marks that turn the direction of writing, characters that show
    /// nothing, halves of characters and what stands for them, and floods of marks. Joiners, which Persian, Indic scripts and emoji need,
    /// are no harm.
    /// </summary>
    public static bool IsShowable(string text)
    {
        var marks = 0;
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune) || !IsShowable(rune)) return false;
            marks = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > MostMarksInARow) return false;
            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    /// <summary>The text without what cannot be shown, cut to a length; never between the halves of a character.</summary>
    /// <param name="text">Anything.</param>
    /// <param name="most">The most characters that are left.</param>
    public static string Cleaned(string text, int most)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most));
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsShowable(rune)) continue;
            if (clean.Length + rune.Utf16SequenceLength > most) break;
            clean.Append(rune);
        }

        return clean.ToString().Trim();
    }

    private static bool IsShowable(Rune rune) => rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner
        || (Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            or UnicodeCategory.Surrogate) && rune != Rune.ReplacementChar && !IsBlank(rune.Value));

    // Fillers, and the blank Braille pattern: letters and marks by category, and nothing to the eye.
    private static bool IsBlank(int c) => c is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x2800 or 0x3164 or 0xFFA0;
}
