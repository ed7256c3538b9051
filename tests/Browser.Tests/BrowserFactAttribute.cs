using Xunit;

namespace Portal.Browser.Tests;

/// <summary>
/// A fact that is skipped unless <c>PORTAL_TESTS_BROWSER=1</c>: it needs Debian's chromium, and takes seconds. Its class belongs to
/// <see cref="BrowserCollection"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (!Chromium.IsAsked) Skip = "Needs chromium: set PORTAL_TESTS_BROWSER=1.";
    }
}

/// <summary>A theory that is skipped unless <c>PORTAL_TESTS_BROWSER=1</c>; see <see cref="BrowserFactAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (!Chromium.IsAsked) Skip = "Needs chromium: set PORTAL_TESTS_BROWSER=1.";
    }
}
