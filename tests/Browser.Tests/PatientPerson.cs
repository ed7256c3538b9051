using Microsoft.Playwright;

namespace Portal.Browser.Tests;

/// <summary>A patient with a phone: what they do, by what they see on the screen.</summary>
public sealed class PatientPerson(PortalProcess portal, IPage page, DemoPeople organisation)
{
    private string Root => $"/{organisation.Organisation}";

    public IPage Page => page;

    /// <summary>Opens the invitation from the mailbox, says when they were born, and enters the code; ends on the home page.</summary>
    public async Task AcceptInvitationAsync(string email, DateOnly birthDate)
    {
        await OpenInvitationAsync(email);
        await GiveBirthDateAsync(birthDate);
        var since = await portal.NowAsync();
        await page.PressAsync("Send me a code");
        await EnterCodeAsync(email, since, "Open my portal");
        await page.WaitForURLAsync("**" + Root);
    }

    /// <summary>Opens the newest invitation from the mailbox.</summary>
    public async Task OpenInvitationAsync(string email)
    {
        await portal.MailAsync(email, DateTimeOffset.MinValue, m => m.Text.Contains("/invitation/", StringComparison.Ordinal));
        await page.GotoAsync("/dev/mailbox?to=" + Uri.EscapeDataString(email));
        await page.Locator("article a[href*='/invitation/']").First.ClickAsync();
        await page.WaitForURLAsync("**/invitation/*");
    }

    /// <summary>Opens a link and enters the code; ends where the link leads.</summary>
    public async Task UseLinkAsync(string link, string email)
    {
        await page.GotoAsync(link);
        var since = await portal.NowAsync();
        await page.PressAsync("Send me a code");
        await EnterCodeAsync(email, since, "Continue");
        await page.WaitForURLAsync("**" + Root);
    }

    public async Task GiveBirthDateAsync(DateOnly date)
    {
        await page.GetByLabel("Day").FillAsync($"{date.Day}");
        await page.GetByLabel("Month").FillAsync($"{date.Month}");
        await page.GetByLabel("Year").FillAsync($"{date.Year}");
    }

    /// <summary>Signs in with an emailed code on the sign-in page.</summary>
    public async Task SignInAsync(string email)
    {
        var since = await portal.NowAsync();
        await AskForCodeAsync(email);
        await EnterCodeAsync(email, since, "Sign in");
        await page.WaitForURLAsync("**" + Root);
    }

    /// <summary>The first half of signing in; ends where the code is asked for.</summary>
    public async Task AskForCodeAsync(string email)
    {
        await page.GotoAsync($"{Root}/sign-in");
        await page.GetByLabel("Email address, mobile number or username").FillAsync(email);
        await page.PressAsync("Send me a code");
        await page.WaitForURLAsync("**/sign-in/code");
    }

    /// <summary>Opens the clinical records with one more code.</summary>
    public async Task OpenRecordsAsync(string email)
    {
        await page.GotoAsync($"{Root}/records");
        await page.WaitForURLAsync("**/elevate*");
        var since = await portal.NowAsync();
        await page.PressAsync("Send me a code");
        await EnterCodeAsync(email, since, "Open my records");
        await page.WaitForURLAsync("**/records");
    }

    /// <summary>Enters the code that was sent at or after a time, and presses a button.</summary>
    public async Task EnterCodeAsync(string email, DateTimeOffset since, string button)
    {
        await page.GetByLabel("6-digit code").FillAsync(await portal.CodeAsync(email, since));
        await page.PressAsync(button);
    }
}

/// <summary>Short words for what everybody does.</summary>
public static class Pages
{
    /// <summary>Presses the button with exactly these words, or that begins with them.</summary>
    public static Task PressAsync(this IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { NameString = button, Exact = true }).ClickAsync();

    /// <summary>What the main part of the page says.</summary>
    public static Task<string> MainAsync(this IPage page) => page.Locator("main").InnerTextAsync();

    /// <summary>The page's heading.</summary>
    public static ILocator Heading(this IPage page) => page.Locator("h1");
}
