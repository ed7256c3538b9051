using System.Diagnostics;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>What people see when a way in is closed: while a page is open, and when they come back.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class ClosedDoorTests(Chromium chromium)
{
    /// <summary>Source: product, security, "open pages are closed within 5 seconds".</summary>
    private static readonly TimeSpan ClosesWithin = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan AfterThreeDays = new(3, 0, 0, 1);

    [BrowserFact(DisplayName = "block (S3: wins over everything, ends sessions, kills links and invitations)")]
    public async Task Blocking_a_patient_closes_the_open_page_within_five_seconds_and_refuses_the_way_back()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.OpenAsync(alice);
        var link = await dana.MakeLinkAsync();
        await Expect(dana.Page.Locator("figure.qr svg")).ToBeVisibleAsync();
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await phone.UseLinkAsync(link, alice.AuthEmail!);
        await Expect(phone.Page.Heading()).ToContainTextAsync("Hello");

        await dana.OpenAsync(alice);
        await dana.BlockAsync();
        var blocked = Stopwatch.StartNew();
        await phone.Page.WaitForURLAsync("**/sign-in?ended=*");
        Assert.InRange(blocked.Elapsed, TimeSpan.Zero, ClosesWithin);
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("You were signed out");
        await phone.Page.FitsAsync("signed-out-by-block");

        await phone.Page.GotoAsync(link);
        await Expect(phone.Page.GetByLabel("6-digit code")).ToHaveCountAsync(0);
        await phone.Page.FitsAsync("link-dead");
        await phone.Page.GotoAsync("/riverside/records");
        await Expect(phone.Page.Heading()).ToHaveTextAsync("Sign in");
    }

    [BrowserFact(DisplayName = "Patient link (S0, S2): … It names the patient; the code still proves who holds it. Opening it by a "
        + "mail scanner or link preview changes nothing: only a person's button press does.")]
    public async Task A_link_asks_for_a_press_of_a_button_and_a_code()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.OpenAsync(alice);
        var link = await dana.MakeLinkAsync();
        await dana.Page.FitsAsync("staff-link-made");
        var looked = await chromium.OpenAsync(portal.Address, Screen.Phone);
        await looked.GotoAsync(link);
        await looked.FitsAsync("link");
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone, scripts: false), riverside);
        await phone.UseLinkAsync(link, alice.AuthEmail!);
        await Expect(phone.Page.Heading()).ToContainTextAsync("Hello");
    }

    [BrowserFact(DisplayName = "Invitation (S3, S4): … Active 3 days; a reminder expires it")]
    public async Task An_invitation_is_expired_after_three_days_and_says_what_to_do()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "no_access", AuthEmail: null, Username: null });
        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.OpenAsync(alice);
        var email = await dana.InviteAsync();
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await phone.OpenInvitationAsync(email);
        await phone.Page.FitsAsync("invitation");
        await phone.GiveBirthDateAsync(alice.BirthDate.AddDays(1));
        await phone.Page.PressAsync("Send me a code");
        await Expect(phone.Page.Locator(".error-summary")).ToBeFocusedAsync();
        await phone.Page.FitsAsync("invitation-wrong-date");
        await phone.GiveBirthDateAsync(alice.BirthDate);
        await phone.Page.PressAsync("Send me a code");
        await Expect(phone.Page.GetByLabel("6-digit code")).ToBeVisibleAsync();
        await phone.Page.FitsAsync("invitation-code");

        await portal.AdvanceAsync(AfterThreeDays);
        await phone.OpenInvitationAsync(email);
        await Expect(phone.Page.Heading()).ToContainTextAsync("expired");
        await phone.Page.FitsAsync("invitation-expired");
    }

    [BrowserFact]
    public async Task Switching_the_portal_off_closes_open_pages_and_leaves_the_clinics_address()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await phone.SignInAsync(alice.AuthEmail!);
        var erin = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Erin);
        await erin.SignInAsync();
        await erin.Page.GotoAsync("/riverside/staff/settings/portal");
        await erin.Page.GetByLabel("Enable the patient portal").UncheckAsync();
        await erin.Page.PressAsync("Save");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("1 patient has a session now and will be signed out");
        await erin.Page.PressAsync("Save");
        await erin.Page.GetByText("Saved.").WaitForAsync();
        await phone.Page.WaitForURLAsync("**/not-enabled*");
        await Expect(phone.Page.Heading()).ToHaveTextAsync("The portal is not enabled");
        await phone.Page.FitsAsync("not-enabled");
        await phone.Page.GotoAsync("/riverside/sign-in");
        await Expect(phone.Page.Heading()).ToHaveTextAsync("The portal is not enabled");
    }

    [BrowserFact]
    public async Task The_first_key_skips_to_the_content_and_errors_get_the_focus()
    {
        await using var portal = await PortalProcess.StartAsync();
        var page = await chromium.OpenAsync(portal.Address, Screen.Desktop);
        await page.GotoAsync("/riverside/sign-in");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByText("Skip to main content")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("main")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("#credential")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".error-summary")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#credential")).ToBeFocusedAsync();
    }
}
