using System.Globalization;
using System.Text;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// Mobile numbers as credentials: E.164, whatever the spacing, the prefix for abroad or the national form. For countries in our
/// table (<see cref="DialPlan"/>) the trunk prefix goes and the count of digits is checked; for others the number must be given
/// with its country code and is taken as typed. Whether somebody holds the number only a code can tell.
/// </summary>
internal static class MobileRules
{
    /// <summary>Most characters typed, spaces and punctuation included (ours).</summary>
    public const int LongestTyped = 40;

    /// <summary>Fewest digits of a number with its country code (ours: only a few islands have shorter mobile numbers).</summary>
    public const int FewestDigits = 8;

    /// <summary>Most digits of a number with its country code (ITU-T E.164 6.1).</summary>
    public const int MostDigits = 15;

    private const int FewestDigitsBeforeExtension = 7;

    // Freephone, shared cost, satellite, personal and premium numbers: no patient's mobile, and text messages to them are a known fraud.
    private static readonly string[] NotCountries = ["800", "808", "870", "878", "881", "882", "883", "888", "979"];

    public static CredentialParse Parse(string text, string? defaultCountry)
    {
        if (text.Length > LongestTyped)
        {
            return Refuse(new CredentialRefusal.TooLong { Most = LongestTyped });
        }
        if (Compact(text, out var compact) is { } problem)
        {
            return Refuse(problem);
        }
        var home = DialPlan.OfCountry(defaultCountry);
        if (compact.Contains('+'))
        {
            return International(compact.Replace("+", "", StringComparison.Ordinal));
        }
        foreach (var prefix in home?.InternationalPrefixes ?? ["00"])
        {
            if (Digits(compact).StartsWith(prefix, StringComparison.Ordinal))
            {
                return International(WithoutFirst(compact, prefix.Length));
            }
        }
        return home is null ? Refuse(new CredentialRefusal.CountryUnknown()) : National(home, Digits(compact));
    }

    /// <summary>Whether a text can only be meant as a telephone number: two digits or more, and what is written between them.</summary>
    public static bool LooksLikeNumber(string text)
    {
        var problem = Compact(text, out var compact);
        return problem is CredentialRefusal.ExtensionGiven || (problem is null && Digits(compact).Length > 1);
    }

    /// <summary>Leaves digits (of any script, as ASCII), brackets and a plus before the first digit.</summary>
    private static CredentialRefusal? Compact(string text, out string compact)
    {
        var kept = new StringBuilder(text.Length);
        var digits = 0;
        compact = "";
        foreach (var rune in text.Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var digit = Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber ? (int)Rune.GetNumericValue(rune) : -1;
            if (digit >= 0)
            {
                kept.Append((char)('0' + digit));
                digits++;
            }
            else if (rune.Value is '(' or ')')
            {
                kept.Append((char)rune.Value);
            }
            else if (rune.Value == '+' && digits == 0 && !kept.ToString().Contains('+'))
            {
                kept.Append('+');
            }
            else if (!IsSeparator(rune))
            {
                return digits >= FewestDigitsBeforeExtension && rune.Value is 'x' or 'X' or 'e' or 'E' or '#' or ';' or ','
                    ? new CredentialRefusal.ExtensionGiven()
                    : new CredentialRefusal.NotANumber();
            }
        }
        compact = kept.ToString();
        return digits == 0 ? new CredentialRefusal.NotANumber() : null;
    }

    private static bool IsSeparator(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.SpaceSeparator or UnicodeCategory.DashPunctuation
        || rune.Value is '.' or '/' or '\u2212' || Credential.IsDirectionMark(rune.Value);

    private static CredentialParse International(string compact)
    {
        var plan = DialPlan.OfNumber(Digits(compact));
        if (plan is null || plan.Trunk == "0")
        {
            compact = compact.Replace("(0)", "", StringComparison.Ordinal); // +44 (0)20: the zero is for callers at home only
        }
        var digits = Digits(compact);
        if (plan is not null)
        {
            return National(plan, digits[plan.CallingCode.Length..], withCode: true);
        }
        if (digits.Length == 0 || digits[0] == '0' || NotCountries.Any(code => digits.StartsWith(code, StringComparison.Ordinal)))
        {
            return Refuse(new CredentialRefusal.CountryCodeInvalid());
        }
        return digits.Length is >= FewestDigits and <= MostDigits
            ? Accept(digits)
            : Refuse(new CredentialRefusal.NotAMobileOfCountry { Least = FewestDigits, Most = MostDigits, Given = digits.Length });
    }

    private static CredentialParse National(DialPlan plan, string digits, bool withCode = false)
    {
        var national = WithoutTrunk(plan, digits);
        if (!Fits(plan, national) && !withCode && digits.StartsWith(plan.CallingCode, StringComparison.Ordinal))
        {
            // The country code without a plus, as many address books have it; only when the number is no national one.
            var rest = WithoutTrunk(plan, digits[plan.CallingCode.Length..]);
            national = Fits(plan, rest) ? rest : national;
        }
        return Fits(plan, national)
            ? Accept(plan.CallingCode + national)
            : Refuse(new CredentialRefusal.NotAMobileOfCountry
            {
                Country = plan.Country,
                Least = plan.Least,
                Most = plan.Most,
                Given = national.Length,
            });
    }

    private static string WithoutTrunk(DialPlan plan, string digits) =>
        plan.Trunk.Length > 0 && digits.StartsWith(plan.Trunk, StringComparison.Ordinal) ? digits[plan.Trunk.Length..] : digits;

    // No mobile number begins with a zero once the trunk prefix is off, and no North American one with a one.
    private static bool Fits(DialPlan plan, string national) =>
        national.Length >= plan.Least && national.Length <= plan.Most
        && national[0] != '0' && (plan.CallingCode != "1" || national[0] != '1');

    private static string Digits(string compact) => string.Concat(compact.Where(char.IsAsciiDigit));

    private static string WithoutFirst(string compact, int digits)
    {
        var at = 0;
        for (; digits > 0; at++)
        {
            digits -= char.IsAsciiDigit(compact[at]) ? 1 : 0;
        }
        return compact[at..];
    }

    private static CredentialParse Accept(string digits) =>
        new CredentialParse.Accepted { Credential = new() { Kind = CredentialKind.Mobile, Value = "+" + digits } };

    private static CredentialParse Refuse(CredentialRefusal why) => new CredentialParse.Refused { Why = why };
}
