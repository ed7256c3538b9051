using Portal.Grains.Shared;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>The authenticator app of a patient, by what they see.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class MfaTests(Chromium chromium)
{
    private static readonly TimeSpan NextCode = TimeSpan.FromSeconds(61);

    [BrowserFact(DisplayName = "MFA (S4): TOTP app with recovery codes; once set, required at sign-in.")]
    public async Task An_authenticator_app_is_set_up_and_asked_for_from_then_on()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await phone.SignInAsync(alice.AuthEmail!);
        var page = phone.Page;
        await page.GotoAsync("/riverside/settings/mfa");
        await page.FitsAsync("mfa-set-up");
        var secret = await page.GetByLabel("Or type this key").InputValueAsync();
        await page.GetByLabel("6-digit code").FillAsync("000000");
        await page.PressAsync("Switch on");
        await page.FitsAsync("mfa-wrong");
        Assert.Equal(secret, await page.GetByLabel("Or type this key").InputValueAsync());
        await page.GetByLabel("6-digit code").FillAsync(Totp.CodeAt(secret, await portal.NowAsync()));
        await page.PressAsync("Switch on");
        await Expect(page.Locator("ul.mono li")).ToHaveCountAsync(10);
        await page.FitsAsync("mfa-recovery-codes");
        var recovery = await page.Locator("ul.mono li").First.InnerTextAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByText("Download as a file").ClickAsync());
        Assert.Contains(recovery, await File.ReadAllTextAsync((await download.PathAsync())!));
        await page.GetByText("I have kept them").ClickAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("10 recovery codes");
        await page.FitsAsync("mfa-on");

        await portal.AdvanceAsync(NextCode);
        await page.PressAsync("Sign out");
        var since = await portal.NowAsync();
        await phone.AskForCodeAsync(alice.AuthEmail!);
        await phone.EnterCodeAsync(alice.AuthEmail!, since, "Sign in");
        await Expect(page.Heading()).ToHaveTextAsync("Authenticator code");
        await page.FitsAsync("sign-in-authenticator");
        await page.GetByLabel("6-digit code").FillAsync(Totp.CodeAt(secret, await portal.NowAsync()));
        await page.PressAsync("Sign in");
        await Expect(page.Heading()).ToContainTextAsync("Hello");

        await portal.AdvanceAsync(NextCode);
        await page.PressAsync("Sign out");
        since = await portal.NowAsync();
        await phone.AskForCodeAsync(alice.AuthEmail!);
        await phone.EnterCodeAsync(alice.AuthEmail!, since, "Sign in");
        await page.GetByText("You don't have your phone?").ClickAsync();
        await page.GetByLabel("Recovery code").FillAsync(recovery);
        await page.PressAsync("Sign in with a recovery code");
        await Expect(page.Heading()).ToContainTextAsync("Hello");
    }

    [BrowserFact(DisplayName = "Clinical elevation: reading clinical records needs a fresh code (or TOTP where MFA is set)")]
    public async Task Records_are_opened_with_the_authenticator_app_and_staff_take_a_lost_one_off()
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone), riverside);
        await phone.SignInAsync(alice.AuthEmail!);
        var page = phone.Page;
        await portal.AdvanceAsync(TimeSpan.FromMinutes(11));
        await page.GotoAsync("/riverside/settings/mfa");
        await page.FitsAsync("mfa-needs-proof");
        await page.GetByText("Go on").ClickAsync();
        await page.WaitForURLAsync("**/confirm?*");
        await page.ReloadAsync();
        await Expect(page.Heading()).ToHaveTextAsync("Confirm that it is you");
        await page.FitsAsync("confirm");
        var since = await portal.NowAsync();
        await page.PressAsync("Send me a code");
        await phone.EnterCodeAsync(alice.AuthEmail!, since, "Confirm");
        var secret = await page.GetByLabel("Or type this key").InputValueAsync();
        await page.GetByLabel("6-digit code").FillAsync(Totp.CodeAt(secret, await portal.NowAsync()));
        await page.PressAsync("Switch on");
        await portal.AdvanceAsync(NextCode);
        await page.GotoAsync("/riverside/records");
        await page.FitsAsync("elevate-authenticator");
        await page.GetByLabel("6-digit code").FillAsync(Totp.CodeAt(secret, await portal.NowAsync()));
        await page.PressAsync("Open my records");
        await Expect(page.Heading()).ToHaveTextAsync("Clinical records");

        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.OpenAsync(alice);
        var card = dana.Card("Authenticator app");
        await card.Locator("summary").ClickAsync();
        await card.GetByLabel("I have verified this").CheckAsync();
        await dana.Page.FitsAsync("staff-access-mfa");
        await dana.Page.PressAsync("Reset the authenticator app");
        await Expect(dana.Page.Locator("main")).ToContainTextAsync("The authenticator app is off");
        await page.WaitForURLAsync("**/sign-in?ended=*");
        await phone.SignInAsync(alice.AuthEmail!);
    }
}
