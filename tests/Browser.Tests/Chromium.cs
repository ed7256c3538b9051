using Microsoft.Playwright;
using Xunit;

namespace Portal.Browser.Tests;

/// <summary>One browser for all tests of <see cref="BrowserCollection"/>; each person in a test has a context of their own.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private const string Program = "/usr/bin/chromium";

    /// <summary>A slow machine is no failure of a page; a page that never comes is.</summary>
    private const float PatienceMilliseconds = 20_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>The environment asks for the tests that need a browser.</summary>
    public static bool IsAsked => Environment.GetEnvironmentVariable("PORTAL_TESTS_BROWSER") == "1";

    public async Task InitializeAsync()
    {
        if (!IsAsked) return;
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Headless = true,
            // Nothing but the portal is asked for anything.
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    /// <summary>A browser window of somebody, with cookies of its own.</summary>
    /// <param name="address">Where addresses without a host lead.</param>
    /// <param name="screen">How large it is.</param>
    /// <param name="scripts">False: pages run no script.</param>
    public async Task<IPage> OpenAsync(string address, Screen screen, bool scripts = true)
    {
        var browser = _browser ?? throw new InvalidOperationException("No browser was asked for.");
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = address,
            ViewportSize = new() { Width = screen.Width, Height = screen.Height },
            IsMobile = screen.Touch,
            HasTouch = screen.Touch,
            JavaScriptEnabled = scripts,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = "en-GB",
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        return await context.NewPageAsync();
    }
}

/// <summary>A size of a window, in CSS pixels.</summary>
public sealed record Screen(int Width, int Height, bool Touch = false)
{
    public static readonly Screen Desktop = new(1280, 900);
    public static readonly Screen Phone = new(390, 844, Touch: true);

    /// <summary>The narrowest that pages are made for (WCAG 2.2, 1.4.10 Reflow).</summary>
    public static readonly Screen Narrow = new(320, 700);
}

/// <summary>The tests that share one <see cref="Chromium"/>; they run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Browser";
}
