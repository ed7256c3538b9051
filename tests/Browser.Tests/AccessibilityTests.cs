using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Every page, judged as <see cref="PageCheck"/> does.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class AccessibilityTests(Chromium chromium)
{
    [BrowserFact]
    public async Task Pages_of_people_who_are_not_signed_in_are_accessible()
    {
        await using var portal = await PortalProcess.StartAsync();
        var page = await chromium.OpenAsync(portal.Address, Screen.Desktop);
        foreach (var (name, address) in new[]
        {
            ("start", "/"), ("sign-in", "/riverside/sign-in"), ("sign-in-expired", "/riverside/sign-in?ended=expired"),
            ("sign-out", "/riverside/sign-out"), ("refused", "/riverside/refused"), ("refused-link", "/riverside/refused?why=ended"),
            ("not-enabled", "/riverside/not-enabled"), ("no-page", "/riverside/nothing-here"), ("no-clinic", "/nowhere/sign-in"),
            ("no-invitation", "/riverside/invitation/nothing"), ("no-link", "/riverside/link/nothing"),
            ("password", "/riverside/sign-in/password"), ("forgot", "/riverside/sign-in/forgot"), ("no-reset", "/riverside/reset/nothing"),
            ("staff-sign-in", "/riverside/staff/sign-in"), ("mailbox-empty", "/dev/mailbox"),
        })
        {
            await page.GotoAsync(address);
            await page.FitsAsync(name);
        }

        await page.GotoAsync("/riverside/sign-in");
        await page.PressAsync("Send me a code");
        await page.FitsAsync("sign-in-error");
    }

    [BrowserFact]
    public async Task Pages_of_a_patient_are_accessible()
    {
        await using var portal = await PortalProcess.StartAsync();
        var alice = portal.Riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), portal.Riverside);
        var since = await portal.NowAsync();
        await phone.AskForCodeAsync(alice.AuthEmail!);
        await phone.Page.FitsAsync("code");
        await phone.Page.PressAsync("Sign in");
        await phone.Page.FitsAsync("code-error");
        await phone.EnterCodeAsync(alice.AuthEmail!, since, "Sign in");
        await phone.Page.WaitForURLAsync("**/riverside");
        foreach (var name in new[] { "home", "appointments", "settings", "settings-password", "elevate" })
        {
            await phone.Page.GotoAsync("/riverside/" + (name == "home" ? "" : name.Replace('-', '/')));
            await phone.Page.FitsAsync(name);
        }

        await phone.OpenRecordsAsync(alice.AuthEmail!);
        await phone.Page.FitsAsync("records");
        await phone.Page.SetViewportSizeAsync(Screen.Phone.Width, Screen.Phone.Height);
        await phone.Page.GotoAsync("/riverside");
        await phone.Page.PressAsync("Menu");
        await Expect(phone.Page.Locator("nav.main")).ToBeVisibleAsync();
        await phone.Page.GetByRole(AriaRole.Link, new() { NameString = "Appointments", Exact = true }).ClickAsync();
        await phone.Page.WaitForURLAsync("**/appointments");
        await phone.Page.GotoAsync("/dev/mailbox");
        await phone.Page.FitsAsync("mailbox");
    }

    [BrowserFact]
    public async Task Pages_of_staff_are_accessible()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var erin = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Erin);
        await erin.GivePasswordAsync();
        await erin.Page.FitsAsync("staff-code");
        await erin.SignInAsync();
        var alice = riverside.Patients.First(p => p is { Access: "no_access", AuthEmail: null, Username: null });
        foreach (var (name, address) in new[]
        {
            ("staff-patients", "patients"), ("staff-nobody", "patients?q=zzzz"),
            ("staff-filters", "patients?test=with&sort=seen&way=down"), ("staff-new", "patients/new"),
            ("staff-duplicates", "patients/duplicates"), ("staff-find", "find?q=a"), ("staff-patient-audit", $"patients/{alice.Id}/audit"),
            ("staff-details", $"patients/{alice.Id}"),
            ("staff-audit", "audit"),
            ("staff-settings", "settings/portal"), ("staff-settings-authentication", "settings/authentication"),
            ("staff-settings-branding", "settings/branding"), ("staff-settings-logo", "settings/branding/logo"),
            ("staff-settings-end", "settings/authentication/end-sessions"),
        })
        {
            await erin.Page.GotoAsync("/riverside/staff/" + address);
            await erin.Page.FitsAsync(name);
        }

        await erin.OpenAsync(alice);
        await erin.SetEmailAsync();
        await erin.InviteAsync();
        await erin.GiveAccessAsync();
        await erin.MakeLinkAsync();
        await erin.Page.EvaluateAsync("document.querySelectorAll('details').forEach(part => part.open = true)");
        await erin.Page.FitsAsync("staff-access");
        var temporary = await erin.MakePasswordAsync();
        await erin.Page.FitsAsync("staff-access-password");
        var page = await chromium.OpenAsync(portal.Address, Screen.Desktop);
        var email = await erin.Card("Portal credentials").Locator(".mono").First.InnerTextAsync();
        await page.GotoAsync("/riverside/sign-in/password");
        await page.GetByLabel("Username").FillAsync(email);
        await page.GetByLabel("Password").FillAsync(temporary);
        await page.PressAsync("Sign in");
        await Expect(page.Heading()).ToHaveTextAsync("Choose a password of your own");
        await page.FitsAsync("new-password");
    }
}
