using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>What patients sign in with: rows of the product's sections 2 and 3.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class CredentialTests(Chromium chromium, RunningPortal running) : IClassFixture<RunningPortal>
{
    [BrowserFact(DisplayName = "The same email may sign in at two organisations; they know nothing of each other.")]
    public async Task Two_organisations()
    {
        var hilltop = running.Process.Demo.Single(people => people.Organisation == "hilltop");
        var there = hilltop.Patients.First(p => p is { Access: "can_access", AuthEmail: not null });
        var here = running.NextNewcomer();
        var erin = await running.ErinAsync(chromium);
        await erin.OpenAsync(here);
        await erin.SetCredentialAsync("Email", there.AuthEmail!);
        await erin.GiveAccessAsync();
        var phone = await running.PhoneAsync(chromium);
        await phone.SignInAsync(there.AuthEmail!);
        await Expect(phone.Page.Heading()).ToContainTextAsync(Given(here));
        var other = new PatientPerson(running.Process, phone.Page, hilltop);
        await other.SignInAsync(there.AuthEmail!);
        await Expect(phone.Page.Heading()).ToContainTextAsync(Given(there));
        await phone.Page.GotoAsync("/riverside");
        await Expect(phone.Page.Heading()).ToContainTextAsync(Given(here));
    }

    [BrowserFact(DisplayName = "Set by staff: marked unverified until the patient's first code succeeds; staff must tick “I have "
        + "verified this with the patient”. Clearing one removes that way in; clearing the last removes portal access and ends the "
        + "sessions.")]
    public async Task Set_verified_and_cleared()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextNewcomer();
        await erin.OpenAsync(alice);
        var card = erin.Card("Portal credentials");
        await card.Locator("summary", new() { HasTextString = "Email" }).ClickAsync();
        await card.GetByRole(AriaRole.Button, new() { NameString = "Set Email", Exact = true }).ClickAsync();
        await Expect(card.Locator(".error-summary")).ToBeVisibleAsync();
        await erin.OpenAsync(alice);
        var email = await erin.SetEmailAsync();
        await erin.GiveAccessAsync();
        await Expect(card).ToContainTextAsync("Unverified");
        var phone = await running.PhoneAsync(chromium);
        await phone.SignInAsync(email);
        await erin.OpenAsync(alice);
        await Expect(card).Not.ToContainTextAsync("Unverified");
        await card.Locator("summary", new() { HasTextString = "Email" }).ClickAsync();
        await Expect(card).ToContainTextAsync("It is the last one: access goes off and all sessions end");
        await card.GetByRole(AriaRole.Button, new() { NameString = "Clear Email" }).ClickAsync();
        await phone.Page.WaitForURLAsync("**/sign-in?ended=*");
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("No access");
        await phone.AskForCodeAsync(email);
        await Expect(phone.Page.GetByLabel("6-digit code")).ToBeVisibleAsync();
    }

    [BrowserFact(DisplayName = "Family members who share a mailbox each have a unique username (S1), and codes then go to the shared "
        + "mailbox only after the username says whose they are.")]
    public async Task A_shared_mailbox()
    {
        var erin = await running.ErinAsync(chromium);
        var family = running.Process.Riverside.Patients.Where(p => p is { Username: not null, AuthEmail: null }).Take(2).ToList();
        var mailbox = "";
        foreach (var member in family)
        {
            await erin.Page.GotoAsync($"/riverside/staff/patients/{member.Id}");
            var label = erin.Page.Locator("dt", new() { HasTextString = "Email" });
            var email = await label.Locator("xpath=following-sibling::dd").First.InnerTextAsync();
            Assert.True(mailbox.Length == 0 || mailbox == email.Trim(), $"{mailbox} and {email}");
            mailbox = email.Trim();
            await erin.OpenAsync(member);
            await erin.GiveAccessAsync();
        }

        foreach (var member in family)
        {
            var phone = await running.PhoneAsync(chromium);
            var since = await running.Process.NowAsync();
            await phone.AskForCodeAsync(member.Username!);
            await phone.EnterCodeAsync(mailbox, since, "Sign in");
            await phone.Page.WaitForURLAsync("**/riverside");
            await Expect(phone.Page.Heading()).ToContainTextAsync(Given(member));
        }
    }

    [BrowserFact(DisplayName = "A changed auth email or mobile: the old address is told, a code to the new one must succeed, open "
        + "sessions other than the one that made the change end, and it is in the audit log.")]
    public async Task Changed_by_the_patient()
    {
        var alice = running.NextPatient();
        var (phone, laptop) = (await running.PhoneAsync(chromium), await running.PhoneAsync(chromium));
        await laptop.SignInAsync(alice.AuthEmail!);
        await phone.SignInAsync(alice.AuthEmail!);
        await phone.Page.GotoAsync("/riverside/settings/credentials");
        await phone.Page.FitsAsync("settings-credentials");
        var (since, fresh) = (await running.Process.NowAsync(), $"new.{alice.AuthEmail}");
        await phone.Page.GetByLabel("New email address or mobile number").FillAsync(fresh);
        await phone.Page.PressAsync("Send me a code");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("Until you enter it nothing changes");
        await phone.Page.FitsAsync("settings-credentials-code");
        await phone.EnterCodeAsync(fresh, since, "Change");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync("We have told the old address");
        await Expect(phone.Page.Locator("main")).ToContainTextAsync(fresh);
        await laptop.Page.WaitForURLAsync("**/sign-in?ended=*");
        await running.Process.MailAsync(alice.AuthEmail!, since, mail => mail.Text.Contains("changed", StringComparison.OrdinalIgnoreCase));
        await phone.Page.GotoAsync("/riverside");
        await Expect(phone.Page.Heading()).ToContainTextAsync(Given(alice));
        var erin = await running.ErinAsync(chromium);
        await erin.Page.GotoAsync($"/riverside/staff/audit?about=credential&patient={alice.Id}");
        await Expect(erin.Page.Locator("tbody")).ToContainTextAsync("Credential changed");
    }

    [BrowserFact(DisplayName =
        "Staff see a warning that a change request may be an attack (S1); a second staff member's approval can be required.")]
    public async Task Approved_by_a_second()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextPatient();
        await erin.Page.GotoAsync("/riverside/staff/settings/authentication");
        await erin.Page.GetByLabel("A second staff member approves changes of credentials").CheckAsync();
        await erin.Page.PressAsync("Save");
        await erin.Page.GetByText("Saved.").WaitForAsync();
        await erin.OpenAsync(alice);
        var card = erin.Card("Portal credentials");
        await card.Locator("summary", new() { HasTextString = "Email" }).ClickAsync();
        await Expect(card).ToContainTextAsync("may come from somebody who is not the patient");
        await erin.SetCredentialAsync("Email", $"asked.{alice.AuthEmail}", change: true);
        await Expect(card).ToContainTextAsync($"asked.{alice.AuthEmail}");
        await erin.Page.FitsAsync("staff-credential-asked");
        var riverside = running.Process.Riverside;
        var dana = new StaffPerson(
            running.Process, await chromium.OpenAsync(running.Process.Address, Screen.Desktop), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.Page.GotoAsync("/riverside/staff/credential-requests");
        await dana.Page.FitsAsync("staff-credential-requests");
        await dana.OpenAsync(alice);
        await dana.Page.GetByRole(AriaRole.Button, new() { NameString = "Approve" }).ClickAsync();
        await dana.OpenAsync(alice);
        await Expect(dana.Card("Portal credentials")).ToContainTextAsync("Unverified");
        var phone = await running.PhoneAsync(chromium);
        await phone.SignInAsync($"asked.{alice.AuthEmail}");
    }

    [BrowserFact(DisplayName = "Access needs an email and a home postal/zip code on file (S1): refused with what is missing.")]
    public async Task Access_needs_what_is_on_file()
    {
        var erin = await running.ErinAsync(chromium);
        var alice = running.NextNewcomer();
        await erin.Page.GotoAsync($"/riverside/staff/patients/{alice.Id}/edit");
        await erin.Page.GetByLabel("Postal code").FillAsync("");
        await erin.Page.PressAsync("Save");
        await erin.Page.WaitForURLAsync("**?done=*");
        await erin.OpenAsync(alice);
        await Expect(erin.Page.Locator("main")).ToContainTextAsync("Access can't be given yet");
        await erin.Page.GetByRole(AriaRole.Button, new() { NameString = "Give access", Exact = true }).First.ClickAsync();
        await Expect(erin.Page.Locator(".error-summary").First).ToContainTextAsync("postal code");
    }

    private static string Given(DemoPatient patient) => patient.Name[..patient.Name.IndexOf(' ', StringComparison.Ordinal)];
}
