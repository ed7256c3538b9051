using System.Text.RegularExpressions;
using Portal.Silo.Development;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Kiosk;

/// <summary>The tablet, through the pages.</summary>
[Collection(PortalCollection.Name)]
public sealed class KioskPageTests(PortalWeb web)
{
    private const string Cookie = "portal-k-riverside";

    [Fact]
    public async Task Handed_over_the_browser_holds_no_staff_session_and_every_other_address_leads_to_the_form()
    {
        var (tablet, patient) = await StartAsync();
        Assert.Equal(Cookie, Assert.Single(tablet.Cookies.Keys, name => name != "portal-form"));
        foreach (var path in new[]
        {
            "/riverside", "/riverside/sign-in", "/riverside/staff/sign-in", "/riverside/staff/patients", "/riverside/records",
            "/riverside/questionnaires", "/riverside/register", $"/riverside/staff/patients/{patient.Id}/forms", "/riverside/session",
            "/riverside/staff/session", "/riverside/link/nothing", "/riverside/settings",
        })
        {
            var answer = await tablet.GetAsync(path);
            Assert.Equal((303, "/riverside/kiosk"), (answer.Code, answer.Location));
        }

        var form = await tablet.GetAsync("/riverside/kiosk");
        Assert.Contains($"Hello {System.Net.WebUtility.HtmlEncode(patient.Registration.GivenName)}", form.Body, StringComparison.Ordinal);
        Assert.Equal("no-store", form.Header("Cache-Control"));
        Assert.Equal(200, (await tablet.GetAsync("/riverside/theme.css")).Code);
        Assert.Equal(200, (await tablet.GetAsync("/riverside/kiosk/session")).Code);
    }

    [Fact]
    public async Task Handed_in_the_form_is_with_the_record_and_the_browser_is_left_with_nothing()
    {
        var (tablet, patient) = await StartAsync();
        var copy = tablet.Copy();
        var page = await tablet.GetAsync("/riverside/kiosk");
        var wrong = await tablet.SubmitAsync(page, "/riverside/kiosk", "intake", ("allergies", "Penicillin"), ("email", "no address"));
        Assert.Contains("Tick the box", wrong.Body, StringComparison.Ordinal);
        Assert.Contains("Penicillin</textarea>", wrong.Body, StringComparison.Ordinal);
        var sent = await tablet.SubmitAsync(wrong, "/riverside/kiosk", "intake", ("allergies", "Penicillin"), ("consent", "true"));
        Assert.Equal((303, "/riverside/kiosk?ended=submitted"), (sent.Code, sent.Location));
        Assert.Equal("\"cache\", \"storage\"", sent.Header("Clear-Site-Data"));
        Assert.False(tablet.Cookies.ContainsKey(Cookie));
        foreach (var browser in new[] { tablet, copy })
        {
            var after = await browser.GetAsync("/riverside/kiosk");
            Assert.DoesNotContain(patient.Registration.GivenName, after.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("Penicillin", after.Body, StringComparison.Ordinal);
        }

        var dana = await web.StaffAsync("dana");

        var forms = await dana.GetAsync($"/riverside/staff/patients/{patient.Id}/forms");
        var href = Regex.Match(forms.Body, $"/riverside/staff/patients/{patient.Id}/forms/f-[a-z2-7]+").Value;
        Assert.Contains("Penicillin", (await dana.GetAsync(href)).Body, StringComparison.Ordinal);
        Assert.Equal(404, (await dana.GetAsync($"/riverside/staff/patients/{web.NextPatient().Id}/forms/{href.Split('/')[^1]}")).Code);
    }

    [Fact]
    public async Task The_pin_takes_it_back_and_a_wrong_one_says_how_many_are_left()
    {
        var (tablet, _) = await StartAsync();
        var wrong = await tablet.SubmitAsync("/riverside/kiosk/leave", "leave", ("pin", "9999"));
        Assert.Contains("2 more tries", wrong.Body, StringComparison.Ordinal);
        var left = await tablet.SubmitAsync(wrong, "/riverside/kiosk/leave", "leave", ("pin", "4712"));
        Assert.Equal((303, "/riverside/kiosk?ended=taken-back"), (left.Code, left.Location));
        Assert.Equal(200, (await tablet.GetAsync("/riverside/staff/sign-in")).Code);
    }

    [Fact]
    public async Task A_tablet_is_no_patients_session()
    {
        var (tablet, _) = await StartAsync();
        var thief = web.Browser();
        thief.Cookies["portal-p-riverside"] = tablet.Cookies[Cookie];
        Assert.Equal(303, (await thief.GetAsync("/riverside/settings")).Code);
        thief.Cookies.Clear();
        thief.Cookies["portal-s-riverside"] = tablet.Cookies[Cookie];
        Assert.Equal(303, (await thief.GetAsync("/riverside/staff/patients")).Code);
    }

    private async Task<(Browser Tablet, DemoPatient Patient)> StartAsync()
    {
        var (tablet, patient) = (await web.StaffAsync("dana"), web.NextPatient());

        var address = $"/riverside/staff/kiosk?patient={patient.Id}";
        var page = await tablet.GetAsync(address);
        var started = await tablet.SubmitAsync(page, address, "start", ("patient", patient.Id), ("pin", "4712"));
        Assert.Equal((303, "/riverside/kiosk"), (started.Code, started.Location));
        return (tablet, patient);
    }
}
