using System.Net;
using System.Text;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Hosting;

/// <summary>
/// What nobody types into the forms of an invitation, of the settings and of a patient's online access, but somebody sends: a message
/// stands next to the field, what was typed stays in it, and nothing changes.
/// </summary>
[Collection(PortalCollection.Name)]
public sealed class AbsurdFormTests(PortalWeb web)
{
    private const string Token = "__RequestVerificationToken";
    private const string Portal = "/riverside/staff/settings/portal";
    private const string Authentication = "/riverside/staff/settings/authentication";
    private const string Branding = "/riverside/staff/settings/branding";

    /// <summary>Texts that are text, and no answer to anything.</summary>
    public static readonly IReadOnlyList<string> Texts =
    [
        "\u202Eexample.org@alice", "\u2066\u2067alice\u2069", "al\u200Bice@example.org", "\uFEFF", "\u034F",
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>", "'; DROP TABLE patients; --", "{{7*7}}", "\U0001F600\U0001F600", "\uE000",
        "e" + string.Concat(Enumerable.Repeat("\u0301\u0302", 500)), new string('9', 20_000), new string('a', 20_000),
        "-1", "1e9", "٣", "NaN", "2026-13-45", "a\tb",
    ];

    /// <summary>Escapes that stand for no text: the whole form is refused before anybody reads it.</summary>
    private static readonly string[] NoText = ["a%00b", "%ff%fe", "%ED%A0%80", "%C0%AF", "%", "%zz", "%ud800", "%7f", "%1b"];

    private static readonly Form[] StaffForms =
    [
        new("block", "reason", Typed: t => t is "-1" or "1e9" or "٣" or "NaN" or "2026-13-45" || t.StartsWith('<') || t.StartsWith('"')
            || t.StartsWith('\'') || t.StartsWith('{') || t.StartsWith("\U0001F600", StringComparison.Ordinal)),
        new("set-email", "value-email", ("confirmed", "true")),
        new("set-mobile", "value-mobile", ("confirmed", "true")),
        new("set-username", "value-username", ("confirmed", "true")) { Typed = t => t is "1e9" or "NaN" or "-1" or "2026-13-45" },
        new("invite", "address"),
        new("link", "days", ("purpose", "Portal"), ("delivery", "ByHand")),
        new("link", "purpose", ("days", "7"), ("delivery", "ByHand")) { Keeps = false },
        new("link", "delivery", ("days", "7"), ("purpose", "Portal")) { Keeps = false },
    ];

    [Fact]
    public async Task A_date_of_birth_that_is_none_is_refused_next_to_its_fields_and_costs_no_try()
    {
        var (path, browser) = (await InvitationAsync(), web.Browser());
        await web.AssertUnchangedAsync(async () =>
        {
            foreach (var (typed, field) in Each(Texts, "day", "month", "year"))
            {
                (string, string)[] fields =
                [
                    ("birthDate.day", field == "day" ? typed : "27"), ("birthDate.month", field == "month" ? typed : "3"),
                    ("birthDate.year", field == "year" ? typed : "1985"),
                ];
                AssertRefused(await browser.SubmitAsync(path, "who", fields), "birthDate", typed, keeps: true);
            }
        });
    }

    [Fact]
    public async Task Absurd_text_in_the_settings_is_refused_next_to_its_field_and_changes_nothing()
    {
        var erin = await web.StaffAsync("erin");
        var pages = new Dictionary<string, Answer>();
        foreach (var path in new[] { Portal, Authentication, Branding }) pages[path] = await erin.GetAsync(path);
        var unseen = Texts.Where(t => t.Length > 1_000 || t.Any(IsHidden) || t[0] == '\uE000').ToList();
        await web.AssertUnchangedAsync(async () =>
        {
            foreach (var (path, texts, fields) in new (string, IReadOnlyList<string>, string[])[]
            {
                (Portal, Texts, ["TimeZone", "Country", "Currency"]),
                (Authentication, Texts, ["IdleLimit", "Lifetime", "SendSpacing"]), (Branding, Texts, ["AccentColour"]),
                (Branding, unseen, ["PortalName", "WelcomeMessage", "Phone", "Email", "Address", "Patient", "Practitioners"]),
            })
            {
                foreach (var (typed, field) in Each(texts, fields))
                    AssertRefused(await erin.FillAsync(pages[path], path, "settings", (field, typed)), field, typed.Trim(), keeps: true);
            }
        });
    }

    [Theory]
    [InlineData("Lifetime", "11")]
    [InlineData("GuessesPerChallenge", "6")]
    [InlineData("GuessesPerHour", "0")]
    [InlineData("GuessesPerDay", "21")]
    [InlineData("SendSpacing", "0")]
    [InlineData("SendsPerHour", "6")]
    [InlineData("SendsPerDay", "2147483648")]
    public async Task Limits_of_codes_are_never_loosened(string field, string typed)
    {
        var erin = await web.StaffAsync("erin");
        await web.AssertUnchangedAsync(async () => AssertRefused(
            await erin.FillAsync(Authentication, "settings", (field, typed)), field, typed, keeps: true));
    }

    [Fact]
    public async Task Absurd_text_about_a_patient_is_refused_next_to_its_field_and_changes_nothing()
    {
        var (dana, alice) = (await web.StaffAsync("dana"), web.NextPatient());
        var path = $"/riverside/staff/patients/{alice.Id}/access";
        var page = await dana.GetAsync(path);
        await web.AssertUnchangedAsync(async () =>
        {
            foreach (var form in StaffForms)
            {
                foreach (var typed in Texts.Where(t => form.Typed?.Invoke(t) != true))
                {
                    var answer = await dana.SubmitAsync(page, path, form.Name, [(form.Field, typed), .. form.Others]);
                    AssertRefused(answer, form.Field, typed, form.Keeps);
                }
            }
        });
    }

    [Fact]
    public async Task Escapes_that_are_no_text_are_refused_in_every_form_and_change_nothing()
    {
        var (dana, erin, alice) = (await web.StaffAsync("dana"), await web.StaffAsync("erin"), web.NextPatient());
        var invitation = await InvitationAsync();
        var access = $"/riverside/staff/patients/{alice.Id}/access";
        (Browser Browser, string Path, string Form, string Field)[] forms =
        [
            (web.Browser(), invitation, "who", "birthDate.day"), (erin, Branding, "settings", "PortalName"),
            (dana, access, "set-email", "value-email"), (dana, access, "invite", "address"), (dana, access, "link", "days"),
            (dana, access, "block", "reason"),
        ];
        foreach (var (browser, path, form, field) in forms)
        {
            var token = WebUtility.UrlEncode((await browser.GetAsync(path)).FormToken);
            await web.AssertUnchangedAsync(async () =>
            {
                foreach (var escaped in NoText)
                    await AssertUnreadableAsync(browser, path, $"_handler={form}&{Token}={token}&{field}={escaped}");
            });
        }
    }

    [Fact]
    public async Task Forms_without_their_token_too_large_or_of_somebody_else_change_nothing()
    {
        var (dana, erin, alice) = (await web.StaffAsync("dana"), await web.StaffAsync("erin"), web.NextPatient());
        var invitation = await InvitationAsync();
        var access = $"/riverside/staff/patients/{alice.Id}/access";
        (Browser Browser, string Path, string Form, (string, string)[] Fields)[] forms =
        [
            (web.Browser(), invitation, "who", [("birthDate.day", "1"), ("birthDate.month", "1"), ("birthDate.year", "1990")]),
            (erin, Branding, "settings", [("PortalName", "Pwned"), ("AccentColour", "#000000")]),
            (dana, access, "set-username", [("value-username", "mallory.was.here"), ("confirmed", "true")]),
            (dana, access, "clear-email", []), (dana, access, "invite", [("address", "mallory@example.org")]),
            (dana, access, "link", [("days", "7"), ("purpose", "Portal"), ("delivery", "ByHand")]),
            (dana, access, "block", [("reason", "x")]),
            (dana, access, "access", [("level", "NoAccess")]),
        ];
        var foreign = (await web.Browser().GetAsync("/riverside/sign-in")).FormToken;
        foreach (var (browser, path, form, fields) in forms)
        {
            var own = (await browser.GetAsync(path)).FormToken;
            await web.AssertUnchangedAsync(async () =>
            {
                (string, string) handler = ("_handler", form);
                Assert.Equal(400, (await browser.PostAsync(path, [handler, .. fields])).Code);
                Assert.Equal(400, (await browser.PostAsync(path, [handler, (Token, foreign), .. fields])).Code);
                (string, string) flood = ("x", new string('a', 70_000));
                Assert.Equal(413, (await browser.PostAsync(path, [handler, (Token, own), flood, .. fields])).Code);
            });
        }
    }

    [Fact]
    public async Task A_form_that_is_sent_again_does_what_it_said_once()
    {
        var (dana, alice) = (await web.StaffAsync("dana"), web.NextPatient());
        var path = $"/riverside/staff/patients/{alice.Id}/access";
        var page = await dana.GetAsync(path);
        Assert.Equal(303, (await dana.SubmitAsync(page, path, "access", ("level", "NoAccess"))).Code);
        await web.AssertUnchangedAsync(async () =>
            Assert.Equal(303, (await dana.SubmitAsync(page, path, "access", ("level", "NoAccess"))).Code));
        await web.AssertUnchangedAsync(async () =>
        {
            foreach (var level in new[] { "", "7", "Admin", "CanAccess,NoAccess " })
                AssertRefused(await dana.SubmitAsync(page, path, "access", ("level", level)), "", "", keeps: false);
        });
        Assert.Equal(303, (await dana.SubmitAsync(page, path, "block", ("reason", "once"))).Code);
        await web.AssertUnchangedAsync(async () => await dana.SubmitAsync(page, path, "block", ("reason", "twice")));
    }

    private async Task<string> InvitationAsync()
    {
        var alice = web.NextPatient();
        var dana = await web.StaffAsync("dana");
        var address = $"{alice.Id}@example.net";
        var sent = await dana.SubmitAsync($"/riverside/staff/patients/{alice.Id}/access", "invite", ("address", address));
        Assert.Equal(303, sent.Code);
        var text = (await web.MessageAsync(address)).Text;
        var from = text.IndexOf("/riverside/invitation/", StringComparison.Ordinal);
        return text[from..].Split(' ', '\r', '\n', '>')[0];
    }

    private static IEnumerable<(string Typed, string Field)> Each(IEnumerable<string> texts, params string[] fields) =>
        texts.SelectMany(typed => fields.Select(field => (typed, field)));

    private static bool IsHidden(char c) => char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format;

    private static async Task AssertUnreadableAsync(Browser browser, string path, string body)
    {
        var content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
        content.Headers.ContentType = new("application/x-www-form-urlencoded");
        var answer = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
        Assert.Equal(400, answer.Code);
        Assert.Contains("not valid text", answer.Body);
    }

    // The form again: what is wrong on top and next to the field, and in the field what was typed.
    private static void AssertRefused(Answer answer, string field, string typed, bool keeps)
    {
        var shown = typed.Length > 40 ? typed[..40] : typed;
        Assert.True(answer.Code == 200, $"{field} = {shown}: {answer.Code} {answer.Location}");
        Assert.Contains("class=\"error-summary\"", answer.Body);
        Assert.DoesNotContain("<script>alert", answer.Body);
        Assert.DoesNotContain("<img src=x", answer.Body);
        if (field.Length > 0) Assert.True(answer.Body.Contains($"id=\"{field}-error\"", StringComparison.Ordinal), $"{field} = {shown}");
        if (keeps) Assert.True(WebUtility.HtmlDecode(answer.Body).Contains(typed, StringComparison.Ordinal), $"{field} lost {shown}");
    }

    /// <summary>A form of the Online Access tab.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Field">The field that is tried.</param>
    /// <param name="Others">What its other fields hold.</param>
    private sealed record Form(string Name, string Field, params (string, string)[] Others)
    {
        public Form(string name, string field, Func<string, bool> Typed) : this(name, field) => this.Typed = Typed;

        /// <summary>What could be an answer after all, and is not tried.</summary>
        public Func<string, bool>? Typed { get; init; }

        /// <summary>Whether what was typed stays; a choice from a list does not.</summary>
        public bool Keeps { get; init; } = true;
    }
}
