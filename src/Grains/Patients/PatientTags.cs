namespace Portal.Grains.Patients;

/// <summary>
/// How tags and available practitioners are written among a patient's words. Theirs begin with a sign that no word of a search can begin
/// with, and end so that one is never the beginning of another.
/// </summary>
public static class PatientTags
{
    /// <summary>The most practitioners that can be named for a patient. Ours.</summary>
    public const int MostPractitioners = 100;

    /// <summary>The word of those who may book everybody.</summary>
    public const string AnyPractitioner = "&*";

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
