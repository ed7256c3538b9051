using System.Globalization;
using System.Text;

namespace Portal.Grains.Patients;

/// <summary>
/// The words by which a patient is found, and the words that a search asks for. Both are folded alike (small letters, no accents, no
/// apostrophes), so that a word of the search has to begin a word of the patient and nothing else. Telephone numbers are kept as their
/// endings, so that any three digits in a row find one.
/// </summary>
public static class PatientWords
{
    /// <summary>The most words of one patient; more are left out. Ours: a patient has about 25.</summary>
    public const int MaxOfPatient = 80;

    /// <summary>The most words of one search; more are ignored. Ours.</summary>
    public const int MaxOfSearch = 8;

    /// <summary>The most characters of a search that count. Source: <see cref="Abstractions.Patients.PatientQuery.Text"/>.</summary>
    public const int MaxSearch = 100;

    private const int MaxWord = 60;
    private const string IdPrefix = "p-";
    private const int ShortestEnding = 3;
    private const int FewestDigits = 3;
    private const int FewestOfWholeNumber = 4;
    private const int LongestNumber = 15;

    // Letters that do not come apart into a base letter and an accent.
    private static readonly Dictionary<int, string> Letters = new()
    {
        ['ß'] = "ss",
        ['æ'] = "ae",
        ['œ'] = "oe",
        ['ø'] = "o",
        ['đ'] = "d",
        ['ð'] = "d",
        ['ł'] = "l",
        ['ı'] = "i",
        ['þ'] = "th",
        ['ħ'] = "h",
    };

    /// <summary>The words of a patient, each once, in a fixed order.</summary>
    /// <param name="id">The patient's id, whose prefix says nothing and is left out.</param>
    /// <param name="names">Given and family name.</param>
    /// <param name="emails">Contact and sign-in addresses and the username.</param>
    /// <param name="numbers">Telephone numbers, only their digits count.</param>
    /// <param name="birthDate">Found as 1980-02-03 and as 03/02/1980.</param>
    public static IReadOnlyList<string> OfPatient(
        string id, IEnumerable<string> names, IEnumerable<string> emails, IEnumerable<string> numbers, DateOnly birthDate)
    {
        List<string> words = [.. names.SelectMany(NameWords), .. emails.SelectMany(EmailWords)];
        words.Add(birthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        words.Add(birthDate.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture));
        words.Add(id[(id.IndexOf('-') + 1)..]);
        words.AddRange(numbers.SelectMany(NumberWords));
        return words.Where(w => w.Length > 0).Select(Cut).Distinct().Take(MaxOfPatient).ToArray();
    }

    /// <summary>
    /// The words that a search asks for: each has to begin a word of the patient. Anything may be typed; what has no letter or digit asks
    /// for nothing.
    /// </summary>
    public static IReadOnlyList<string> OfSearch(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        if (text.Length > MaxSearch) text = text[..MaxSearch];
        var tokens = Fold(text).Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
        return tokens.SelectMany(SearchWords).Where(w => w.Length > 0).Select(Cut).Distinct().Take(MaxOfSearch).ToArray();
    }

    /// <summary>By which patients are sorted: the folded family name, then the given name.</summary>
    public static byte[] SortKey(string familyName, string givenName) =>
        Encoding.UTF8.GetBytes($"{Fold(familyName).Trim()}\0{Fold(givenName).Trim()}");

    /// <summary>The first letters of words, each once: what a search for a single letter needs to know of a patient.</summary>
    public static string Initials(IReadOnlyList<string> words) =>
        string.Concat(words.Select(w => w.EnumerateRunes().First()).Distinct().Order().Select(r => r.ToString()));

    private static IEnumerable<string> SearchWords(string token)
    {
        if (DateWord(token) is { } date) return [date];
        if (token.Contains('@')) return [token];
        if (token.All(c => char.IsAsciiDigit(c) || "+()-/.".Contains(c)))
        {
            var digits = Digits(token);
            // The zeros before a national number, and before a country code, are not part of the number as it is kept.
            return digits.Length < FewestDigits ? [] : [digits.Length > FewestOfWholeNumber ? digits.TrimStart('0') : digits];
        }
        if (token.StartsWith(IdPrefix, StringComparison.Ordinal) && token.Length > IdPrefix.Length) return Split(token[IdPrefix.Length..]);

        token = token.Trim('.', '_', '-');
        return token.AsSpan().IndexOfAny('.', '_') > 0 ? [token] : Split(token);
    }

    // 3/2/1980, 03.02.1980, 1980-2-3, and what one has typed of it so far.
    private static string? DateWord(string token)
    {
        var parts = token.Split('/', '.', '-');
        if (parts.Length is < 2 or > 3 || parts.Any(p => p.Length > 4 || !p.All(char.IsAsciiDigit)) || parts[0].Length == 0) return null;
        var yearFirst = parts[0].Length == 4 && token.Contains('-');
        if (!yearFirst && (parts[0].Length > 2 || parts[1].Length > 2 || token.Contains('-'))) return null;
        return string.Join(yearFirst ? '-' : '/', parts.Select(Padded));

        // The last figure may be half typed, unless the date is whole or no month begins with it.
        string Padded(string part, int index) =>
            part.Length == 1 && (index < parts.Length - 1 || index == 2 || (index == 1 && part[0] > '1')) ? "0" + part : part;
    }

    /// <summary>The word of a whole email address; empty where there is none.</summary>
    public static string EmailWord(string email) => Cut(Fold(email).Replace(" ", ""));

    private static IEnumerable<string> NameWords(string name) => Fold(name).Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(token => token.Trim('.').Contains('.') ? Split(token).Append(token.Trim('.')) : Split(token));

    private static IEnumerable<string> EmailWords(string email)
    {
        var address = Fold(email).Replace(" ", "");
        if (address.Length == 0) return [];
        var at = address.LastIndexOf('@');
        var mailbox = at < 0 ? address : address[..at];
        return [address, .. Split(mailbox), .. at < 0 ? Array.Empty<string>() : [address[at..], address[(at + 1)..]]];
    }

    private static IEnumerable<string> NumberWords(string number)
    {
        var digits = Digits(number);
        if (digits.Length > LongestNumber) digits = digits[..LongestNumber];
        yield return digits;
        for (var from = 1; from <= digits.Length - ShortestEnding; from++) yield return digits[from..];
    }

    private static string[] Split(string token)
    {
        var dividers = token.Where(c => !char.IsLetterOrDigit(c) && !char.IsSurrogate(c)).Distinct().ToArray();
        return dividers.Length == 0 ? [token] : token.Split(dividers, StringSplitOptions.RemoveEmptyEntries);
    }

    // Never between the halves of a surrogate pair, which no database stores.
    private static string Cut(string word)
    {
        if (word.Length <= MaxWord) return word;
        return char.IsHighSurrogate(word[MaxWord - 1]) ? word[..(MaxWord - 1)] : word[..MaxWord];
    }

    private static string Digits(string text) => string.Concat(text.Where(char.IsAsciiDigit));

    /// <summary>
    /// Small letters without accents; white space and control characters as one blank; apostrophes, invisible characters and half
    /// surrogates out.
    /// </summary>
    internal static string Fold(string text)
    {
        // By runes first: Normalize refuses half a surrogate pair.
        var whole = string.Concat(text.EnumerateRunes().Where(r => r != Rune.ReplacementChar));
        var folded = new StringBuilder(whole.Length);
        foreach (var rune in whole.Normalize(NormalizationForm.FormKD).EnumerateRunes())
        {
            var lower = Rune.ToLowerInvariant(rune);
            switch (Rune.GetUnicodeCategory(lower))
            {
                case UnicodeCategory.NonSpacingMark or UnicodeCategory.Format:
                case UnicodeCategory.OtherNotAssigned or UnicodeCategory.PrivateUse:
                case var _ when lower.Value is '\'' or '’' or '‘' or 'ʼ' or '`':
                    break;
                case UnicodeCategory.Control or UnicodeCategory.SpaceSeparator:
                case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                    folded.Append(' ');
                    break;
                default:
                    folded.Append(Letters.TryGetValue(lower.Value, out var plain) ? plain : lower.ToString());
                    break;
            }
        }

        return folded.ToString();
    }
}
