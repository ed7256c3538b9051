using System.Globalization;
using System.Text.RegularExpressions;
using Portal.Web.Shared;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed partial class ThemeTests
{
    // Text and the grounds it stands on, in portal.css.
    private static readonly (string Text, string[] Grounds)[] Texts =
    [
        ("text", ["page", "surface", "plain-soft", "brand-soft", "ok-soft", "warn-soft", "bad-soft", "info-soft"]),
        ("muted", ["page", "surface", "plain-soft", "brand-soft"]),
        ("brand", ["page", "surface", "brand-soft", "plain-soft"]),
        ("brand-strong", ["page", "surface", "brand-soft"]),
        ("on-brand", ["brand", "brand-strong"]),
        ("ok", ["ok-soft", "surface"]),
        ("warn", ["warn-soft", "surface"]),
        ("bad", ["bad-soft", "surface", "page"]),
        ("on-bad", ["bad"]),
        ("info", ["info-soft", "surface"]),
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Every_text_of_the_style_sheet_can_be_read_in_both_schemes(int scheme)
    {
        var colours = ColoursOf(StyleSheet(), scheme);
        foreach (var (text, grounds) in Texts)
        {
            foreach (var ground in grounds) AssertContrast(Theme.LeastContrast, colours, text, ground);
        }

        foreach (var part in new[] { "control", "focus" })
        {
            foreach (var ground in new[] { "page", "surface" }) AssertContrast(3, colours, part, ground);
        }
    }

    [Fact]
    public void Whatever_colour_a_clinic_chooses_can_be_read()
    {
        foreach (var colour in Enumerable.Range(0, 512).Select(i => $"#{i / 64 * 36:x2}{i / 8 % 8 * 36:x2}{i % 8 * 36:x2}"))
        {
            for (var scheme = 0; scheme < 2; scheme++)
            {
                var colours = ColoursOf(StyleSheet(), scheme);
                foreach (var (name, value) in ColoursOf(Theme.Css(colour), scheme)) colours[name] = value;
                AssertContrast(Theme.LeastContrast, colours, "brand", "page");
                AssertContrast(Theme.LeastContrast, colours, "brand", "surface");
                AssertContrast(Theme.LeastContrast, colours, "brand", "brand-soft");
                AssertContrast(Theme.LeastContrast, colours, "on-brand", "brand");
                AssertContrast(Theme.LeastContrast, colours, "on-brand", "brand-strong");
                AssertContrast(Theme.LeastContrast, colours, "text", "brand-soft");
                AssertContrast(Theme.LeastContrast, colours, "muted", "brand-soft");
            }
        }
    }

    [Theory]
    [InlineData("red")]
    [InlineData("#12345")]
    [InlineData("#12345g")]
    [InlineData("#fff}body{display:none")]
    public void What_is_no_colour_gives_no_style(string colour) => Assert.Equal("", Theme.Css(colour));

    [Theory]
    [InlineData("portal.js", 6)]
    [InlineData("staff.js", 10)]
    public void Scripts_stay_small(string script, int kilobytes) =>
        Assert.InRange(new FileInfo(Asset(script)).Length, 1, kilobytes * 1024);

    private static void AssertContrast(double least, Dictionary<string, Theme.Rgb> colours, string text, string ground)
    {
        var measured = Theme.Contrast(colours[text], colours[ground]);
        var figure = measured.ToString("0.00", CultureInfo.InvariantCulture);
        Assert.True(measured >= least, $"{text} on {ground}: {figure}, {colours["brand"]}");
    }

    // The first :root is light, the second what dark changes of it.
    private static Dictionary<string, Theme.Rgb> ColoursOf(string css, int scheme)
    {
        Dictionary<string, Theme.Rgb> colours = [];
        foreach (var root in Root().Matches(css).Take(scheme + 1))
        {
            foreach (Match colour in Variable().Matches(root.Value))
            {
                var value = colour.Groups["value"].Value;
                var full = value.Length == 4 ? "#" + string.Concat(value.Skip(1).Select(c => $"{c}{c}")) : value;
                colours[colour.Groups["name"].Value] = Theme.Rgb.Parse(full)!.Value;
            }
        }

        return colours;
    }

    private static string StyleSheet() => File.ReadAllText(Asset("portal.css"));

    private static string Asset(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Portal.sln"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "src/Web/wwwroot", name);
    }

    [GeneratedRegex(":root \\{.*?\\}", RegexOptions.Singleline)]
    private static partial Regex Root();

    [GeneratedRegex("--(?<name>[a-z-]+): (?<value>#[0-9a-f]{6}|#[0-9a-f]{3})\\b")]
    private static partial Regex Variable();
}
