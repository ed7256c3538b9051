using System.Text;

namespace Portal.Grains.Patients;

/// <summary>
/// The rules of tags, and how tags and available practitioners are written among a patient's words. Theirs begin with a sign that no word
/// of a search can begin with, and end so that one is never the beginning of another.
/// </summary>
public static class PatientTags
{
    /// <summary>The most tags of a patient. Ours.</summary>
    public const int Most = 10;

    /// <summary>The longest tag, in characters. Ours.</summary>
    public const int Longest = 30;

    /// <summary>The most practitioners that can be named for a patient. Ours.</summary>
    public const int MostPractitioners = 100;

    /// <summary>The word of those who may book everybody.</summary>
    public const string AnyPractitioner = "&*";

    /// <summary>
    /// A tag as it is kept: small letters and digits of any language, and hyphens for blanks; null where it is too long or anything else
    /// is in it.
    /// </summary>
    public static string? Canonical(string text)
    {
        var tag = string.Join('-', text.Normalize(NormalizationForm.FormC).ToLowerInvariant()
            .Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries));
        return tag.Length is > 0 and <= Longest && tag.All(c => char.IsLetterOrDigit(c) || c == '-') ? tag : null;
    }

    /// <summary>The tags of a text, parted by commas, each once and in order; null where one is none, or they are too many.</summary>
    public static IReadOnlyList<string>? Read(string text)
    {
        var tags = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Canonical).ToArray();
        var distinct = tags.OfType<string>().Distinct().Order(StringComparer.Ordinal).ToArray();
        return tags.Contains(null) || distinct.Length > Most ? null : distinct;
    }

    /// <summary>The word of a tag.</summary>
    public static string Word(string tag) => $"#{tag};";

    /// <summary>The words of tags.</summary>
    public static IEnumerable<string> Words(IReadOnlyList<string> tags) => tags.Select(Word);

    /// <summary>The word of a practitioner who may be booked.</summary>
    public static string PractitionerWord(string practitioner) => $"&{practitioner};";

    /// <summary>The words of the practitioners who may be booked; null: everybody.</summary>
    public static IEnumerable<string> PractitionerWords(IReadOnlyList<string>? practitioners) =>
        practitioners is null ? [AnyPractitioner] : practitioners.Select(PractitionerWord);

    /// <summary>The tags among the words of a patient.</summary>
    public static IReadOnlyList<string> Of(IEnumerable<string> words) => [.. words.Where(w => w[0] == '#').Select(w => w[1..^1])];
}
