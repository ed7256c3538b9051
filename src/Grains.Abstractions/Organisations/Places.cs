namespace Portal.Grains.Abstractions.Organisations;

/// <summary>One of the values that a setting may have.</summary>
/// <param name="Code">Its code, as it is stored.</param>
/// <param name="Name">Its name in English.</param>
public sealed record Place(string Code, string Name);

/// <summary>Where an organisation may be: countries, currencies and time zones that settings offer.</summary>
public static class Places
{
    /// <summary>The countries whose telephone numbers the portal can read, by name. ISO 3166-1.</summary>
    public static IReadOnlyList<Place> Countries { get; } =
    [
        new("AU", "Australia"), new("AT", "Austria"), new("BD", "Bangladesh"), new("BE", "Belgium"), new("BR", "Brazil"),
        new("BG", "Bulgaria"), new("CA", "Canada"), new("HR", "Croatia"), new("CY", "Cyprus"), new("CZ", "Czechia"), new("DK", "Denmark"),
        new("EG", "Egypt"), new("EE", "Estonia"), new("FI", "Finland"), new("FR", "France"), new("DE", "Germany"), new("GH", "Ghana"),
        new("GR", "Greece"), new("HK", "Hong Kong"), new("HU", "Hungary"), new("IS", "Iceland"), new("IN", "India"), new("IE", "Ireland"),
        new("IL", "Israel"), new("IT", "Italy"), new("JP", "Japan"), new("KE", "Kenya"), new("LV", "Latvia"), new("LI", "Liechtenstein"),
        new("LT", "Lithuania"), new("LU", "Luxembourg"), new("MY", "Malaysia"), new("MT", "Malta"), new("MX", "Mexico"),
        new("NL", "Netherlands"), new("NZ", "New Zealand"), new("NG", "Nigeria"), new("NO", "Norway"), new("PK", "Pakistan"),
        new("PH", "Philippines"), new("PL", "Poland"), new("PT", "Portugal"), new("RO", "Romania"), new("SA", "Saudi Arabia"),
        new("SG", "Singapore"), new("SK", "Slovakia"), new("SI", "Slovenia"), new("ZA", "South Africa"), new("KR", "South Korea"),
        new("ES", "Spain"), new("LK", "Sri Lanka"), new("SE", "Sweden"), new("CH", "Switzerland"), new("TR", "Türkiye"),
        new("UA", "Ukraine"), new("AE", "United Arab Emirates"), new("GB", "United Kingdom"), new("US", "United States"),
    ];

    /// <summary>The currencies of those countries, by code. ISO 4217.</summary>
    public static IReadOnlyList<Place> Currencies { get; } =
    [
        new("AED", "UAE dirham"), new("AUD", "Australian dollar"), new("BDT", "Bangladeshi taka"), new("BRL", "Brazilian real"),
        new("CAD", "Canadian dollar"), new("CHF", "Swiss franc"), new("CZK", "Czech koruna"), new("DKK", "Danish krone"),
        new("EGP", "Egyptian pound"), new("EUR", "Euro"), new("GBP", "Pound sterling"), new("GHS", "Ghanaian cedi"),
        new("HKD", "Hong Kong dollar"), new("HUF", "Hungarian forint"), new("ILS", "Israeli new shekel"), new("INR", "Indian rupee"),
        new("ISK", "Icelandic króna"), new("JPY", "Japanese yen"), new("KES", "Kenyan shilling"), new("KRW", "South Korean won"),
        new("LKR", "Sri Lankan rupee"), new("MXN", "Mexican peso"), new("MYR", "Malaysian ringgit"), new("NGN", "Nigerian naira"),
        new("NOK", "Norwegian krone"), new("NZD", "New Zealand dollar"), new("PHP", "Philippine peso"), new("PKR", "Pakistani rupee"),
        new("PLN", "Polish złoty"), new("RON", "Romanian leu"), new("SAR", "Saudi riyal"), new("SEK", "Swedish krona"),
        new("SGD", "Singapore dollar"), new("TRY", "Turkish lira"), new("UAH", "Ukrainian hryvnia"), new("USD", "US dollar"),
        new("ZAR", "South African rand"),
    ];

    /// <summary>The time zones of this machine by their IANA names, such as <c>Europe/London</c>, and UTC.</summary>
    public static IReadOnlyList<string> TimeZones { get; } =
        ["UTC", .. TimeZoneInfo.GetSystemTimeZones().Select(z => z.Id).Where(IsOfAPlace).Order(StringComparer.Ordinal)];

    /// <summary>Whether a code is one of a list.</summary>
    public static bool Has(this IReadOnlyList<Place> places, string code) => places.Any(p => p.Code == code);

    // Not the aliases of old, such as US/Pacific, and not the offsets, such as Etc/GMT+5, which know no summer.
    private static bool IsOfAPlace(string zone) => zone.Split('/')[0] is "Africa" or "America" or "Antarctica" or "Asia" or "Atlantic"
        or "Australia" or "Europe" or "Indian" or "Pacific" && zone.Contains('/', StringComparison.Ordinal);
}
