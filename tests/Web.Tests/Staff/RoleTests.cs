using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Staff;

[Collection(PortalCollection.Name)]
public sealed class RoleTests(PortalWeb web)
{
    [Fact]
    public async Task The_front_desk_finds_neither_the_audit_log_nor_the_settings()
    {
        var dana = await web.StaffAsync("dana");
        foreach (var path in new[] { "/riverside/staff/audit", "/riverside/staff/settings/portal" })
        {
            var answer = await dana.GetAsync(path);
            Assert.Equal(404, answer.Code);
            Assert.Contains("Page not found", answer.Body);
        }

        var menu = (await dana.GetAsync("/riverside/staff/patients")).Body;
        Assert.DoesNotContain("href=\"/riverside/staff/audit\"", menu);
        Assert.DoesNotContain("href=\"/riverside/staff/settings/portal\"", menu);
    }

    [Fact]
    public async Task Staff_of_one_organisation_are_strangers_at_another()
    {
        var erin = await web.StaffAsync("erin", "hilltop");
        erin.Cookies["portal-s-riverside"] = erin.Cookies["portal-s-hilltop"];
        erin.Cookies["portal-p-riverside"] = erin.Cookies["portal-s-hilltop"];
        var patient = web.World[0].Patients[0].Id;
        foreach (var path in new[] { "patients", $"patients/{patient}", $"patients/{patient}/access", "audit", "settings/portal" })
        {
            var answer = await erin.GetAsync($"/riverside/staff/{path}");
            Assert.Equal(303, answer.Code);
            Assert.StartsWith("/riverside/staff/sign-in", answer.Location);
        }

        Assert.Equal(401, (await erin.GetAsync("/riverside/session")).Code);
        Assert.Equal(404, (await erin.GetAsync($"/hilltop/staff/patients/{patient}/access")).Code);
        Assert.Equal(404, (await erin.GetAsync($"/hilltop/staff/patients/{patient}")).Code);
    }

    [Fact]
    public async Task The_staff_cookie_is_new_after_the_second_step_and_nothing_of_the_first_survives()
    {
        var dana = await web.StaffAsync("tom");
        Assert.Contains("portal-s-riverside", dana.Cookies.Keys);
        Assert.DoesNotContain("portal-t-riverside", dana.Cookies.Keys);
        Assert.DoesNotContain("portal-c-riverside", dana.Cookies.Keys);
    }

    [Fact]
    public async Task A_patient_opens_nothing_of_staff()
    {
        var browser = web.Browser();
        await web.SignInAsync(browser, web.NextPatient());
        browser.Cookies["portal-s-riverside"] = browser.Cookies["portal-p-riverside"];
        Assert.StartsWith("/riverside/staff/sign-in", (await browser.GetAsync("/riverside/staff/patients")).Location);
        Assert.Equal(401, (await browser.GetAsync("/riverside/staff/session")).Code);
    }
}
