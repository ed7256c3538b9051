using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Hosting;

[Collection(PortalCollection.Name)]
public sealed class BadInputTests(PortalWeb web)
{
    private const string SignIn = "/riverside/sign-in";

    /// <summary>What nobody types, but somebody sends.</summary>
    public static TheoryData<string> Absurd { get; } = new(
        "", " ", "\u202Eexample.org@alice", "a\0b@example.org", "%ud800", "\ud83d\ude00@example.org", "\u0430lice@example.org",
        "alice@example.org\r\nBcc: charlie@example.net", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
        "'; DROP TABLE patients; --",
        "../../etc/passwd", "{{7*7}}", new string('a', 1_000), new string('a', 60_000), new string('1', 100_000), "\u200b\u200b\u200b",
        "\ufeff",
        string.Concat(Enumerable.Repeat("e\u0301\u0302\u0303", 2_000)));

    [Theory]
    [MemberData(nameof(Absurd))]
    public async Task Absurd_text_in_the_sign_in_form_is_refused_with_words_and_changes_nothing(string typed)
    {
        var browser = web.Browser();
        await web.AssertUnchangedAsync(async () =>
            AssertRefused(await browser.SubmitAsync(SignIn, "sign-in", ("credential", typed)), typed));
    }

    [Fact]
    public async Task Absurd_text_in_the_code_form_is_refused_with_words_and_costs_no_try()
    {
        var (browser, alice) = (web.Browser(), web.NextPatient());
        var code = await web.CodeAsync(browser, alice);
        foreach (var typed in Absurd) AssertRefused(await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", typed)), "");
        Assert.Equal("/riverside", (await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", code))).Location);
    }

    [Theory]
    [MemberData(nameof(Absurd))]
    public async Task Absurd_text_in_the_staff_sign_in_form_is_refused_with_words(string typed)
    {
        AssertRefused(await web.Browser().SubmitAsync("/riverside/staff/sign-in", "staff", ("email", typed), ("password", typed)), "");
        AssertRefused(await web.Browser().SubmitAsync("/riverside/staff/sign-in", "staff", ("email", "x@example.org"), ("password",
            typed)), "");
    }

    [Theory]
    [InlineData("credential=%ud800")]
    [InlineData("credential=%ED%A0%80")]
    [InlineData("credential=%C0%AF")]
    [InlineData("credential=%FF%FE")]
    [InlineData("credential=a%00b")]
    [InlineData("credential=%")]
    [InlineData("credential=%zz")]
    public async Task Escapes_that_are_no_text_are_refused_and_change_nothing(string field)
    {
        var browser = web.Browser();
        var token = WebUtility.UrlEncode((await browser.GetAsync(SignIn)).FormToken);
        var body = $"_handler=sign-in&__RequestVerificationToken={token}&{field}";
        await web.AssertUnchangedAsync(async () =>
            AssertRefused(await SendAsync(browser, body, "application/x-www-form-urlencoded"), ""));
    }

    [Theory]
    [InlineData("application/json", "{}")]
    [InlineData("text/plain", "hello")]
    [InlineData("application/xml", "<a/>")]
    [InlineData("multipart/form-data", "no boundary")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"credential\"\r\n\r\ncut")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16", "credential=a")]
    [InlineData("application/x-www-form-urlencoded", "")]
    [InlineData("application/x-www-form-urlencoded", "&&&&====&")]
    public async Task A_body_of_another_kind_is_refused_and_changes_nothing(string type, string body)
    {
        await web.AssertUnchangedAsync(async () =>
        {
            var answer = await SendAsync(web.Browser(), body, type);
            Assert.InRange(answer.Code, 400, 499);
            Assert.NotEmpty(answer.Body);
        });
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_413_and_one_of_too_many_fields_with_400()
    {
        var browser = web.Browser();
        var large = await browser.SubmitAsync(SignIn, "sign-in", ("credential", new string('a', 200_000)));
        Assert.Equal(413, large.Code);
        Assert.Contains("too large", large.Body);
        var many = await browser.SubmitAsync(SignIn, "sign-in", [.. Enumerable.Range(0, 1_000).Select(n => ($"f{n}", "x"))]);
        Assert.Equal(400, many.Code);
    }

    [Fact]
    public async Task A_form_without_its_token_with_a_foreign_one_or_one_of_before_the_sign_in_is_refused_and_changes_nothing()
    {
        var (browser, other, alice) = (web.Browser(), web.Browser(), web.NextPatient());
        var foreign = (await other.GetAsync(SignIn)).FormToken;
        await browser.GetAsync(SignIn);
        await web.AssertUnchangedAsync(async () =>
        {
            var credential = ("credential", alice.AuthEmail!);
            var without = await browser.PostAsync(SignIn, ("_handler", "sign-in"), credential);
            var forged = await browser.PostAsync(SignIn, ("_handler", "sign-in"), ("__RequestVerificationToken", foreign), credential);
            foreach (var answer in new[] { without, forged })
            {
                Assert.Equal(400, answer.Code);
                Assert.Contains("open for too long", answer.Body);
            }
        });
        var old = (await browser.GetAsync(SignIn)).FormToken;
        await web.SignInAsync(browser, alice);
        var replayed = await browser.PostAsync("/riverside/sign-out", ("_handler", "sign-out"), ("__RequestVerificationToken", old));
        Assert.Equal(400, replayed.Code);
        Assert.Equal(200, (await browser.GetAsync("/riverside")).Code);
    }

    [Fact]
    public async Task Keeping_a_session_alive_needs_no_form_but_a_foreign_site_gets_nothing_by_it()
    {
        var stranger = web.Browser();
        var request = new HttpRequestMessage(HttpMethod.Post, "/riverside/session/stay");
        request.Headers.Add("Origin", "https://evil.example");
        Assert.InRange((await stranger.SendAsync(request)).Code, 400, 403);
    }

    [Theory]
    [InlineData("/riverside/%E2%80%AE")]
    [InlineData("/riverside/invitation/%FF")]
    [InlineData("/RIVERSIDE/sign-in")]
    [InlineData("/riverside/..%2f..%2fetc%2fpasswd")]
    [InlineData("/%20/sign-in")]
    public async Task Absurd_addresses_are_refused_with_a_page(string path)
    {
        var answer = await web.Browser().GetAsync(path);
        Assert.InRange(answer.Code, 400, 404);
        Assert.Contains("<h1", answer.Body);
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PUT")]
    [InlineData("TRACE")]
    [InlineData("PATCH")]
    public async Task Other_methods_are_refused(string method)
    {
        var answer = await web.Browser().SendAsync(new HttpRequestMessage(new HttpMethod(method), SignIn));
        Assert.InRange(answer.Code, 400, 405);
    }

    private static Task<Answer> SendAsync(Browser browser, string body, string type)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, SignIn) { Content = content });
    }

    // The form again, with what was typed where it can be shown, or a page that says what is wrong.
    private static void AssertRefused(Answer answer, string typed)
    {
        Assert.True(answer.Code is 200 or (>= 400 and < 500), $"{answer.Code} to {answer.Location}");
        Assert.DoesNotContain("<script>alert", answer.Body);
        Assert.DoesNotContain("<img src=x", answer.Body);
        if (answer.Code != 200)
        {
            Assert.Contains("<h1", answer.Body);
            return;
        }

        Assert.Contains("class=\"error\"", answer.Body);
        if (typed.Length > 0) Assert.Contains(typed, WebUtility.HtmlDecode(answer.Body));
    }
}
