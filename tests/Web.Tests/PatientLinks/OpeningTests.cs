using System.Net;
using System.Text.RegularExpressions;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.PatientLinks;

/// <summary>Links in messages, as mail scanners and strangers open them.</summary>
[Collection(PortalCollection.Name)]
public sealed partial class OpeningTests(PortalWeb web)
{
    [Fact]
    public async Task Opening_an_invitation_or_a_link_changes_nothing_however_often_and_whoever_does_it()
    {
        var alice = web.NextPatient();
        var dana = await web.StaffAsync("dana");
        var page = $"/riverside/staff/patients/{alice.Id}/access";
        var invited = await dana.SubmitAsync(page, "invite", ("address", alice.AuthEmail!));
        Assert.Equal(303, invited.Code);
        var invitation = PathIn((await web.MessageAsync(alice.AuthEmail!)).Text);
        var made = await dana.SubmitAsync(page, "link", ("purpose", "Portal"), ("days", "7"), ("delivery", "ByHand"), ("once", "true"));
        Assert.Equal(200, made.Code);
        var link = PathIn(made.Body);
        await web.AssertUnchangedAsync(async () =>
        {
            foreach (var path in new[] { invitation, link, invitation + "x", link + "x" })
            {
                Assert.Equal(200, (await web.Browser().GetAsync(path)).Code);
                Assert.InRange((await web.Browser().SendAsync(new HttpRequestMessage(HttpMethod.Head, path))).Code, 200, 405);
                Assert.Equal(200, (await web.Browser().GetAsync(path)).Code);
            }
        });
        Assert.Contains("no-store", (await web.Browser().GetAsync(link)).Header("Cache-Control"));
    }

    [Fact]
    public async Task The_host_that_a_request_names_is_in_no_message()
    {
        var alice = web.NextPatient();
        var dana = await web.StaffAsync("dana");
        var page = $"/riverside/staff/patients/{alice.Id}/access";
        var form = await dana.GetAsync(page);
        var request = new HttpRequestMessage(HttpMethod.Post, page)
        {
            Content = Browser.Form(("_handler", "invite"), ("__RequestVerificationToken", form.FormToken), ("address", alice.AuthEmail!)),
        };
        request.Headers.Host = "evil.example";
        request.Headers.Add("X-Forwarded-Host", "evil.example");
        request.Headers.Add("Forwarded", "host=evil.example");
        Assert.Equal(303, (await dana.SendAsync(request)).Code);
        var message = await web.MessageAsync(alice.AuthEmail!);
        Assert.DoesNotContain("evil.example", message.Text + message.Html);
        Assert.Contains("/riverside/invitation/", message.Text);
    }

    [Fact]
    public async Task An_invitation_of_one_organisation_is_unknown_at_another()
    {
        var alice = web.NextPatient();
        var dana = await web.StaffAsync("dana");
        await dana.SubmitAsync($"/riverside/staff/patients/{alice.Id}/access", "invite", ("address", alice.AuthEmail!));
        var path = PathIn((await web.MessageAsync(alice.AuthEmail!)).Text);
        Assert.Contains("birthDate", (await web.Browser().GetAsync(path)).Body);
        var elsewhere = await web.Browser().GetAsync(path.Replace("/riverside/", "/hilltop/", StringComparison.Ordinal));
        Assert.Contains("We don't know this invitation", WebUtility.HtmlDecode(elsewhere.Body));
    }

    private static string PathIn(string text) => Path().Match(text) is { Success: true } match
        ? match.Value
        : throw new InvalidOperationException($"No link in: {text}");

    [GeneratedRegex("/riverside/(invitation|link)/[A-Za-z0-9_-]{20,}")]
    private static partial Regex Path();
}
