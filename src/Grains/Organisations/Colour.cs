using System.Globalization;

namespace Portal.Grains.Organisations;

/// <summary>Contrast of colours, as WCAG 2.2 defines it.</summary>
public static class Colour
{
    /// <summary>The contrast ratio of white text on a colour, from 1 to 21; null where the text is no <c>#rrggbb</c>.</summary>
    public static double? ContrastWithWhite(string colour)
    {
        if (colour is not ['#', _, _, _, _, _, _]) return null;
        if (!int.TryParse(colour.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)) return null;
        var luminance = 0.2126 * Linear(rgb >> 16) + 0.7152 * Linear((rgb >> 8) & 255) + 0.0722 * Linear(rgb & 255);
        return 1.05 / (luminance + 0.05);
    }

    // The transfer function of sRGB, with the threshold that WCAG 2.2 prints.
    private static double Linear(int channel)
    {
        var value = channel / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }
}
