using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>What was done, for staff and for patients: rows of the product's sections 5 and 6.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class AuditTests(Chromium chromium, RunningPortal running) : IClassFixture<RunningPortal>
{
    [BrowserFact(DisplayName = "Audit: who did what to whom when from where with what outcome; filter, export; tamper-evident.")]
    public async Task Filtered_exported_verified()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextPatient();
        await erin.OpenAsync(alice);
        var page = erin.Page;
        await page.GotoAsync("/riverside/staff/audit");
        await page.FitsAsync("staff-audit");
        await page.GetByLabel("About").SelectOptionAsync("Patients");
        await page.GetByLabel("Done by").SelectOptionAsync(new SelectOptionValue { Label = await NameAsync(page) });
        await page.PressAsync("Filter");
        await page.WaitForURLAsync("**about=patient*");
        var row = page.Locator("tbody tr").First;
        await Expect(row).ToContainTextAsync("viewed");
        await Expect(row).ToContainTextAsync(alice.Name);
        await Expect(row.Locator("td").Last).ToHaveTextAsync(new Regex(@"^(127\.0\.0\.1|::1)$"));
        var download = await page.RunAndWaitForDownloadAsync(
            () => page.GetByRole(AriaRole.Link, new() { NameString = "Export what is filtered" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync());
        Assert.Equal("audit-riverside.csv", download.SuggestedFilename);
        var looks = lines.Where(line => line.Contains("patient.viewed", StringComparison.Ordinal));
        Assert.Contains(looks, line => line.Contains(alice.Id, StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("sign-in.", StringComparison.Ordinal));
        await page.PressAsync("Verify the chain");
        await page.GetByText("The log is whole").WaitForAsync();
    }

    [BrowserFact(DisplayName = "Profile and settings: … sessions, “who looked at my data” (access log)")]
    public async Task Who_looked()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextPatient();
        await erin.OpenAsync(alice);
        var name = await NameAsync(erin.Page);
        var phone = await running.PhoneAsync(chromium);
        await phone.SignInAsync(alice.AuthEmail!);
        await phone.Page.GotoAsync("/riverside/settings");
        await phone.Page.GetByRole(AriaRole.Link, new() { NameString = "Who looked at my data" }).ClickAsync();
        await Expect(phone.Page.Heading()).ToHaveTextAsync("Who looked at my data");
        var newest = phone.Page.Locator(".timeline li").First;
        await Expect(newest).ToContainTextAsync("Your details were looked at");
        await Expect(newest).ToContainTextAsync(name);
        await phone.Page.GetByRole(AriaRole.Link, new() { NameString = "Show everything" }).ClickAsync();
        await Expect(phone.Page.Locator(".timeline")).ToContainTextAsync("by you");
        await phone.Page.FitsAsync("access-log");
    }

    [BrowserFact(DisplayName =
        "Portal adoption picture: invited, activated, active in 30 days, by month; failed sign-ins; deliveries that bounced.")]
    public async Task Adoption()
    {
        var erin = await running.ErinAsync(chromium);
        var phone = await running.PhoneAsync(chromium);
        await phone.AskForCodeAsync(running.NextPatient().AuthEmail!);
        await phone.Page.GetByLabel("6-digit code").FillAsync("000000");
        await phone.Page.PressAsync("Sign in");
        await erin.Page.GotoAsync("/riverside/staff");
        await erin.Page.GetByRole(AriaRole.Link, new() { NameString = "Adoption" }).ClickAsync();
        await Expect(erin.Page.Heading()).ToHaveTextAsync("How the portal is taken up");
        await Expect(erin.Page.GetByRole(AriaRole.Img)).ToBeVisibleAsync();
        await Expect(erin.Card("Sign-ins that failed, last 30 days")).ToContainTextAsync("Wrong code");
        await Expect(erin.Card("Messages that did not arrive, last 30 days")).ToContainTextAsync("None");
        await erin.Page.GetByText("As a table").ClickAsync();
        await erin.Page.FitsAsync("staff-adoption");
    }

    // As the menu says who is signed in.
    private static Task<string> NameAsync(IPage page) => page.Locator(".whoami span").InnerTextAsync();
}
