using System.Diagnostics;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Caregivers, by what they, patients and staff see.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class CaregiverTests(Chromium chromium)
{
    private const string Bob = "bob@riverside.example.org";
    private static readonly TimeSpan ClosesWithin = TimeSpan.FromSeconds(5);

    [BrowserFact(DisplayName = "Caregivers (S0): one sign-in, many patients; each grant has its scope (appointments, billing, messages, "
        + "records), an optional end date, who gave it; switch patient without signing in again; audit shows who acted for whom.")]
    public async Task One_sign_in_acts_for_many_within_the_scope_of_each()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var bob = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        var page = bob.Page;
        var since = await portal.NowAsync();
        await bob.AskForCodeAsync(Bob);
        await bob.EnterCodeAsync(Bob, since, "Sign in");
        await page.WaitForURLAsync("**/acting");
        var alice = riverside.Patients[0];
        await page.GotoAsync("/riverside/appointments");
        await page.WaitForURLAsync("**/acting*");
        await page.FitsAsync("acting");
        await page.PressAsync($"Act for {alice.Name}");
        await Expect(page.Locator(".acting")).ToContainTextAsync($"You act for {alice.Name}");
        await page.ReloadAsync();
        await page.FitsAsync("home-acting");
        await page.GotoAsync("/riverside/appointments");
        await Expect(page.Heading()).ToContainTextAsync(alice.Name);
        // Out of scope: not in the menu, and refused when its address is typed.
        await Expect(page.GetByRole(AriaRole.Link, new() { NameString = "Clinical records" })).ToHaveCountAsync(0);
        Assert.Equal(404, (await page.GotoAsync("/riverside/records"))!.Status);
        Assert.Equal(404, (await page.GotoAsync("/riverside/elevate"))!.Status);
        await page.GotoAsync("/riverside/acting");
        var child = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Act for .* Fairweather$") });
        await child.ClickAsync();
        await Expect(page.Locator(".acting")).ToContainTextAsync("Fairweather");
        await page.GotoAsync("/riverside/records");
        await Expect(page.Heading()).ToHaveTextAsync("Open your clinical records");
        await portal.AdvanceAsync(TimeSpan.FromSeconds(61));
        since = await portal.NowAsync();
        await page.PressAsync("Send me a code");
        await bob.EnterCodeAsync(Bob, since, "Open my records");
        await Expect(page.Heading()).ToHaveTextAsync("Clinical records");

        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.Page.GotoAsync($"/riverside/staff/patients/{alice.Id}/relationships");
        await Expect(dana.Page.Locator("main")).ToContainTextAsync("Bob Carter");
        await dana.Page.EvaluateAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
        await dana.Page.FitsAsync("staff-relationships");
        await page.GotoAsync("/riverside/acting");
        await page.PressAsync($"Act for {alice.Name}");
        await Expect(page.Locator(".acting")).ToContainTextAsync(alice.Name);
        await page.GotoAsync("/riverside/appointments");
        await dana.Page.PressAsync("End for Bob Carter");
        var ended = Stopwatch.StartNew();
        await page.WaitForURLAsync("**/acting*");
        Assert.InRange(ended.Elapsed, TimeSpan.Zero, ClosesWithin);
        await Expect(page.Locator("main")).Not.ToContainTextAsync(alice.Name);
    }

    [BrowserFact(DisplayName = "My relationships (S4): who may see what of whom")]
    public async Task A_patient_sees_who_acts_for_them_and_ends_it_and_staff_invite_another()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients[0];
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await phone.SignInAsync(alice.AuthEmail!);
        await phone.Page.GotoAsync("/riverside/relationships");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("Bob Carter");
        await phone.Page.FitsAsync("relationships");
        await phone.Page.PressAsync("End Bob Carter's right to act for you");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("can no longer act for you");

        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        var page = dana.Page;
        await page.GotoAsync($"/riverside/staff/patients/{alice.Id}/relationships");
        await page.PressAsync("Let them act");
        await page.FitsAsync("staff-relationships-error");
        await page.GetByLabel("Their email").FillAsync("carol@example.org");
        await page.GetByLabel("Given name").FillAsync("Carol");
        await page.GetByLabel("Family name").FillAsync("Dean");
        await page.GetByLabel("Day", new() { Exact = true }).FillAsync("2");
        await page.GetByLabel("Month", new() { Exact = true }).FillAsync("3");
        await page.GetByLabel("Year", new() { Exact = true }).FillAsync("1980");
        await page.GetByLabel("Messages").CheckAsync();
        await page.GetByLabel("I have verified this").CheckAsync();
        await page.PressAsync("Let them act");
        await Expect(page.Locator("main")).ToContainTextAsync("once they have accepted the invitation");
        var carol = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await carol.OpenInvitationAsync("carol@example.org");
        await carol.GiveBirthDateAsync(new DateOnly(1980, 3, 2));
        var since = await portal.NowAsync();
        await carol.Page.PressAsync("Send me a code");
        await carol.EnterCodeAsync("carol@example.org", since, "Open my portal");
        await carol.Page.WaitForURLAsync("**/acting");
        await Expect(carol.Page.Locator("main")).ToContainTextAsync(alice.Name);
        await Expect(carol.Page.Locator("main")).ToContainTextAsync("Messages");
    }
}
