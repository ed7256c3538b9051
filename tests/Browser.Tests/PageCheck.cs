using System.Globalization;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace Portal.Browser.Tests;

/// <summary>What every page keeps: WCAG 2.2 A and AA as far as axe sees it, in both colour schemes, and no wider than 320 pixels.</summary>
public static class PageCheck
{
    private static readonly List<string> Tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    private static readonly HashSet<ResultType> Wanted = [ResultType.Violations];
    private static readonly AxeRunOptions Everything = new() { RunOnly = new() { Type = "tag", Values = Tags }, ResultTypes = Wanted };

    // What differs between the schemes of one layout.
    private static readonly AxeRunOptions Colours = new()
    {
        RunOnly = new() { Type = "rule", Values = ["color-contrast"] },
        ResultTypes = Wanted,
    };

    /// <summary>Judges the page that is open: light and dark, narrow and wide.</summary>
    /// <param name="page">The page, in a window that runs scripts: axe is one.</param>
    /// <param name="name">What the failure calls it, and the file of its picture.</param>
    public static async Task FitsAsync(this IPage page, string name)
    {
        var offences = new List<string>();
        foreach (var screen in new[] { Screen.Narrow, Screen.Desktop })
        {
            await page.SetViewportSizeAsync(screen.Width, screen.Height);
            foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = scheme });
                var where = string.Create(CultureInfo.InvariantCulture, $"{name}.{screen.Width}.{scheme}");
                await PictureAsync(page, where);
                var result = await page.RunAxe(scheme == ColorScheme.Light ? Everything : Colours);
                offences.AddRange(result.Violations.SelectMany(v => v.Nodes.Select(n => $"{where}: {v.Id}: {n.Html}")));
            }

            var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (overflow > 0) offences.Add($"{name}: {overflow} pixels too wide for {screen.Width}");
        }

        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        Assert.True(offences.Count == 0, string.Join(Environment.NewLine, offences.Distinct()));
    }

    // For people who want to look: PORTAL_TESTS_PICTURES names a folder.
    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("PORTAL_TESTS_PICTURES") is not { Length: > 0 } folder) return;
        await page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }
}
