using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>The settings of an organisation: product, section 1, row by row. One portal for all; each test leaves it as it was.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class SettingsTests(Chromium chromium, RunningPortal running) : IClassFixture<RunningPortal>
{
    private const string Portal = "/riverside/staff/settings/portal";
    private const string Authentication = "/riverside/staff/settings/authentication";
    private const string Branding = "/riverside/staff/settings/branding";

    // Where the last code was sent to.
    private string _lastAddress = "";

    private DemoPatient NextPatient => running.NextPatient();

    [BrowserFact(DisplayName = "Enable Patient Portal. Off: every portal link, invitation and session stops working at once, "
        + "sign-in shows a plain “not enabled” page with the clinic's contact details; turning it on again "
        + "revives links that have not expired. Sessions ended by it stay ended.")]
    public async Task Off_and_on_again()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = NextPatient;
        var phone = await SignedInAsync(alice);
        await erin.OpenAsync(alice);
        var link = await erin.MakeLinkAsync();
        await erin.Page.GotoAsync(Portal);
        await erin.Page.GetByLabel("Enable the patient portal").UncheckAsync();
        await erin.Page.PressAsync("Save");
        await Expect(erin.Page.Heading()).ToHaveTextAsync("Save these changes?");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("now and will be signed out");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("out and will not work while the portal is off");
        await erin.Page.FitsAsync("staff-settings-confirm");
        await erin.Page.PressAsync("Save");
        await erin.Page.GetByText("Saved.").WaitForAsync();
        await phone.Page.WaitForURLAsync("**/not-enabled*");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("Phone");
        await phone.Page.GotoAsync(link);
        await Expect(phone.Page.Heading()).ToHaveTextAsync("The portal is not enabled");

        await erin.Page.GetByLabel("Enable the patient portal").CheckAsync();
        await erin.Page.PressAsync("Save");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("not expired will work again");
        await erin.Page.PressAsync("Save");
        await erin.Page.GetByText("Saved.").WaitForAsync();
        await phone.Page.GotoAsync("/riverside");
        await Expect(phone.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/riverside/sign-in"));
        await phone.Page.GotoAsync(link);
        await Expect(phone.Page.GetByRole(AriaRole.Button, new() { NameString = "Send me a code" })).ToBeVisibleAsync();
    }

    [BrowserFact(DisplayName = "Portal sections visible to patients … A hidden section is gone from the menu and refused when "
        + "its address is typed.")]
    public async Task A_hidden_section_is_gone()
    {
        var erin = await running.ErinAsync(chromium);
        var phone = await SignedInAsync(NextPatient, Screen.Desktop);
        await Expect(phone.Page.GetByRole(AriaRole.Link, new() { NameString = "Clinical records", Exact = true })).ToBeVisibleAsync();
        await SetAsync(erin.Page, Portal, "Clinical records", on: false);
        await phone.Page.GotoAsync("/riverside");
        await Expect(phone.Page.GetByText("Clinical records")).ToHaveCountAsync(0);
        await phone.Page.GotoAsync("/riverside/records");
        await Expect(phone.Page.Heading()).ToHaveTextAsync("Page not found");
        await SetAsync(erin.Page, Portal, "Clinical records", on: true);
    }

    [BrowserFact(DisplayName = "Branding and customisation: portal name, logo, colours (refused when their contrast falls under "
        + "WCAG AA, with the measured ratio in the message), welcome message, contact information, address "
        + "shown or not. Preview before saving.")]
    public async Task Branding_is_previewed_and_saved()
    {
        var erin = await running.ErinAsync(chromium);
        var page = erin.Page;
        await page.GotoAsync(Branding);
        await page.GetByLabel("Colour").FillAsync("#ffcc00");
        await page.PressAsync("Save");
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("has a contrast of 1.51 to 1; it needs 4.5 to 1");
        await page.GetByLabel("Colour").FillAsync("#7a1fa2");
        await page.GetByLabel("Welcome message").FillAsync("Good to see you");
        await page.PressAsync("Preview");
        await Expect(page.Locator(".preview")).ToContainTextAsync("Good to see you");
        var button = page.Locator(".preview .button").First;
        Assert.Equal("rgb(122, 31, 162)", await button.EvaluateAsync<string>("b => getComputedStyle(b).backgroundColor"));
        await page.FitsAsync("staff-settings-preview");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Save", Exact = true }).First.ClickAsync();
        await page.GetByText("Saved.").WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { NameString = "Upload a logo" }).ClickAsync();
        var picture = new FilePayload { Name = "logo.png", MimeType = "image/png", Buffer = await PictureAsync(page) };
        await page.SetInputFilesAsync("#file", picture);
        await page.PressAsync("Upload and look at it");
        await Expect(page.Locator(".preview img.logo")).ToBeVisibleAsync();
        await page.FitsAsync("staff-settings-logo-preview");
        await page.PressAsync("Use this logo");
        await page.GetByText("Saved.").WaitForAsync();
        var visitor = await chromium.OpenAsync(running.Process.Address, Screen.Phone, scripts: false);
        await visitor.GotoAsync("/riverside/sign-in");
        Assert.True(await visitor.Locator("header img.logo").EvaluateAsync<bool>("i => i.naturalWidth === 120"));
        await Expect(visitor.Locator("footer")).ToContainTextAsync("Quay Street");
        await SetAsync(page, Branding, "Show the address on pages", on: false);
        await visitor.GotoAsync("/riverside/sign-in");
        await Expect(visitor.Locator("footer")).Not.ToContainTextAsync("Quay Street");
        await SetAsync(page, Branding, "Show the address on pages", on: true);
        await page.GotoAsync(Branding + "/logo");
        await page.PressAsync("Remove the logo");
        await page.GetByText("Saved.").WaitForAsync();
    }

    [BrowserFact(DisplayName = "Terminology: what the organisation calls its patients, practitioners and appointments, singular "
        + "and plural … Used on every page, message and help article.")]
    public async Task The_organisations_own_words()
    {
        var erin = await running.ErinAsync(chromium);
        await WordsAsync(erin.Page, "client", "clients");
        await Expect(erin.Page.GetByRole(AriaRole.Link, new() { NameString = "Clients", Exact = true })).ToBeVisibleAsync();
        await Expect(erin.Page.GetByRole(AriaRole.Link, new() { NameString = "Client portal", Exact = true })).ToBeVisibleAsync();
        var since = await running.Process.NowAsync();
        var phone = await SignedInAsync(NextPatient);
        await running.Process.MailAsync(
            _lastAddress, since, mail => mail.Text.Contains("as a client of", StringComparison.Ordinal));
        await phone.Page.GotoAsync("/riverside/staff/sign-in");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("Are you a client?");
        await WordsAsync(erin.Page, "patient", "patients");
    }

    [BrowserFact(DisplayName = "“Should the patient be able to activate portal without further confirmation” (S1): default for "
        + "patients added by hand.")]
    public async Task Who_is_added_by_hand_has_access_at_once()
    {
        var erin = await running.ErinAsync(chromium);
        const string Choice = "may use the portal without further confirmation";
        await SetAsync(erin.Page, Portal, Choice, on: true);
        await erin.Page.GotoAsync("/riverside/staff/patients/new");
        foreach (var (label, value) in new[]
        {
            ("Given name", "Zebedee"), ("Family name", "Quill"), ("Day", "3"), ("Month", "5"), ("Year", "1971"),
        })
        {
            await erin.Page.GetByLabel(label, new() { Exact = true }).FillAsync(value);
        }

        await erin.Page.Locator("#postcode").FillAsync("RV1 4AB");
        await erin.Page.Locator("#email").FillAsync("zebedee.quill@example.org");
        await erin.Page.PressAsync("Add patient");
        await Expect(erin.Page.Heading()).ToContainTextAsync("Zebedee Quill");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("Can access");
        await SetAsync(erin.Page, Portal, Choice, on: false);
    }

    [BrowserFact(DisplayName = "Require Appointment Confirmation (a Confirm button appears; unconfirmed is visible to staff) · "
        + "Allow Portal Cancellation · Allow Portal Rescheduling (a request that staff accept or decline; "
        + "the old slot stays held until then)")]
    public async Task Patients_confirm_cancel_and_ask_for_another_time()
    {
        var erin = await running.ErinAsync(chromium);
        var phone = await SignedInAsync(NextPatient);
        var page = phone.Page;
        while (true)
        {
            // Whoever has appointments to come.
            await page.GotoAsync("/riverside/appointments");
            if (await page.GetByRole(AriaRole.Link, new() { NameString = "Cancel" }).CountAsync() > 0) break;
            page = (await SignedInAsync(NextPatient)).Page;
        }

        await page.FitsAsync("appointments-acts");
        await page.GetByRole(AriaRole.Button, new() { NameString = "Confirm" }).First.ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("is confirmed");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Ask for another time" }).First.ClickAsync();
        await page.WaitForURLAsync("**/reschedule");
        await page.ReloadAsync();
        await page.FitsAsync("appointment-reschedule");
        await page.GetByLabel("When would suit you?").FillAsync("Friday mornings, please");
        await page.PressAsync("Ask for another time");
        await Expect(page.Locator("main")).ToContainTextAsync("This one is kept for you until the clinic answers");

        await erin.Page.GotoAsync("/riverside/staff/appointments");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("Not confirmed yet");
        await erin.Page.FitsAsync("staff-appointments");
        await erin.Page.GetByRole(AriaRole.Link, new() { NameString = "Answer" }).First.ClickAsync();
        await erin.Page.WaitForURLAsync("**/answer");
        await erin.Page.ReloadAsync();
        await erin.Page.FitsAsync("staff-appointment-answer");
        await erin.Page.PressAsync("Decline");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("Declined: the old time stays");
        await page.GotoAsync("/riverside/appointments");
        await Expect(page.Locator("main")).ToContainTextAsync("could not offer another time");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Cancel" }).Last.ClickAsync();
        await page.WaitForURLAsync("**/cancel");
        await page.ReloadAsync();
        await page.FitsAsync("appointment-cancel");
        await page.GetByLabel("Why do you cancel?").FillAsync("I am away");
        await page.PressAsync("Cancel the appointment");
        await Expect(page.Locator("main")).ToContainTextAsync("is cancelled");
    }

    [BrowserFact(DisplayName = "Time zone, currency, languages offered.")]
    public async Task Time_zone_currency_and_languages()
    {
        var erin = await running.ErinAsync(chromium);
        await erin.Page.GotoAsync(Portal);
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("English, the only one that pages and messages are written in");
        await erin.Page.GetByLabel("Currency").SelectOptionAsync("EUR");
        await erin.Page.GetByLabel("Time zone").SelectOptionAsync("Europe/Helsinki");
        await erin.Page.PressAsync("Save");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("to come will be shown at another time of day");
        await erin.Page.PressAsync("Go back");
        await Expect(erin.Page.GetByLabel("Currency")).ToHaveValueAsync("EUR");
        await erin.Page.GetByLabel("Time zone").SelectOptionAsync("Europe/London");
        await erin.Page.PressAsync("Save");
        await erin.Page.GetByText("Saved.").WaitForAsync();
        await Expect(erin.Page.GetByLabel("Currency")).ToHaveValueAsync("EUR");
    }

    [BrowserFact(DisplayName = "Verification methods: email code, mobile (SMS) code, password; at least one must stay on: "
        + "switching off the last is refused with a reason.")]
    public async Task The_last_method_stays_on()
    {
        var page = (await running.ErinAsync(chromium)).Page;
        await page.GotoAsync(Authentication);
        string[] methods = ["Code by email", "Code by SMS", "Username and password"];
        foreach (var method in methods) await page.GetByLabel(method).UncheckAsync();
        await page.PressAsync("Save");
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("without any nobody could get in");
        await page.FitsAsync("staff-settings-last-method");
        await page.GetByLabel("Code by SMS").CheckAsync();
        await page.PressAsync("Save");
        await Expect(page.Locator("main")).ToContainTextAsync("sign in by email only and could not get in any more");
    }

    [BrowserFact(DisplayName = "Session rules shown, and revocation: one patient's sessions, one elevation, everybody's.")]
    public async Task Revocation()
    {
        var erin = await running.ErinAsync(chromium);
        var (alice, bob) = (NextPatient, NextPatient);
        var phone = await SignedInAsync(alice);
        await phone.OpenRecordsAsync(alice.AuthEmail!);
        await erin.OpenAsync(alice);
        await erin.Card("Sessions").GetByRole(AriaRole.Button, new() { NameString = "Close records" }).ClickAsync();
        await phone.Page.WaitForURLAsync("**/elevate*");
        await erin.Card("Sessions").GetByRole(AriaRole.Button, new() { NameString = "End all sessions" }).ClickAsync();
        await phone.Page.WaitForURLAsync("**/sign-in*");

        var other = await SignedInAsync(bob);
        await erin.Page.GotoAsync(Authentication);
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("A session lasts 24 hours from signing in");
        await erin.Page.GetByRole(AriaRole.Link, new() { NameString = "End everybody's sessions" }).ClickAsync();
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("now and will be signed out");
        await erin.Page.PressAsync("End all sessions");
        await erin.Page.GetByText("Everybody's sessions are ended.").WaitForAsync();
        await other.Page.WaitForURLAsync("**/sign-in*");
    }

    private async Task<PatientPerson> SignedInAsync(DemoPatient patient, Screen? screen = null)
    {
        var page = await chromium.OpenAsync(running.Process.Address, screen ?? Screen.Phone);
        var phone = new PatientPerson(running.Process, page, running.Process.Riverside);
        _lastAddress = patient.AuthEmail!;
        await phone.SignInAsync(patient.AuthEmail!);
        return phone;
    }

    // Ticks or unticks, and confirms what is asked.
    private static async Task SetAsync(IPage page, string address, string label, bool on)
    {
        await page.GotoAsync(address);
        await page.GetByLabel(label).SetCheckedAsync(on);
        await page.PressAsync("Save");
        await page.Locator("h1").WaitForAsync();
        var saved = page.GetByText("Saved.");
        await saved.Or(page.GetByText("Save these changes?")).First.WaitForAsync();
        if (await saved.CountAsync() == 0) await page.PressAsync("Save");
        await saved.WaitForAsync();
    }

    private static async Task WordsAsync(IPage page, string one, string several)
    {
        await page.GotoAsync(Branding);
        await page.GetByLabel("Somebody who is treated").FillAsync(one);
        await page.GetByLabel("Several who are treated").FillAsync(several);
        await page.PressAsync("Save");
        await page.GetByText("Saved.").WaitForAsync();
    }

    // A picture that a browser has drawn.
    private static async Task<byte[]> PictureAsync(IPage page)
    {
        var data = await page.EvaluateAsync<string>("""
            () => {
              const canvas = document.createElement('canvas');
              canvas.width = 120; canvas.height = 40;
              const draw = canvas.getContext('2d');
              draw.fillStyle = '#7a1fa2'; draw.fillRect(0, 0, 120, 40);
              draw.fillStyle = '#fff'; draw.font = '28px sans-serif'; draw.fillText('RIVER', 14, 30);
              return canvas.toDataURL('image/png').split(',')[1];
            }
            """);
        return Convert.FromBase64String(data);
    }
}
