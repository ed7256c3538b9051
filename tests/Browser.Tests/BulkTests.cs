using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Work on many patients at once, by what staff see.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed partial class BulkTests(Chromium chromium) : IAsyncLifetime
{
    private PortalProcess? _portal;

    private PortalProcess Portal => _portal!;

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        if (Chromium.IsAsked) _portal = await PortalProcess.StartAsync();
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        if (_portal is not null) await _portal.DisposeAsync();
    }

    [BrowserFact(DisplayName = "add, import (CSV with dry run and per-row errors; FHIR R4 bundle)")]
    public async Task A_file_is_checked_first_and_then_imported()
    {
        var erin = await ErinAsync();
        var page = erin.Page;
        await page.GotoAsync("/riverside/staff/import");
        await page.FitsAsync("import");
        await UploadAsync(page, "people.csv", "\uFEFF" + """
            Chart no;Surname;First name;DOB;E-mail;Postcode
            1;Zzyzx;Wanda;1984-05-17;wanda@zzyzx.example;RV1 4AB
            2;Zzyzx;"Will
            Henry";23/11/1959;;RV1 4AB
            3;Zzyzx;;2001-02-28;;
            4;Zzyzx;Wim;yesterday;;
            1;Zzyzx;Wanda;1984-05-17;wanda@zzyzx.example;RV1 4AB
            """);
        await Expect(page.Locator("#columns")).ToHaveTextAsync("Which column is which?");
        await page.FitsAsync("import-columns");
        await page.PressAsync("Check the rows");
        await Expect(page.Locator("main")).ToContainTextAsync("Ready to begin");
        await page.FitsAsync("import-ready");
        await Expect(page.Locator("main")).ToContainTextAsync("The date of birth is no date that can be read");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download those left out").ClickAsync());
        var errors = await File.ReadAllTextAsync((await download.PathAsync())!);
        Assert.Contains("\"3\",\"\",\"\",\"3\",\"Zzyzx\",\"\"", errors);
        Assert.Contains("The same person as row 1", errors);
        await page.GotoAsync("/riverside/staff/patients?q=zzyzx");
        await Expect(page.Locator("main")).ToContainTextAsync("Nobody found");
        await page.GoBackAsync();
        await page.PressAsync("Import 2 patients");
        await Expect(page.Locator("main")).ToContainTextAsync("Imported");
        await Expect(page.Locator("#progress ~ .badge")).ToHaveTextAsync("Done");
        await page.FitsAsync("import-done");
        await page.GotoAsync("/riverside/staff/patients?q=zzyzx");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(2);

        await UploadAsync(page, "bundle.json", """
            {"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"fhir-1",
            "name":[{"family":"Zzyzx","given":["Fhiona"]}],"birthDate":"1970-01-01",
            "telecom":[{"system":"email","value":"f@zzyzx.example"}]}}]}
            """);
        await page.PressAsync("Import 1 patient");
        await Expect(page.Locator("#progress ~ .badge")).ToHaveTextAsync("Done");
        await page.GotoAsync("/riverside/staff/patients?q=fhiona");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
    }

    [BrowserFact(DisplayName = "Onboarding tool (S1, S2): filter, select many (or all that match), set access, invite, send link; "
        + "progress, per-patient outcome, resumable after a crash, nobody invited twice; re-invite after expiry.")]
    public async Task Many_are_invited_exactly_once_although_the_portal_is_killed_twice()
    {
        const int People = 2_000;
        var erin = await ErinAsync();
        var page = erin.Page;
        var rows = Enumerable.Range(1, People).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"m{i},Max{i},Qqfamily,1990-01-01,max{i}@qq.example,RV1 4AB"));
        await UploadAsync(page, "many.csv", "id,given,family,dob,email,postcode\n" + string.Join('\n', rows));
        await page.PressAsync("Check the rows");
        await page.PressAsync("Import 2000 patients");
        await Portal.KillAsync();
        await Portal.StartAgainAsync();
        await DoneAsync(page, "Imported", People);

        await page.GotoAsync("/riverside/staff/onboarding?q=qqfamily");
        await page.FitsAsync("onboarding");
        await page.PressAsync("Check first");
        await page.FitsAsync("onboarding-error");
        await page.GetByLabel("All 2000 that match").CheckAsync();
        await page.GetByLabel("Give access").CheckAsync();
        await page.GetByLabel("Invite by email").CheckAsync();
        await page.PressAsync("Check first");
        await Expect(page.Locator("main")).ToContainTextAsync("Ready to begin");
        await page.FitsAsync("onboarding-ready");
        await page.PressAsync("Give access, invite: 2000 patients");
        await Expect(page.Locator("progress")).ToHaveAttributeAsync("data-stage", "Running");
        await Portal.KillAsync();
        await Portal.StartAgainAsync();
        await DoneAsync(page, "Done", People);
        await page.FitsAsync("onboarding-done");
        foreach (var one in new[] { 1, 256, 257, 1_000, People })
            Assert.Equal(1, await InvitationsAsync(one));

        await page.GotoAsync("/riverside/staff/onboarding?q=max1+qqfamily");
        await page.GetByLabel("Qqfamily, Max1", new() { Exact = true }).CheckAsync();
        await page.GetByLabel("Invite by email").CheckAsync();
        await page.PressAsync("Check first");
        await Expect(page.Locator("main")).ToContainTextAsync("Invited, not expired");
    }

    [BrowserFact(DisplayName = "Credentials tab: searchable table of all patients with credentials: name, each credential with its "
        + "verified state and when, last sign-in; a side panel to view, add (unverified), clear.")]
    public async Task Credentials_of_all_are_found_and_changed_beside_the_table()
    {
        var erin = await ErinAsync();
        var page = erin.Page;
        var alice = Portal.Riverside.Patients.First(p => p is { AuthEmail: not null });
        await page.GotoAsync("/riverside/staff/settings/credentials");
        await page.FitsAsync("credentials");
        await page.GetByLabel("Name, date of birth, credential or id").FillAsync(alice.AuthEmail!);
        await page.PressAsync("Search");
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.Locator("tbody th a").ClickAsync();
        await Expect(page.Locator("aside#panel")).ToContainTextAsync(alice.AuthEmail!);
        await page.ReloadAsync();
        await page.FitsAsync("credentials-panel");
        await page.Locator("aside summary", new() { HasTextString = "Username" }).ClickAsync();
        await page.Locator("#value-username").FillAsync("alice.of.the.panel");
        await page.Locator("#confirmed-username").CheckAsync();
        await page.Locator("form").Filter(new() { Has = page.Locator("#value-username") }).Locator("button").ClickAsync();
        await Expect(page.Locator("tbody")).ToContainTextAsync("alice.of.the.panel");
        await Expect(page.Locator("aside#panel")).ToContainTextAsync("Unverified");
        await page.Locator("aside summary", new() { HasTextString = "Username" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { NameString = "Clear Username" }).ClickAsync();
        await Expect(page.Locator("tbody")).Not.ToContainTextAsync("alice.of.the.panel");
    }

    [BrowserFact(DisplayName = "Backfill: scan all patients and promote contact email / mobile that are unique in the organisation to "
        + "portal credentials (unverified). Dry run first; a report of promoted, already set, shared by several (listed), invalid. "
        + "Progress shown; safe to run twice; never takes a credential from anyone.")]
    public async Task Contact_details_become_credentials_after_a_dry_run()
    {
        var erin = await ErinAsync();
        var page = erin.Page;
        await page.GotoAsync("/riverside/staff/settings/credentials/backfill");
        await page.FitsAsync("backfill");
        await page.PressAsync("Scan");
        await Expect(page.Locator("main")).ToContainTextAsync("Ready to begin");
        await page.FitsAsync("backfill-ready");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Make \\d+ credentials$") }).ClickAsync();
        await Expect(page.Locator("#progress ~ .badge")).ToHaveTextAsync("Done");
        await Expect(page.Locator("main")).ToContainTextAsync("Promoted");
        await page.FitsAsync("backfill-done");
        await page.GotoAsync("/riverside/staff/settings/credentials/backfill");
        await page.PressAsync("Scan");
        await Expect(page.Locator("main")).ToContainTextAsync("There is nothing to do");
    }

    private async Task<StaffPerson> ErinAsync()
    {
        var page = await chromium.OpenAsync(Portal.Address, Screen.Desktop);
        var erin = new StaffPerson(Portal, page, Portal.Riverside, Portal.Riverside.Erin);
        await erin.SignInAsync();
        return erin;
    }

    private static async Task UploadAsync(IPage page, string name, string text)
    {
        await page.GotoAsync("/riverside/staff/import");
        await page.Locator("#file").SetInputFilesAsync(new FilePayload
        {
            Name = name,
            MimeType = "application/octet-stream",
            Buffer = Encoding.UTF8.GetBytes(text),
        });
        await page.PressAsync("Read the file");
        await page.WaitForURLAsync("**/staff/import/b-*");
    }

    // A batch goes on by itself within a minute of the start; its page, and the clock, bring that forward.
    private async Task DoneAsync(IPage page, string outcome, int rows)
    {
        for (var look = 0; look < 60; look++)
        {
            await Portal.AdvanceAsync(TimeSpan.FromSeconds(10));
            await page.ReloadAsync();
            if (await page.Locator("#progress ~ .badge").InnerTextAsync() == "Done") break;
            await page.WaitForTimeoutAsync(500);
        }

        await Expect(page.Locator(".summary > div", new() { HasTextString = outcome }).Locator("dd").First)
            .ToHaveTextAsync(rows.ToString("N0", CultureInfo.InvariantCulture));
    }

    private async Task<int> InvitationsAsync(int person)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"max{person}@qq.example");
        await Portal.MailAsync(address, DateTimeOffset.MinValue, _ => true);
        using var http = new HttpClient();
        return Subjects().Count(await http.GetStringAsync($"{Portal.Address}/dev/mailbox.json?to={address}"));
    }

    [GeneratedRegex("\"subject\":")]
    private static partial Regex Subjects();
}
