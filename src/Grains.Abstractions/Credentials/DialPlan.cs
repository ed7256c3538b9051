using System.Collections.Frozen;

namespace Portal.Grains.Abstractions.Credentials;

/// <summary>
/// How one country writes its mobile numbers. Figures from Google's libphonenumber, resources/PhoneNumberMetadata.xml
/// (mobile possibleLengths, nationalPrefix, internationalPrefix), read in November 2026.
/// </summary>
/// <param name="Country">ISO 3166 code.</param>
/// <param name="CallingCode">Digits after the plus.</param>
/// <param name="Trunk">What a national number begins with at home and loses abroad; empty where there is no such prefix.</param>
/// <param name="Least">Fewest digits after the calling code.</param>
/// <param name="Most">Most digits after the calling code.</param>
internal sealed record DialPlan(string Country, string CallingCode, string Trunk, int Least, int Most)
{
    private static readonly FrozenDictionary<string, DialPlan> ByCountry = new DialPlan[]
    {
        new("AE", "971", "0", 9, 9), new("AT", "43", "0", 7, 13), new("AU", "61", "0", 9, 9), new("BD", "880", "0", 10, 10),
        new("BE", "32", "0", 9, 9), new("BG", "359", "0", 8, 9), new("BR", "55", "0", 10, 11), new("CA", "1", "1", 10, 10),
        new("CH", "41", "0", 9, 9), new("CY", "357", "", 8, 8), new("CZ", "420", "", 9, 9), new("DE", "49", "0", 10, 11),
        new("DK", "45", "", 8, 8), new("EE", "372", "", 7, 8), new("EG", "20", "0", 10, 10), new("ES", "34", "", 9, 9),
        new("FI", "358", "0", 6, 10), new("FR", "33", "0", 9, 9), new("GB", "44", "0", 10, 10), new("GH", "233", "0", 9, 9),
        new("GR", "30", "", 10, 10), new("HK", "852", "", 8, 8), new("HR", "385", "0", 8, 9), new("HU", "36", "06", 9, 9),
        new("IE", "353", "0", 9, 9), new("IL", "972", "0", 9, 9), new("IN", "91", "0", 10, 10), new("IS", "354", "", 7, 9),
        new("IT", "39", "", 9, 10), new("JP", "81", "0", 10, 10), new("KE", "254", "0", 9, 9), new("KR", "82", "0", 9, 10),
        new("LI", "423", "0", 7, 9), new("LK", "94", "0", 9, 9), new("LT", "370", "0", 8, 8), new("LU", "352", "", 9, 9),
        new("LV", "371", "", 8, 8), new("MT", "356", "", 8, 8), new("MX", "52", "", 10, 10), new("MY", "60", "0", 9, 10),
        new("NG", "234", "0", 10, 10), new("NL", "31", "0", 9, 9), new("NO", "47", "", 8, 8), new("NZ", "64", "0", 8, 10),
        new("PH", "63", "0", 10, 10), new("PK", "92", "0", 10, 10), new("PL", "48", "", 9, 9), new("PT", "351", "", 9, 9),
        new("RO", "40", "0", 9, 9), new("SA", "966", "0", 9, 9), new("SE", "46", "0", 9, 9), new("SG", "65", "", 8, 8),
        new("SI", "386", "0", 8, 8), new("SK", "421", "0", 9, 9), new("TR", "90", "0", 10, 10), new("UA", "380", "0", 9, 9),
        new("US", "1", "1", 10, 10), new("ZA", "27", "0", 9, 9),
    }.ToFrozenDictionary(plan => plan.Country, StringComparer.OrdinalIgnoreCase);

    // One plan speaks for all countries that share a calling code: they write their numbers alike.
    private static readonly FrozenDictionary<string, DialPlan> ByCode = ByCountry.Values
        .OrderByDescending(plan => plan.Country, StringComparer.Ordinal)
        .DistinctBy(plan => plan.CallingCode)
        .ToFrozenDictionary(plan => plan.CallingCode, StringComparer.Ordinal);

    /// <summary>What one dials before a foreign number, the longest first. 00 is understood everywhere, for patients from abroad.</summary>
    public string[] InternationalPrefixes => Country switch
    {
        "US" or "CA" => ["011", "00"],
        "AU" => ["0011", "00"],
        "JP" => ["010", "00"],
        _ => ["00"],
    };

    /// <summary>The countries a default may name.</summary>
    public static IEnumerable<string> Countries => ByCountry.Keys.Order(StringComparer.Ordinal);

    /// <summary>The plan of a country, or null when we have none.</summary>
    public static DialPlan? OfCountry(string? country) => country is null ? null : ByCountry.GetValueOrDefault(country);

    /// <summary>The plan whose calling code the digits begin with, or null. No calling code is the beginning of another.</summary>
    public static DialPlan? OfNumber(string digits)
    {
        for (var length = 1; length <= 3 && length <= digits.Length; length++)
        {
            if (ByCode.TryGetValue(digits[..length], out var plan))
            {
                return plan;
            }
        }
        return null;
    }
}
