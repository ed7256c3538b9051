using System.Globalization;
using Portal.Grains.Abstractions.OneTimeCodes;

namespace Portal.Web.Organisations;

/// <summary>One figure of the limits of codes, as the settings page asks for it.</summary>
/// <param name="Name">The property's name, also of the field.</param>
/// <param name="Label">The field's label.</param>
/// <param name="Range">What may be entered, in words.</param>
/// <param name="Get">Reads it.</param>
/// <param name="With">The limits with another value. A value out of range is taken as it is, to be refused by the rules.</param>
public sealed record CodeFigure(
    string Name, string Label, string Range, Func<OneTimeCodeLimits, double> Get, Func<OneTimeCodeLimits, int, OneTimeCodeLimits> With)
{
    private static readonly OneTimeCodeLimits Most = OneTimeCodeLimits.Default;

    /// <summary>All of them, in the order of the page.</summary>
    public static readonly IReadOnlyList<CodeFigure> All =
    [
        new(nameof(Most.Lifetime), "A code is good for (minutes)", UpTo(Most.Lifetime.TotalMinutes),
            l => l.Lifetime.TotalMinutes, (l, n) => l with { Lifetime = TimeSpan.FromMinutes(n) }),
        new(nameof(Most.GuessesPerChallenge), "Wrong tries for a code", UpTo(Most.GuessesPerChallenge),
            l => l.GuessesPerChallenge, (l, n) => l with { GuessesPerChallenge = n }),
        new(nameof(Most.GuessesPerHour), "Tries for an address or number in an hour", UpTo(Most.GuessesPerHour),
            l => l.GuessesPerHour, (l, n) => l with { GuessesPerHour = n }),
        new(nameof(Most.GuessesPerDay), "Tries for an address or number in a day", UpTo(Most.GuessesPerDay),
            l => l.GuessesPerDay, (l, n) => l with { GuessesPerDay = n }),
        new(nameof(Most.SendSpacing), "Wait before another code is sent (minutes)", "1 to 60",
            l => l.SendSpacing.TotalMinutes, (l, n) => l with { SendSpacing = TimeSpan.FromMinutes(n) }),
        new(nameof(Most.SendsPerHour), "Codes to an address or number in an hour", UpTo(Most.SendsPerHour),
            l => l.SendsPerHour, (l, n) => l with { SendsPerHour = n }),
        new(nameof(Most.SendsPerDay), "Codes to an address or number in a day", UpTo(Most.SendsPerDay),
            l => l.SendsPerDay, (l, n) => l with { SendsPerDay = n }),
    ];

    /// <summary>The figure of a name; null where there is none.</summary>
    public static CodeFigure? Find(string name) => All.FirstOrDefault(f => f.Name == name);

    /// <summary>The value as it stands in the field.</summary>
    public string Of(OneTimeCodeLimits limits) => Get(limits).ToString(CultureInfo.InvariantCulture);

    private static string UpTo(double most) => string.Create(CultureInfo.InvariantCulture, $"1 to {most}");
}
