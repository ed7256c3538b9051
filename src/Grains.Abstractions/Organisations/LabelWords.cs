namespace Portal.Grains.Abstractions.Organisations;

/// <summary>An organisation's labels as sentences need them. English, as everything that the portal says.</summary>
public static class LabelWords
{
    // Begin with a vowel and sound like "you" or "one"; and the other way round. Prefixes, the commonest ones.
    private static readonly string[] SoundLikeConsonants = ["eu", "uni", "use", "usu", "one", "once"];
    private static readonly string[] SilentH = ["hour", "heir", "honour", "honor", "honest"];

    /// <summary>The label with its indefinite article: "a patient", "an appointment", "a user", "an hour".</summary>
    public static string A(string label) => Begins(label, SilentH) || (IsVowel(label) && !Begins(label, SoundLikeConsonants))
        ? $"an {label}"
        : $"a {label}";

    private static bool IsVowel(string label) => label.Length > 0 && "aeiou".Contains(char.ToLowerInvariant(label[0]));

    private static bool Begins(string label, string[] with) => with.Any(w => label.StartsWith(w, StringComparison.OrdinalIgnoreCase));
}
