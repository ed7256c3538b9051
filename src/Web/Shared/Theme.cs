using System.Globalization;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Shared;

/// <summary>
/// The style sheet with an organisation's colour, for light and dark. Whatever the colour, text in it and on it keeps 4.5:1 (WCAG 2.2,
/// 1.4.3): it is darkened for light pages and lightened for dark ones until it does.
/// </summary>
public static class Theme
{
    // The grounds that portal.css puts the colour on, and the texts it puts on the colour.
    private static readonly Rgb White = new(255, 255, 255);
    private static readonly Rgb Black = new(0, 0, 0);
    private static readonly Rgb Ink = new(10, 24, 38);
    private static readonly Rgb LightPage = new(245, 247, 249);
    private static readonly Rgb DarkSurface = new(23, 31, 40);

    /// <summary>The least contrast of text (WCAG 2.2 AA).</summary>
    public const double LeastContrast = 4.5;

    // Coloured text of the least contrast looks dim on dark grounds. Ours.
    private const double DarkContrast = 6;

    /// <summary>Where an organisation's style sheet is; another address for another colour, so that browsers may keep it.</summary>
    public static string Address(OrganisationView organisation) =>
        $"/{organisation.Slug}/theme.css?v={organisation.Settings.AccentColour.TrimStart('#')}";

    /// <summary>
    /// Where the style sheet of another colour is, for what stands in an element of class <c>preview</c> and nothing else.
    /// </summary>
    public static string PreviewAddress(OrganisationView organisation, string colour) =>
        $"/{organisation.Slug}/theme.css?preview={Uri.EscapeDataString(colour.TrimStart('#'))}";

    /// <summary>The style sheet of a colour.</summary>
    /// <param name="colour"><c>#rrggbb</c>; anything else gives an empty sheet, and so the portal's own colours.</param>
    public static string Css(string colour) => Css(colour, ":root");

    /// <summary>The style sheet of a colour for a part of the page.</summary>
    /// <param name="colour"><c>#rrggbb</c>; anything else gives an empty sheet.</param>
    /// <param name="selector">The part.</param>
    public static string Css(string colour, string selector)
    {
        if (Rgb.Parse(colour) is not { } chosen) return "";
        var light = Shift(chosen, Black, c => Readable(c, LightPage) && Readable(c, Mix(c, White, .9)));
        var dark = Shift(chosen, White, c => Contrast(c, DarkSurface) >= DarkContrast && Readable(c, Mix(c, DarkSurface, .85)));
        return $$"""
            {{selector}} {
              --brand: {{light}}; --brand-strong: {{Mix(light, Black, .25)}}; --on-brand: #fff; --brand-soft: {{Mix(light, White, .9)}};
            }
            @media (prefers-color-scheme: dark) {
              {{selector}} {
                --brand: {{dark}}; --brand-strong: {{Mix(dark, White, .35)}}; --on-brand: {{Ink}};
                --brand-soft: {{Mix(dark, DarkSurface, .85)}};
              }
            }

            """;
    }

    /// <summary>The contrast ratio of two colours, from 1 to 21, as WCAG 2.2 defines it.</summary>
    public static double Contrast(Rgb a, Rgb b)
    {
        var (bright, dim) = a.Luminance > b.Luminance ? (a.Luminance, b.Luminance) : (b.Luminance, a.Luminance);
        return (bright + .05) / (dim + .05);
    }

    private static bool Readable(Rgb text, Rgb ground) => Contrast(text, ground) >= LeastContrast;

    private static Rgb Shift(Rgb colour, Rgb towards, Func<Rgb, bool> enough)
    {
        for (var share = 0.0; share < 1; share += .04)
        {
            var shifted = Mix(colour, towards, share);
            if (enough(shifted)) return shifted;
        }

        return towards;
    }

    private static Rgb Mix(Rgb colour, Rgb other, double share)
    {
        int Channel(int from, int to) => (int)Math.Round(from + (to - from) * share);
        return new(Channel(colour.Red, other.Red), Channel(colour.Green, other.Green), Channel(colour.Blue, other.Blue));
    }

    /// <summary>A colour of the sRGB space, channels from 0 to 255.</summary>
    /// <param name="Red">Red.</param>
    /// <param name="Green">Green.</param>
    /// <param name="Blue">Blue.</param>
    public readonly record struct Rgb(int Red, int Green, int Blue)
    {
        /// <summary>Relative luminance, from 0 to 1, as WCAG 2.2 defines it.</summary>
        public double Luminance => .2126 * Linear(Red) + .7152 * Linear(Green) + .0722 * Linear(Blue);

        /// <summary>Reads <c>#rrggbb</c>; null for anything else.</summary>
        public static Rgb? Parse(string colour) =>
            colour is ['#', _, _, _, _, _, _]
            && int.TryParse(colour.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
                ? new Rgb(rgb >> 16, (rgb >> 8) & 255, rgb & 255)
                : null;

        /// <summary>As <c>#rrggbb</c>.</summary>
        public override string ToString() => $"#{Red:x2}{Green:x2}{Blue:x2}";

        private static double Linear(int channel)
        {
            var value = channel / 255.0;
            return value <= .04045 ? value / 12.92 : Math.Pow((value + .055) / 1.055, 2.4);
        }
    }
}
