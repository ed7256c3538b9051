using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Registration;

/// <summary>Registering through the pages, without scripts.</summary>
[Collection(PortalCollection.Name)]
public sealed partial class RegistrationPageTests(PortalWeb web)
{
    [Fact]
    public async Task Somebody_new_registers_confirms_and_is_in()
    {
        var browser = web.Browser();
        var sent = await SendAsync(browser, "anna.new@example.org", "Anna");
        Assert.Contains("Look into your mail", sent.Body, StringComparison.Ordinal);
        var link = await LinkAsync("anna.new@example.org");
        var page = await browser.GetAsync(link);
        Assert.Equal(200, (await browser.SendAsync(new HttpRequestMessage(HttpMethod.Head, link))).Code);
        var operation = PortalWeb.HiddenFields(page.Body)["operation"];
        var pressed = await browser.SubmitAsync(page, link, "confirm", ("operation", operation));
        Assert.Equal((303, "/riverside"), (pressed.Code, pressed.Location));
        Assert.Contains("Anna", (await browser.GetAsync("/riverside")).Body, StringComparison.Ordinal);
        var stranger = web.Browser();
        Assert.Contains("no longer works", (await stranger.GetAsync(link)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_form_answers_the_same_for_addresses_of_patients_and_of_nobody()
    {
        var patient = web.NextPatient();
        var known = await SendAsync(web.Browser(), patient.AuthEmail!, "Zed");
        var unknown = await SendAsync(web.Browser(), "nobody.at.all@example.org", "Zed");
        Assert.Equal((known.Code, Without(known, patient.AuthEmail!)), (unknown.Code, Without(unknown, "nobody.at.all@example.org")));
        Assert.Equal(known.SetCookies.Count, unknown.SetCookies.Count);
        var names = known.Response.Headers.Select(h => h.Key).Order();
        Assert.Equal(names, unknown.Response.Headers.Select(h => h.Key).Order());
    }

    [Fact]
    public async Task Whoever_has_a_patients_address_is_held_and_told_no_reason()
    {
        var patient = web.NextPatient();
        var browser = web.Browser();
        await SendAsync(browser, patient.AuthEmail!, "Zed");
        var link = await LinkAsync(patient.AuthEmail!);
        var page = await browser.GetAsync(link);
        var pressed = await browser.SubmitAsync(page, link, "confirm", ("operation", PortalWeb.HiddenFields(page.Body)["operation"]));
        Assert.Equal("/riverside/register/received", pressed.Location);
        var received = await browser.GetAsync(pressed.Location);
        Assert.Contains("Thank you", received.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("already", received.Body, StringComparison.Ordinal);
        Assert.Equal(303, (await browser.GetAsync("/riverside/settings")).Code);
    }

    [Fact]
    public async Task What_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost()
    {
        var browser = web.Browser();
        var answer = await browser.SubmitAsync(
            "/riverside/register", "register", ("given", "Anna-Lena"), ("family", ""), ("born.day", "31"), ("born.month", "2"),
            ("born.year", "1990"), ("email", "anna@"), ("mobile", "07700 900321"), ("street", "1 Mill Lane"), ("operation", "x"));
        foreach (var (field, message) in new[]
        {
            ("family", "Enter your family name"), ("born", "Enter the date of birth as day, month and year"),
            ("email", "Enter your email address"), ("town", "Enter your town"), ("postcode", "Enter your postal code"),
            ("consent", "Tick the box"),
        })
        {
            Assert.Matches($"id=\"{field}-error\"[^>]*>.*{Regex.Escape(message)}", answer.Body);
        }

        foreach (var typed in new[] { "Anna-Lena", "31", "1990", "anna@", "07700 900321", "1 Mill Lane" })
            Assert.Contains($"value=\"{typed}\"", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_registration_is_off_the_page_says_so_and_takes_nothing()
    {
        var browser = web.Browser();
        var page = await browser.GetAsync("/hilltop/register");
        Assert.Contains("not open online", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("/hilltop/register", (await browser.GetAsync("/hilltop/sign-in")).Body, StringComparison.Ordinal);
        Assert.Contains("no longer works", (await browser.GetAsync($"/hilltop/register/{Tokens.New()}")).Body, StringComparison.Ordinal);
    }

    private static async Task<Answer> SendAsync(Browser browser, string email, string given)
    {
        var page = await browser.GetAsync("/riverside/register");
        return await browser.SubmitAsync(
            page, "/riverside/register", "register", ("operation", PortalWeb.HiddenFields(page.Body)["operation"]), ("given", given),
            ("family", "Quillfeather"), ("born.day", "17"), ("born.month", "5"), ("born.year", "1931"), ("email", email),
            ("street", "1 Mill Lane"), ("town", "Riverside"), ("postcode", "RV1 1AA"), ("consent", "true"));
    }

    private async Task<string> LinkAsync(string email) =>
        new Uri(Link().Match((await web.MessageAsync(email)).Text).Value).AbsolutePath;

    private static string Without(Answer answer, string email) =>
        Body().Match(answer.Body).Value.Replace(email, "", StringComparison.Ordinal);

    [GeneratedRegex(@"https?://\S+/register/\S+")]
    private static partial Regex Link();

    [GeneratedRegex("<main.*</main>", RegexOptions.Singleline)]
    private static partial Regex Body();
}
