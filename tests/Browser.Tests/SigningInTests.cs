using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Codes, passwords and sessions: rows of the product's section 4.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class SigningInTests(Chromium chromium, RunningPortal running) : IClassFixture<RunningPortal>
{
    private const string Chosen = "four quiet herons wade";
    private const string ChosenAnew = "seven loud geese depart";

    [BrowserFact(DisplayName = "One-time code (S0, S2): email or mobile credential, a code, in. No password, no app.")]
    public async Task By_email_and_by_mobile()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextNewcomer();
        await erin.OpenAsync(alice);
        await erin.SetCredentialAsync("Mobile", "07700 900987");
        await erin.GiveAccessAsync();
        var phone = await running.PhoneAsync(chromium);
        var since = await running.Process.NowAsync();
        // As people write it; the code goes to the number as networks know it.
        await phone.AskForCodeAsync("(07700) 900-987");
        await phone.EnterCodeAsync("+447700900987", since, "Sign in");
        await phone.Page.WaitForURLAsync("**/riverside");
        await Expect(phone.Page.Heading()).ToContainTextAsync("Hello");
        var other = await running.PhoneAsync(chromium);
        await other.SignInAsync(running.NextPatient().AuthEmail!);
        await Expect(other.Page.Heading()).ToContainTextAsync("Hello");
    }

    [BrowserFact(DisplayName = "Username and password (S1, S3): … made by staff … with a temporary password that must be changed at first "
        + "sign-in. Forgotten password: the auth email and the home postal/zip code must match (S1), then a single-use link.")]
    public async Task By_password()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextPatient();
        await erin.Page.GotoAsync($"/riverside/staff/patients/{alice.Id}/edit");
        var postalCode = await erin.Page.GetByLabel("Postal code").InputValueAsync();
        await erin.OpenAsync(alice);
        var temporary = await erin.MakePasswordAsync();
        var page = (await running.PhoneAsync(chromium)).Page;
        await GiveAsync(page, alice.AuthEmail!, temporary);
        await Expect(page.Heading()).ToHaveTextAsync("Choose a password of your own");
        await ChooseAsync(page, Chosen, "Save and sign in");
        await page.WaitForURLAsync("**/riverside");

        var forgetful = (await running.PhoneAsync(chromium)).Page;
        var since = await running.Process.NowAsync();
        await forgetful.GotoAsync("/riverside/sign-in/forgot");
        await forgetful.GetByLabel("Email address").FillAsync(alice.AuthEmail!);
        await forgetful.GetByLabel("Postal code of your home").FillAsync(postalCode);
        await forgetful.PressAsync("Send me a link");
        await Expect(forgetful.Heading()).ToHaveTextAsync("Look into your mail");
        var mail = await running.Process.MailAsync(alice.AuthEmail!, since, m => m.Text.Contains("/reset/", StringComparison.Ordinal));
        var link = mail.Text[mail.Text.IndexOf("http", StringComparison.Ordinal)..].Split((char[]?)null, 2)[0];
        await forgetful.GotoAsync(link);
        await ChooseAsync(forgetful, ChosenAnew, "Save the password");
        // All devices were signed out, and the link is used up.
        await page.WaitForURLAsync("**/sign-in?ended=*");
        await forgetful.GotoAsync(link);
        await Expect(forgetful.Heading()).ToHaveTextAsync("This link no longer works");
        await GiveAsync(page, alice.AuthEmail!, Chosen);
        await Expect(page.Locator(".error-summary")).ToBeVisibleAsync();
        await GiveAsync(page, alice.AuthEmail!, ChosenAnew);
        await page.WaitForURLAsync("**/riverside");
    }

    [BrowserFact(DisplayName = "Patients see their sessions and devices and can end them.")]
    public async Task Sessions_and_devices()
    {
        var alice = running.NextPatient();
        var (phone, laptop) = (await running.PhoneAsync(chromium), await running.PhoneAsync(chromium));
        await laptop.SignInAsync(alice.AuthEmail!);
        await phone.SignInAsync(alice.AuthEmail!);
        await phone.Page.GotoAsync("/riverside/settings");
        await Expect(phone.Page.GetByText("This device")).ToBeVisibleAsync();
        await phone.Page.PressAsync("Sign out everywhere else");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("1 device is signed out");
        await laptop.Page.WaitForURLAsync("**/sign-in?ended=*");
        await phone.Page.GotoAsync("/riverside");
        await Expect(phone.Page.Heading()).ToContainTextAsync("Hello");
    }

    private static async Task GiveAsync(IPage page, string username, string password)
    {
        await page.GotoAsync("/riverside/sign-in/password");
        await page.GetByLabel("Username").FillAsync(username);
        await page.GetByLabel("Password").FillAsync(password);
        await page.PressAsync("Sign in");
    }

    private static async Task ChooseAsync(IPage page, string password, string button)
    {
        await page.GetByLabel("New password", new() { Exact = true }).FillAsync(password);
        await page.GetByLabel("New password again").FillAsync(password);
        await page.PressAsync(button);
    }
}
