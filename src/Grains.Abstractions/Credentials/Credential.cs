namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// The one place where what a person typed becomes a credential. Uniqueness rests on it: two spellings of one mailbox, number
/// or name have one canonical form, and what could be mistaken for another's is refused.
/// </summary>
public static class Credential
{
    /// <summary>Most characters looked at; anything longer is refused before any work is done (ours: no credential is over 254).</summary>
    public const int LongestInput = 320;

    /// <summary>Country of national numbers where the organisation names none.</summary>
    public const string DefaultCountry = "US";

    /// <summary>ISO 3166 codes of the countries whose national numbers are understood; an organisation's default is one of these.</summary>
    public static IEnumerable<string> Countries => DialPlan.Countries;

    /// <summary>Reads what was typed into the sign-in field: first what it is meant to be, then its canonical form.</summary>
    /// <param name="input">As typed or pasted.</param>
    /// <param name="defaultCountry">ISO 3166 code for numbers without a country code; null or unknown: such numbers are refused.</param>
    public static CredentialParse Parse(string? input, string? defaultCountry) => Parse(Classify(input), input, defaultCountry);

    /// <summary>Reads a text that must be of this kind, as in a form with separate fields.</summary>
    /// <param name="kind">What it must be.</param>
    /// <param name="input">As typed or pasted.</param>
    /// <param name="defaultCountry">ISO 3166 code for numbers without a country code; null or unknown: such numbers are refused.</param>
    public static CredentialParse Parse(CredentialKind kind, string? input, string? defaultCountry)
    {
        if (string.IsNullOrWhiteSpace(input))
        {
            return Refuse(new CredentialRefusal.Missing());
        }
        if (input.Length > LongestInput)
        {
            return Refuse(new CredentialRefusal.TooLong { Most = LongestInput });
        }
        var text = input.Trim();
        if (kind == CredentialKind.Mobile)
        {
            // Address books of phones put direction marks around numbers; here they carry no meaning and could not deceive.
            text = string.Concat(text.Where(c => !IsDirectionMark(c))).Trim();
        }
        if (UnicodeScreen.Forbidden(text) is { } codePoint)
        {
            return Refuse(new CredentialRefusal.ForbiddenCharacter { CodePoint = codePoint });
        }
        return kind switch
        {
            CredentialKind.Email => EmailRules.Parse(text),
            CredentialKind.Mobile => MobileRules.Parse(text, defaultCountry),
            CredentialKind.Username => UsernameRules.Parse(text),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>
    /// What a text is meant to be: an email when it has an @, a mobile number when it is made of digits and what one writes
    /// between them, else a username. Says nothing about whether it is a good one.
    /// </summary>
    public static CredentialKind Classify(string? input)
    {
        if (string.IsNullOrWhiteSpace(input) || input.Length > LongestInput)
        {
            return CredentialKind.Username;
        }
        if (input.AsSpan().IndexOfAny('@', '\uFF20', '\uFE6B') >= 0)
        {
            return CredentialKind.Email;
        }
        return UnicodeScreen.Forbidden(string.Concat(input.Trim().Where(c => !IsDirectionMark(c)))) is null
            && MobileRules.LooksLikeNumber(input.Trim())
            ? CredentialKind.Mobile
            : CredentialKind.Username;
    }

    /// <summary>
    /// The credential as shown to somebody who should recognise but not learn it: <c>a•••@e•••.com</c>, <c>•••67</c>, <c>a•••</c>.
    /// The number of dots tells nothing of the length.
    /// </summary>
    public static string Mask(CredentialValue credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        var value = credential.Value;
        if (value.Length < 3)
        {
            return Dots;
        }
        if (credential.Kind == CredentialKind.Mobile)
        {
            return Dots + value[^2..];
        }
        var at = value.IndexOf('@');
        var dot = value.LastIndexOf('.');
        return credential.Kind == CredentialKind.Email && at > 0 && dot > at + 1
            ? string.Concat(value.AsSpan(0, 1), Dots + "@", value.AsSpan(at + 1, 1), Dots + value[dot..])
            : value[..1] + Dots;
    }

    private const string Dots = "•••";

    internal static bool IsDirectionMark(int c) =>
        c is 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069);

    private static CredentialParse Refuse(CredentialRefusal why) => new CredentialParse.Refused { Why = why };
}
