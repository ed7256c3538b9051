using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>Ways in 3, 4, 6 and 7 of the product, section 4, by what people see. One portal for all.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class WaysInTests(Chromium chromium, RunningPortal running) : IClassFixture<RunningPortal>
{
    private PortalProcess Portal => running.Process;

    [BrowserFact(DisplayName = "Online registration (S1): form, emailed confirmation link, then in")]
    public async Task Somebody_new_registers_and_is_in()
    {
        var page = await chromium.OpenAsync(Portal.Address, Screen.Phone);
        await page.GotoAsync("/riverside/sign-in");
        await page.GetByRole(AriaRole.Link, new() { NameString = "Register", Exact = true }).ClickAsync();
        await page.FitsAsync("register");
        await page.PressAsync("Register");
        await Expect(page.Locator(".error-summary")).ToContainTextAsync("Enter your given name");
        await page.FitsAsync("register-errors");
        await RegisterAsync(page, "Nora", "Quillfeather", "nora.quillfeather@example.org");
        await Expect(page.Heading()).ToHaveTextAsync("Look into your mail");
        await page.FitsAsync("register-sent");
        await OpenLinkAsync(page, "nora.quillfeather@example.org");
        await page.FitsAsync("register-confirm");
        await page.PressAsync("Confirm my registration");
        await Expect(page.Heading()).ToContainTextAsync("Nora");
    }

    [BrowserFact(DisplayName = "duplicates of an existing patient are held for staff instead of creating a second record.")]
    public async Task Who_looks_like_a_patient_is_held_and_compared_by_staff()
    {
        var alice = running.NextPatient();
        var (given, family) = (alice.Name.Split(' ', 2)[0], alice.Name.Split(' ', 2)[1]);
        var page = await chromium.OpenAsync(Portal.Address, Screen.Phone);
        await page.GotoAsync("/riverside/register");
        await RegisterAsync(page, given, family, "someone.else@example.org", alice.BirthDate);
        await OpenLinkAsync(page, "someone.else@example.org");
        await page.PressAsync("Confirm my registration");
        await Expect(page.Heading()).ToHaveTextAsync("Thank you: we have your registration");
        await page.FitsAsync("register-received");

        var erin = (await running.ErinAsync(chromium)).Page;
        await erin.GotoAsync("/riverside/staff/registrations?stage=held");
        await erin.FitsAsync("staff-registrations");
        await erin.Locator("tbody th").GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(erin.Locator("table")).ToContainTextAsync("date of birth and a similar name");
        await erin.FitsAsync("staff-registration");
        await erin.Locator("button", new() { HasTextString = $"It is this patient: {alice.Name}" }).First.ClickAsync();
        await Expect(erin.Locator("main")).ToContainTextAsync("The invitation is on its way");
        await erin.FitsAsync("staff-registration-decided");
    }

    [BrowserFact(DisplayName = "Kiosk (S3): staff sign the patient in on a clinic tablet for intake forms only: no other page, no other "
        + "patient, no clinic data; ends on submit … and leaves nothing behind in the browser (Back shows nothing).")]
    public async Task A_tablet_shows_one_form_and_nothing_after_it()
    {
        var alice = running.NextPatient();
        var tablet = await StaffAsync();
        await tablet.GotoAsync("/riverside/staff/kiosk");
        await tablet.FitsAsync("staff-kiosk");
        await tablet.GotoAsync($"/riverside/staff/patients/{alice.Id}");
        await StartAsync(tablet, alice);
        await tablet.FitsAsync("kiosk");
        foreach (var typed in new[] { "/riverside/staff/patients", "/riverside", "/riverside/sign-in", "/riverside/staff/sign-in" })
        {
            await tablet.GotoAsync(typed);
            await Expect(tablet).ToHaveURLAsync(Portal.Address + "/riverside/kiosk");
        }

        await tablet.GoBackAsync();
        await Expect(tablet.Locator("body")).Not.ToContainTextAsync("Contact details");
        await tablet.GotoAsync("/riverside/kiosk");
        await tablet.GetByLabel("Allergies").FillAsync("Penicillin");
        await tablet.PressAsync("Hand in");
        await Expect(tablet.Locator(".error-summary")).ToContainTextAsync("Tick the box");
        Assert.Equal("Penicillin", await tablet.GetByLabel("Allergies").InputValueAsync());
        await tablet.GetByLabel("This is right").CheckAsync();
        await tablet.PressAsync("Hand in");
        await Expect(tablet.Heading()).ToHaveTextAsync("Thank you");
        await tablet.FitsAsync("kiosk-done");
        for (var back = 0; back < 6; back++)
        {
            await tablet.GoBackAsync(new() { WaitUntil = WaitUntilState.Load });
            if (!tablet.Url.Contains("/riverside", StringComparison.Ordinal)) break;
            await Expect(tablet.Locator("body")).Not.ToContainTextAsync(alice.Name.Split(' ')[0]);
            await Expect(tablet.Locator("textarea")).ToHaveCountAsync(0);
            Assert.DoesNotContain("Penicillin", await tablet.ContentAsync(), StringComparison.Ordinal);
        }

        var cookies = await tablet.Context.CookiesAsync();
        Assert.DoesNotContain(cookies, c => c.Name.StartsWith("portal-", StringComparison.Ordinal) && c.Name != "portal-form");
        var erin = (await running.ErinAsync(chromium)).Page;
        await erin.GotoAsync($"/riverside/staff/patients/{alice.Id}/forms");
        await erin.FitsAsync("staff-forms");
        var form = erin.Locator("main li a", new() { HasTextString = "Intake form" }).First;
        var response = await erin.GotoAsync((await form.GetAttributeAsync("href"))!);
        Assert.True(response!.Status == 200, $"{response.Status} {erin.Url}");
        await Expect(erin.Locator("main")).ToContainTextAsync("Penicillin");
        await erin.FitsAsync("staff-form");
    }

    [BrowserFact(DisplayName = "Kiosk … ends on submit, on 10 minutes idle or with a staff PIN")]
    public async Task It_ends_when_idle_and_with_the_pin()
    {
        var alice = running.NextPatient();
        var tablet = await StaffAsync();
        await StartAsync(tablet, alice);
        await tablet.GetByText("For staff: take the tablet back").ClickAsync();
        await tablet.FitsAsync("kiosk-leave");
        await tablet.GetByLabel("PIN").FillAsync("9999");
        await tablet.PressAsync("End the form");
        await Expect(tablet.Locator(".error-summary")).ToContainTextAsync("2 more tries");
        await tablet.GetByLabel("PIN").FillAsync("4712");
        await tablet.PressAsync("End the form");
        await Expect(tablet.Heading()).ToHaveTextAsync("This form is closed");
        await tablet.GetByText("Staff sign in").ClickAsync();
        await Expect(tablet.Heading()).ToHaveTextAsync("Staff sign-in");

        var other = await StaffAsync();
        await StartAsync(other, alice);
        await other.GetByLabel("Allergies").FillAsync("Latex");
        await Portal.AdvanceAsync(TimeSpan.FromMinutes(10));
        // The page closes by itself: nobody touches it.
        await Expect(other.Heading()).ToHaveTextAsync("This form is closed", new() { Timeout = 10_000 });
        Assert.DoesNotContain("Latex", await other.ContentAsync(), StringComparison.Ordinal);
        await other.FitsAsync("kiosk-closed");
    }

    [BrowserFact(DisplayName = "Direct URL (S2): the organisation's sign-in page, with a printable poster with its QR code.")]
    public async Task The_poster_is_printed_alone()
    {
        var erin = (await running.ErinAsync(chromium)).Page;
        await erin.GotoAsync("/riverside/staff/poster");
        await Expect(erin.Locator(".poster")).ToContainTextAsync("/riverside/sign-in");
        await Expect(erin.Locator(".poster .qr svg")).ToBeVisibleAsync();
        await erin.FitsAsync("staff-poster");
        await erin.EmulateMediaAsync(new() { Media = Media.Print });
        await Expect(erin.Locator(".poster")).ToBeVisibleAsync();
        await Expect(erin.GetByText("Print this page")).ToBeHiddenAsync();
        await Expect(erin.Locator("nav.side")).ToBeHiddenAsync();
        await erin.EmulateMediaAsync(new() { Media = Media.Screen });
        foreach (var paper in new[] { "A4", "Letter" })
        {
            var pdf = System.Text.Encoding.Latin1.GetString(await erin.PdfAsync(new() { Format = paper }));
            Assert.Equal(1, System.Text.RegularExpressions.Regex.Count(pdf, @"/MediaBox\b"));
        }
    }

    [BrowserFact(DisplayName = "Patient link (S0, S2): unique per patient, one purpose each (portal, book, questionnaire …)")]
    public async Task Links_lead_to_the_form_and_to_appointments()
    {
        var alice = running.NextPatient();
        var erin = (await running.ErinAsync(chromium)).Page;
        foreach (var (purpose, lands) in new[] { ("Questionnaire", "/riverside/questionnaires"), ("Booking", "/riverside/appointments") })
        {
            await erin.GotoAsync($"/riverside/staff/patients/{alice.Id}/access");
            await erin.GetByText("Make a link or QR code").ClickAsync();
            await erin.GetByLabel("Leads to").SelectOptionAsync(new SelectOptionValue { Label = purpose });
            await erin.PressAsync("Make link");
            var link = await erin.Locator("#new-link input").InputValueAsync();
            var page = await chromium.OpenAsync(Portal.Address, Screen.Phone);
            await page.GotoAsync(link);
            var since = await Portal.NowAsync();
            await page.PressAsync("Send me a code");
            await page.GetByLabel("6-digit code").FillAsync(await Portal.CodeAsync(alice.AuthEmail!, since));
            await page.PressAsync("Continue");
            await page.WaitForURLAsync("**" + lands);
            if (purpose == "Questionnaire") await page.FitsAsync("questionnaires");
            await Portal.AdvanceAsync(TimeSpan.FromSeconds(61));
        }
    }

    private static async Task RegisterAsync(IPage page, string given, string family, string email, DateOnly? born = null)
    {
        var birth = born ?? new DateOnly(1931, 5, 17);
        await page.GetByLabel("Given name").FillAsync(given);
        await page.GetByLabel("Family name").FillAsync(family);
        await page.GetByLabel("Day").FillAsync($"{birth.Day}");
        await page.GetByLabel("Month").FillAsync($"{birth.Month}");
        await page.GetByLabel("Year").FillAsync($"{birth.Year}");
        await page.GetByLabel("Email address").FillAsync(email);
        await page.GetByLabel("Street and house number").FillAsync("1 Mill Lane");
        await page.GetByLabel("Town or city").FillAsync("Riverside");
        await page.GetByLabel("Postal code").FillAsync("RV1 1AA");
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.PressAsync("Register");
    }

    private async Task OpenLinkAsync(IPage page, string email)
    {
        await Portal.MailAsync(email, DateTimeOffset.MinValue, m => m.Text.Contains("/register/", StringComparison.Ordinal));
        await page.GotoAsync("/dev/mailbox?to=" + Uri.EscapeDataString(email));
        await page.Locator("article a[href*='/register/']").First.ClickAsync();
        await page.WaitForURLAsync("**/register/*");
    }

    // Dana, on a browser of her own each time.
    private async Task<IPage> StaffAsync()
    {
        // An authenticator code is good once.
        await Portal.AdvanceAsync(TimeSpan.FromSeconds(31));
        var page = await chromium.OpenAsync(Portal.Address, Screen.Desktop);
        await new StaffPerson(Portal, page, Portal.Riverside, Portal.Riverside.Dana).SignInAsync();
        return page;
    }

    private static async Task StartAsync(IPage tablet, DemoPatient patient)
    {
        await tablet.GotoAsync($"/riverside/staff/kiosk?patient={patient.Id}");
        await tablet.GetByLabel("PIN to take the tablet back").FillAsync("4712");
        await tablet.PressAsync("Sign me out and start");
        await Expect(tablet.Heading()).ToHaveTextAsync($"Hello {patient.Name.Split(' ')[0]}");
    }
}
