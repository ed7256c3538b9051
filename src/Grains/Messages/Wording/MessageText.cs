using System.Text;
using System.Text.RegularExpressions;

namespace Portal.Grains.Messages.Wording;

/// <summary>Makes words that people chose (names, contact lines) fit to be written into a message.</summary>
internal static partial class MessageText
{
    /// <summary>
    /// The text on one line, cut to a length, without characters that are invisible or turn the direction of writing, and without any
    /// other six-digit number: programs and people look for the code by its six digits, so a telephone number of six is written in two
    /// groups.
    /// </summary>
    public static string Tame(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var tame = new StringBuilder(Math.Min(text.Length, longest));
        foreach (var rune in text.EnumerateRunes())
        {
            var space = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune);
            if (space && (tame.Length == 0 || tame[^1] == ' ')) continue;
            // A lone surrogate comes as the replacement character; a zero-width joiner is part of names in some scripts.
            if (!space && rune.Value != 0x200D && rune.Value != 0x200C
                && Rune.GetUnicodeCategory(rune) == System.Globalization.UnicodeCategory.Format) continue;
            if (tame.Length + rune.Utf16SequenceLength > longest) break;
            tame.Append(space ? " " : rune.ToString());
        }
        return SixDigits().Replace(tame.ToString().TrimEnd(), "$1 $2");
    }

    /// <summary>
    /// How many septets the text takes in the GSM 7-bit default alphabet (3GPP TS 23.038 6.2.1), or -1 when it has a character outside it
    /// and is sent as UCS-2, 70 characters a segment.
    /// </summary>
    public static int GsmLength(string text)
    {
        var septets = 0;
        foreach (var c in text)
        {
            if (Basic.Contains(c)) septets++;
            else if (Extended.Contains(c)) septets += 2;
            else return -1;
        }
        return septets;
    }

    private const string Basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
        + "¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private const string Extended = "^{}\\[~]|€";

    [GeneratedRegex(@"\b(\d{3})(\d{3})\b", RegexOptions.CultureInvariant)]
    private static partial Regex SixDigits();
}
