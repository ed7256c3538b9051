using Microsoft.Playwright;
using Portal.Grains.Shared;

namespace Portal.Browser.Tests;

/// <summary>A staff member at a desk: what they do, by what they see on the screen.</summary>
public sealed class StaffPerson(PortalProcess portal, IPage page, DemoPeople organisation, DemoStaff who)
{
    private string Root => $"/{organisation.Organisation}/staff";

    public IPage Page => page;

    /// <summary>Signs in with password and authenticator; ends at the list of patients.</summary>
    public async Task SignInAsync()
    {
        await GivePasswordAsync();
        await page.GetByLabel("6-digit code").FillAsync(Totp.CodeAt(who.TotpSecret, await portal.NowAsync()));
        await page.PressAsync("Sign in");
        await page.WaitForURLAsync("**/staff/patients");
    }

    /// <summary>The first half of signing in; ends where the code is asked for.</summary>
    public async Task GivePasswordAsync()
    {
        await page.GotoAsync($"{Root}/sign-in");
        await page.GetByLabel("Work email").FillAsync(who.Email);
        await page.GetByLabel("Password").FillAsync(who.Password);
        await page.PressAsync("Continue");
        await page.WaitForURLAsync("**/sign-in/code");
    }

    /// <summary>Finds a patient in the list by name and opens the tab Online access.</summary>
    public async Task FindAsync(DemoPatient patient)
    {
        await page.GotoAsync($"{Root}/patients");
        await page.GetByLabel("Name, date of birth, email, phone or id").FillAsync(patient.Name);
        await page.PressAsync("Search");
        var family = patient.Name[(patient.Name.IndexOf(' ') + 1)..];
        await page.Locator("tbody th").GetByRole(AriaRole.Link, new() { NameString = family }).First.ClickAsync();
        await page.WaitForURLAsync($"**/{patient.Id}/access");
    }

    /// <summary>Opens the tab Online access by its address.</summary>
    public Task OpenAsync(DemoPatient patient) => page.GotoAsync($"{Root}/patients/{patient.Id}/access");

    /// <summary>Sets the suggested email address as portal credential, and returns it.</summary>
    public async Task<string> SetEmailAsync()
    {
        var card = Card("Portal credentials");
        await card.Locator("summary", new() { HasTextString = "Email" }).ClickAsync();
        var email = await card.Locator("#value-email").InputValueAsync();
        await card.Locator("#confirmed-email").CheckAsync();
        await card.GetByRole(AriaRole.Button, new() { NameString = "Set Email", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**?done=*");
        return email;
    }

    /// <summary>Sets or changes a portal credential, or asks for that.</summary>
    public async Task SetCredentialAsync(string kind, string value, bool change = false)
    {
        var (card, name) = (Card("Portal credentials"), kind.ToLowerInvariant());
        var field = card.Locator($"#value-{name}");
        if (!await field.IsVisibleAsync()) await card.Locator("summary", new() { HasTextString = kind }).ClickAsync();
        await field.FillAsync(value);
        await card.Locator($"#confirmed-{name}").CheckAsync();
        await card.GetByRole(AriaRole.Button, new() { NameString = $"{(change ? "Change" : "Set")} {kind}", Exact = true }).ClickAsync();
        await page.WaitForURLAsync("**?done=*");
    }

    /// <summary>Sends the invitation to the contact email, and returns it.</summary>
    public async Task<string> InviteAsync()
    {
        var to = await page.GetByLabel("Send to").InputValueAsync();
        await page.PressAsync("Send invitation");
        await page.WaitForURLAsync("**?done=invited");
        return to;
    }

    /// <summary>Switches access on, unless setting a credential has done so.</summary>
    public async Task GiveAccessAsync()
    {
        var give = page.GetByRole(AriaRole.Button, new() { NameString = "Give access", Exact = true });
        if (await give.CountAsync() == 0) return;
        await give.ClickAsync();
        await page.WaitForURLAsync("**?done=given");
    }

    /// <summary>Makes a link to hand over, and returns its address; its QR code is on the page then.</summary>
    public async Task<string> MakeLinkAsync()
    {
        await page.GetByText("Make a link or QR code").ClickAsync();
        await page.PressAsync("Make link");
        return await page.Locator("#new-link input").InputValueAsync();
    }

    /// <summary>Makes a temporary password, and returns it.</summary>
    public async Task<string> MakePasswordAsync()
    {
        var card = Card("Password");
        if (!await card.GetByRole(AriaRole.Button, new() { NameString = "Make a temporary password" }).IsVisibleAsync())
            await card.Locator("summary").ClickAsync();
        await card.GetByRole(AriaRole.Button, new() { NameString = "Make a temporary password" }).ClickAsync();
        return await card.GetByLabel("Temporary password").InputValueAsync();
    }

    /// <summary>Blocks the patient whose tab is open.</summary>
    public async Task BlockAsync()
    {
        await page.GetByText("Block every way in").ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { NameString = "Why" }).FillAsync("The phone was stolen");
        await page.PressAsync("Block");
        await page.WaitForURLAsync("**?done=blocked");
    }

    /// <summary>The part of the page under a heading.</summary>
    public ILocator Card(string heading) =>
        page.Locator("section.card").Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { NameString = heading, Exact = true }) });
}
