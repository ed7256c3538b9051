using System.Globalization;
using System.Text;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>What a person's password must not be made of.</summary>
public sealed record OwnData
{
    /// <summary>Names, email, username, telephone number, the organisation's name, in any form.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Date of birth.</summary>
    public DateOnly? BirthDate { get; init; }
}

/// <summary>
/// Which passwords may be chosen. Length and not variety of characters: any character is allowed and none is demanded. The
/// whole password is judged, never a part of it (NIST SP 800-63B-4 3.1.1.2): it may hold any word, but must not be so made of
/// common words, sequences, years and the person's own data that guessing programs, which put these together, are done soon.
/// </summary>
public static class PasswordRules
{
    /// <summary>Fewest characters where the password is all there is (NIST SP 800-63B-4 3.1.1.2).</summary>
    public const int Least = 15;

    /// <summary>Fewest characters where a second factor is always asked for (NIST SP 800-63B-4 3.1.1.2).</summary>
    public const int LeastWithSecondFactor = 8;

    /// <summary>Most characters (NIST SP 800-63B-4 3.1.1.2 asks for at least 64 to be allowed).</summary>
    public const int Most = 256;

    /// <summary>
    /// Choices a password must have cost: each common word is one, each character outside of such is one, what is free to guess
    /// is none. Four (ours): three of a thousand are a billion guesses, minutes of work against a stolen hash.
    /// </summary>
    public const int LeastChoices = 4;

    private const int ShortestOwn = 3;
    private const int MostJudged = 2 * Most; // some letters fold to eighteen; what comes after cannot make it weaker
    private const int LeastDifferent = 5;
    private const int LeastPeriod = 8;

    /// <summary>What is wrong with a new password, or null. Length is counted in Unicode code points of the composed form.</summary>
    /// <param name="password">As typed.</param>
    /// <param name="hasSecondFactor">Whether this person is always asked for a second factor.</param>
    /// <param name="own">What the password must not be made of.</param>
    public static PasswordRefusal? Refusal(string? password, bool hasSecondFactor, OwnData own)
    {
        var least = hasSecondFactor ? LeastWithSecondFactor : Least;
        if (string.IsNullOrEmpty(password))
        {
            return new PasswordRefusal.TooShort { Least = least };
        }
        if (password.Length > 4 * Most)
        {
            return new PasswordRefusal.TooLong { Most = Most };
        }
        if (Composed(password) is not { } composed)
        {
            return new PasswordRefusal.NotText();
        }
        var length = composed.EnumerateRunes().Count();
        if (length < least || length > Most)
        {
            return length < least ? new PasswordRefusal.TooShort { Least = least } : new PasswordRefusal.TooLong { Most = Most };
        }
        var folded = Folded(composed);
        if (IsRepetitive(folded))
        {
            return new PasswordRefusal.Repetitive();
        }
        if (Choices(folded, []) < LeastChoices)
        {
            return new PasswordRefusal.Common();
        }
        return Choices(folded, WordsOf(own)) < LeastChoices ? new PasswordRefusal.OwnData() : null;
    }

    /// <summary>The form that is hashed: NFC, so that every keyboard gives the same bytes. Null when it is no text.</summary>
    public static string? Composed(string password)
    {
        for (var i = 0; i < password.Length;)
        {
            if (!Rune.TryGetRuneAt(password, i, out var rune))
            {
                return null;
            }
            i += rune.Utf16SequenceLength;
        }
        return password.Normalize(NormalizationForm.FormC);
    }

    // Lower case and without accents, as guessing programs see it; signs and spaces stay to be counted.
    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)
            {
                folded.Append(c);
            }
        }
        return folded.ToString();
    }

    private static bool IsRepetitive(string text)
    {
        if (text.Distinct().Count() < LeastDifferent)
        {
            return true;
        }
        for (var period = 1; period < LeastPeriod && period <= text.Length / 2; period++)
        {
            if (Enumerable.Range(period, text.Length - period).All(i => text[i] == text[i - period]))
            {
                return true;
            }
        }
        return false;
    }

    // The fewest choices that make the password. Signs other than those that stand for letters count by kind, since most stand
    // between words or at the end.
    private static int Choices(string folded, HashSet<string> own)
    {
        var signs = folded.Where(c => !IsKept(c) && !char.IsWhiteSpace(c)).Distinct().Count();
        var text = string.Concat(folded.Where(IsKept).Take(MostJudged));
        var unleeted = string.Concat(text.Select(Unleeted));
        var fewest = new int[text.Length + 1];
        for (var end = 1; end <= text.Length; end++)
        {
            fewest[end] = fewest[end - 1] + 1;
            for (var start = Math.Max(0, end - CommonPasswords.Longest); start <= end - CommonPasswords.Shortest; start++)
            {
                if (fewest[start] < fewest[end])
                {
                    fewest[end] = Math.Min(fewest[end], fewest[start] + Cost(text, unleeted, start, end, own));
                }
            }
        }
        return signs + fewest[^1];
    }

    private static int Cost(string text, string unleeted, int start, int end, HashSet<string> own)
    {
        string part = text[start..end], plain = unleeted[start..end];
        if (own.Contains(part) || own.Contains(plain) || IsSequence(part) || IsYear(part) || IsRepeated(text, start, part))
        {
            return 0;
        }
        return CommonPasswords.Contains(part) || CommonPasswords.Contains(plain) ? 1 : part.Length;
    }

    private static bool IsKept(char c) => char.IsLetterOrDigit(c) || c is '@' or '$' or '!';

    // The replacements everybody makes, and every guessing program with them.
    private static char Unleeted(char c) => c switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => c,
    };

    private static bool IsRepeated(string text, int start, string part) =>
        part.Length >= 4 && text.IndexOf(part, 0, start, StringComparison.Ordinal) >= 0;

    private static bool IsYear(string part) => part is ['1', '9', _, _] or ['2', '0', _, _] && part.All(char.IsAsciiDigit);

    private static bool IsSequence(string part)
    {
        if (part.Length < 4)
        {
            return false;
        }
        var step = part[1] - part[0];
        return (step is >= -1 and <= 1 && Enumerable.Range(1, part.Length - 1).All(i => part[i] - part[i - 1] == step))
            || CommonPasswords.Keyboards.Any(row => row.Contains(part, StringComparison.Ordinal));
    }

    private static HashSet<string> WordsOf(OwnData own)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in own.Texts.Select(t => Folded(Composed(t) ?? "")))
        {
            words.Add(string.Concat(text.Where(char.IsLetterOrDigit)));
            words.UnionWith(string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Split(' '));
        }
        if (own.BirthDate is { } date)
        {
            string[] forms = ["ddMMyyyy", "MMddyyyy", "yyyyMMdd", "ddMMyy", "MMddyy", "yyMMdd", "ddMM", "MMdd", "yyyy", "dMyyyy", "Mdyyyy"];
            words.UnionWith(forms.Select(form => date.ToString(form, CultureInfo.InvariantCulture)));
        }
        words.RemoveWhere(word => word.Length < ShortestOwn);
        return words;
    }
}
