using System.Globalization;
using System.Text;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>What no credential may hold, and what makes a domain label misleading.</summary>
internal static class UnicodeScreen
{
    /// <summary>Marks piled on one letter beyond what Thai, Vietnamese and the Indic scripts need are drawing, not writing.</summary>
    private const int MostMarksInARow = 2;

    // Letters of other alphabets that a reader takes for Latin ones, as Chromium's whole-script check lists them
    // (components/url_formatter/spoof_checks/idn_spoof_checker.cc).
    private const string LatinLookalikes = "асԁеһіјӏорԛѕԝхуъьҽпгѵѡ" + "αικνρυωηοτ" + "ոսօցհ";

    private enum Script
    {
        Common, Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Thai, Georgian, Hangul, Kana, Bopomofo, Han, Phonetic, FirstOther,
    }

    /// <summary>
    /// The first character that cannot be seen or means nothing: controls, bidirectional and zero-width marks, soft hyphens, lone
    /// surrogates, private use, unassigned, line separators. Null when there is none. Must be asked before normalising, which
    /// throws on lone surrogates.
    /// </summary>
    public static int? Forbidden(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                return text[i];
            }
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || IsInvisibleLetter(rune.Value))
            {
                return rune.Value;
            }
            i += rune.Utf16SequenceLength;
        }
        return null;
    }

    /// <summary>
    /// Whether a domain label in Unicode form could pass for another: it mixes alphabets (Japanese and Korean writing excepted), holds
    /// phonetic letters, piles up marks, or is made only of letters that look Latin.
    /// </summary>
    public static bool IsMisleading(string label)
    {
        var scripts = new HashSet<Script>();
        int marks = 0, letters = 0, lookalikes = 0;
        foreach (var rune in label.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark)
            {
                if (++marks > MostMarksInARow)
                {
                    return true;
                }
                continue;
            }
            marks = 0;
            if (Rune.IsLetter(rune))
            {
                letters++;
                scripts.Add(ScriptOf(rune.Value));
                lookalikes += rune.IsBmp && LatinLookalikes.Contains((char)rune.Value) ? 1 : 0;
            }
        }
        return scripts.Contains(Script.Phonetic)
            || (scripts.Count > 1 && !IsEastAsian(scripts))
            || (letters > 0 && lookalikes == letters);
    }

    // Fillers and the blank Braille pattern are letters or symbols by category and show nothing.
    private static bool IsInvisibleLetter(int c) => c is 0x115F or 0x1160 or 0x3164 or 0xFFA0 or 0x2800 or 0x034F or 0x17B4 or 0x17B5
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static bool IsEastAsian(HashSet<Script> scripts) =>
        scripts.IsSubsetOf([Script.Han, Script.Kana, Script.Latin])
        || scripts.IsSubsetOf([Script.Han, Script.Hangul])
        || scripts.IsSubsetOf([Script.Han, Script.Bopomofo]);

    private static Script ScriptOf(int c) => c switch
    {
        < 0x80 or (>= 0xC0 and <= 0x24F) or (>= 0x1E00 and <= 0x1EFF) => Script.Latin,
        (>= 0x250 and <= 0x2FF) or (>= 0x1D00 and <= 0x1DBF) or (>= 0xA720 and <= 0xA7FF) or (>= 0xAB30 and <= 0xAB6F) => Script.Phonetic,
        (>= 0x370 and <= 0x3FF) or (>= 0x1F00 and <= 0x1FFF) => Script.Greek,
        (>= 0x400 and <= 0x52F) or (>= 0x1C80 and <= 0x1C8F) or (>= 0x2DE0 and <= 0x2DFF) or (>= 0xA640 and <= 0xA69F) => Script.Cyrillic,
        >= 0x530 and <= 0x58F => Script.Armenian,
        >= 0x590 and <= 0x5FF => Script.Hebrew,
        (>= 0x600 and <= 0x6FF) or (>= 0x750 and <= 0x77F) or (>= 0x8A0 and <= 0x8FF) => Script.Arabic,
        >= 0xE00 and <= 0xE7F => Script.Thai,
        (>= 0x10A0 and <= 0x10FF) or (>= 0x2D00 and <= 0x2D2F) => Script.Georgian,
        (>= 0x1100 and <= 0x11FF) or (>= 0xAC00 and <= 0xD7FF) => Script.Hangul,
        (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) => Script.Kana,
        >= 0x3100 and <= 0x312F => Script.Bopomofo,
        0x3005 or 0x3007 or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF) => Script.Han,
        // Every other block of 128 counts as an alphabet of its own: exact for the Indic scripts, too strict for none in use.
        _ => Script.FirstOther + (c >> 7),
    };
}
