using System.Text.RegularExpressions;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed partial class PasswordTests(PortalWeb web)
{
    private const string Good = "seven quiet lanterns hum";
    private const string Better = "copper otter under marble";

    [Fact]
    public async Task A_patient_sets_a_password_signs_in_with_it_and_changes_it()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        await web.SignInAsync(browser, alice);
        var set = await browser.SubmitAsync("/riverside/settings/password", "change", ("password", Good), ("repeated", Good));
        Assert.Equal("/riverside/settings/password?saved=1", set.Location);
        var other = web.Browser();
        Assert.Equal("/riverside", (await EnterAsync(other, alice.AuthEmail!, Good)).Location);
        Assert.Equal(200, (await other.GetAsync("/riverside/session")).Code);
        var wrong = await other.SubmitAsync(
            "/riverside/settings/password", "change", ("current", "not it"), ("password", Better), ("repeated", Better));
        Assert.Contains("That is not your current password", wrong.Body);
        var changed = await other.SubmitAsync(
            "/riverside/settings/password", "change", ("current", Good), ("password", Better), ("repeated", Better));
        Assert.Equal("/riverside/settings/password?saved=1", changed.Location);
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        Assert.Equal(200, (await other.GetAsync("/riverside/session")).Code);
    }

    [Theory]
    [InlineData("", "", "Enter a new password")]
    [InlineData("seven quiet lanterns hum", "seven quiet lanterns", "The two passwords are not the same")]
    [InlineData("short one", "short one", "Use at least 15 characters")]
    [InlineData("passwordpassword", "passwordpassword", "among the first passwords")]
    public async Task A_bad_choice_is_told_next_to_the_field(string password, string repeated, string message)
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        await web.SignInAsync(browser, alice);
        var answer = await browser.SubmitAsync("/riverside/settings/password", "change", ("password", password), ("repeated", repeated));
        Assert.Equal(200, answer.Code);
        Assert.Contains(message, answer.Body);
        Assert.DoesNotContain(password.Length == 0 ? "\0" : password, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_and_unknown_username_get_the_same_page()
    {
        var alice = web.NextPatient();
        var known = await EnterAsync(web.Browser(), alice.AuthEmail!, "not the password");
        var unknown = await EnterAsync(web.Browser(), "nobody-at-all@example.org", "not the password");
        Assert.Equal(known.Code, unknown.Code);
        Assert.Contains("The username or the password is wrong", known.Body);
        Assert.Equal(Stripped(known.Body, alice.AuthEmail!), Stripped(unknown.Body, "nobody-at-all@example.org"));
    }

    [Fact]
    public async Task Staff_make_a_temporary_password_which_the_patient_has_to_change()
    {
        var (dana, alice) = (await web.StaffAsync("dana"), web.NextPatient());
        var made = await dana.SubmitAsync($"/riverside/staff/patients/{alice.Id}/access", "make-password");
        var temporary = Temporary().Match(made.Body).Value;
        Assert.Equal(19, temporary.Length);
        var browser = web.Browser();
        Assert.Equal("/riverside/sign-in/new-password", (await EnterAsync(browser, alice.AuthEmail!, temporary)).Location);
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        var same = await browser.SubmitAsync(
            "/riverside/sign-in/new-password", "new-password", ("password", temporary), ("repeated", temporary));
        Assert.Contains("This is the temporary password", same.Body);
        var chosen = await browser.SubmitAsync("/riverside/sign-in/new-password", "new-password", ("password", Good), ("repeated", Good));
        Assert.Equal("/riverside", chosen.Location);
        Assert.Equal(200, (await browser.GetAsync("/riverside/session")).Code);
    }

    [Fact]
    public async Task A_forgotten_password_is_replaced_through_the_link_in_the_mail()
    {
        var alice = web.NextPatient();
        var browser = web.Browser();
        var asked = await ForgotAsync(browser, alice.AuthEmail!, alice.Registration.Contact.PostalCode);
        var path = Link().Match((await web.MessageAsync(alice.AuthEmail!)).Text).Value;
        Assert.Contains("Choose a new password", (await browser.GetAsync(path)).Body);
        var done = await browser.SubmitAsync(path, "reset", ("password", Good), ("repeated", Good));
        Assert.Equal("/riverside/sign-in/password?changed=1", done.Location);
        Assert.Contains("This link no longer works", (await browser.GetAsync(path)).Body);
        Assert.Equal("/riverside", (await EnterAsync(browser, alice.AuthEmail!, Good)).Location);
        var unknown = await ForgotAsync(web.Browser(), "nobody-here@example.org", "SW1A 1AA");
        Assert.Equal(Stripped(asked.Body, alice.AuthEmail!), Stripped(unknown.Body, "nobody-here@example.org"));
    }

    [Fact]
    public async Task Where_passwords_are_off_their_pages_lead_elsewhere()
    {
        var browser = web.Browser();
        Assert.Equal("/hilltop/sign-in", (await browser.GetAsync("/hilltop/sign-in/password")).Location);
        Assert.Equal("/hilltop/sign-in", (await browser.GetAsync("/hilltop/sign-in/forgot")).Location);
        Assert.DoesNotContain("password instead", (await browser.GetAsync("/hilltop/sign-in")).Body);
        Assert.Contains("password instead", (await browser.GetAsync("/riverside/sign-in")).Body);
    }

    private static Task<Answer> EnterAsync(Browser browser, string username, string password) => browser.SubmitAsync(
        "/riverside/sign-in/password", "password", ("username", username), ("password", password));

    private static Task<Answer> ForgotAsync(Browser browser, string email, string postalCode) => browser.SubmitAsync(
        "/riverside/sign-in/forgot", "forgot", ("email", email), ("postalCode", postalCode));

    // Form tokens and what was typed differ from page to page.
    private static string Stripped(string body, string typed) =>
        Token().Replace(body, "").Replace(typed, "", StringComparison.Ordinal);

    [GeneratedRegex("(?<=value=\")[a-z2-9]{4}(-[a-z2-9]{4}){3}(?=\")")]
    private static partial Regex Temporary();

    [GeneratedRegex("/riverside/reset/[A-Za-z0-9_-]+")]
    private static partial Regex Link();

    [GeneratedRegex("CfDJ8[A-Za-z0-9_-]+|nonce-?=?\"?[A-Za-z0-9+/=_-]+")]
    private static partial Regex Token();
}
