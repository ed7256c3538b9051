using System.Text.RegularExpressions;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Sessions;

[Collection(PortalCollection.Name)]
public sealed partial class EnumerationTests(PortalWeb web)
{
    [Fact]
    public async Task Known_and_unknown_addresses_get_the_same_answers_at_every_step_of_signing_in()
    {
        var known = web.NextPatient().AuthEmail!;
        // As long as the known one and masked alike, so that only knowledge could make a difference.
        var unknown = known[0] + new string([.. known.Skip(1).TakeWhile(c => c != '@').Select(c => char.IsAsciiLetter(c) ? 'q' : c)])
            + known[known.IndexOf('@')..];
        var (a, b) = (await StepsAsync(known), await StepsAsync(unknown));
        foreach (var (one, other) in a.Zip(b))
        {
            Assert.Equal(one.Status, other.Status);
            Assert.Equal(one.Location, other.Location);
            Assert.Equal(Headers(one), Headers(other));
            Assert.Equal(one.SetCookies.Select(Shape), other.SetCookies.Select(Shape));
            Assert.Equal(WithoutTokens(one.Body, known), WithoutTokens(other.Body, unknown));
        }
    }

    [Fact]
    public async Task Known_and_unknown_staff_get_the_same_answer_to_a_wrong_password()
    {
        var known = await web.Browser().SubmitAsync("/riverside/staff/sign-in", "staff",
            ("email", web.Staff("aziz").Email), ("password", "not the password"));
        var unknown = await web.Browser().SubmitAsync("/riverside/staff/sign-in", "staff",
            ("email", "nadi@riverside.example.org"), ("password", "not the password"));
        Assert.Equal(200, known.Code);
        Assert.Equal(known.Status, unknown.Status);
        Assert.Equal(Headers(known), Headers(unknown));
        Assert.Equal(WithoutTokens(known.Body, web.Staff("aziz").Email), WithoutTokens(unknown.Body, "nadi@riverside.example.org"));
    }

    private async Task<IReadOnlyList<Answer>> StepsAsync(string credential)
    {
        var browser = web.Browser();
        List<Answer> steps = [await browser.AskForCodeAsync(credential), await browser.GetAsync("/riverside/sign-in/code")];
        for (var guess = 0; guess < 6; guess++)
            steps.Add(await browser.SubmitAsync("/riverside/sign-in/code", "code", ("code", $"00000{guess}")));
        steps.Add(await browser.SubmitAsync("/riverside/sign-in/code", "resend"));
        steps.Add(await browser.AskForCodeAsync(credential));
        return steps;
    }

    private static string[] Headers(Answer answer) =>
        [.. answer.Response.Headers.Concat(answer.Response.Content.Headers).Select(h => h.Key).Where(k => k != "Content-Length").Order()];

    // The name, the length and the flags; what is in it is encrypted.
    private static string Shape(string cookie) => CookieValue().Replace(cookie, match => $"={match.Value.Length / 64};");

    private static string WithoutTokens(string body, string credential) =>
        Clock().Replace(Token().Replace(body, ""), "").Replace(credential, "");

    [GeneratedRegex("=[^;]*;")]
    private static partial Regex CookieValue();

    [GeneratedRegex("(?<=__RequestVerificationToken\" value=\")[^\"]+|nonce-?=?\"?[A-Za-z0-9+/=_-]+|<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Token();

    // The two are not asked about in the same second.
    [GeneratedRegex(@"\d{1,2}:\d\d(:\d\d)?|\d+ (seconds?|minutes?)")]
    private static partial Regex Clock();
}
