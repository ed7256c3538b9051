using System.Text;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>The rules of a patient's tags.</summary>
public static class PatientTag
{
    /// <summary>The most tags of a patient. Ours.</summary>
    public const int Most = 10;

    /// <summary>The longest tag, in characters. Ours.</summary>
    public const int Longest = 30;

    /// <summary>
    /// A tag as it is kept: small letters and digits of any language, and hyphens for blanks; null where it is too long or anything else
    /// is in it.
    /// </summary>
    public static string? Canonical(string text)
    {
        if (!PlainText.IsShowable(text)) return null;
        var tag = string.Join('-', text.Normalize(NormalizationForm.FormC).ToLowerInvariant()
            .Split([' ', '-', '_'], StringSplitOptions.RemoveEmptyEntries));
        return tag.Length is > 0 and <= Longest && tag.All(c => char.IsLetterOrDigit(c) || c == '-') ? tag : null;
    }
}
