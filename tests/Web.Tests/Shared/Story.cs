using System.Text.RegularExpressions;
using Portal.Grains.Shared;
using Portal.Silo.Development;
using Xunit;

namespace Portal.Web.Tests.Shared;

/// <summary>The ways in, through the pages.</summary>
public static partial class Story
{
    /// <summary>Asks for a code at the sign-in page.</summary>
    public static Task<Answer> AskForCodeAsync(this Browser browser, string credential, string organisation = "riverside",
        string query = "") =>
        browser.SubmitAsync($"/{organisation}/sign-in{query}", "sign-in", ("credential", credential));

    /// <summary>Asks for a code and reads it in the mailbox.</summary>
    public static async Task<string> CodeAsync(this PortalWeb web, Browser browser, DemoPatient patient, string organisation = "riverside",
        string query = "")
    {
        var answer = await browser.AskForCodeAsync(patient.AuthEmail!, organisation, query);
        Assert.Equal(303, answer.Code);
        return CodeIn((await web.MessageAsync(patient.AuthEmail!)).Text);
    }

    /// <summary>Signs a patient in; the answer to the right code.</summary>
    public static async Task<Answer> SignInAsync(this PortalWeb web, Browser browser, DemoPatient patient,
        string organisation = "riverside",
        string query = "")
    {
        var code = await web.CodeAsync(browser, patient, organisation, query);
        var answer = await browser.SubmitAsync($"/{organisation}/sign-in/code", "code", ("code", code));
        Assert.Equal(303, answer.Code);
        return answer;
    }

    /// <summary>Signs a staff member in, a minute later than whoever came before: an authenticator code works once.</summary>
    public static async Task<Browser> StaffAsync(this PortalWeb web, string name, string organisation = "riverside")
    {
        var (browser, staff) = (web.Browser(), web.Staff(name, organisation));
        web.Clock.Advance(TimeSpan.FromMinutes(1));
        var first = await browser.SubmitAsync($"/{organisation}/staff/sign-in", "staff", ("email", staff.Email), ("password",
            staff.Password));
        Assert.Equal($"/{organisation}/staff/sign-in/code", first.Location);
        var code = Totp.CodeAt(staff.TotpSecret, web.Clock.GetUtcNow());
        var second = await browser.SubmitAsync($"/{organisation}/staff/sign-in/code", "code", ("code", code));
        Assert.Equal($"/{organisation}/staff/patients", second.Location);
        return browser;
    }

    /// <summary>The six digits in a message.</summary>
    public static string CodeIn(string text) => SixDigits().Match(text) is { Success: true } match
        ? match.Value.Replace(" ", "", StringComparison.Ordinal)
        : throw new InvalidOperationException($"No code in the message: {text}");

    [GeneratedRegex(@"\b\d{3} ?\d{3}\b")]
    private static partial Regex SixDigits();
}
