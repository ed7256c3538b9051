using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Organisations;

/// <summary>Changes of settings, each in a portal of its own.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly PortalWeb _web = new();

    [Fact]
    public async Task A_hidden_section_is_gone_from_the_menu_and_its_page_is_not_found()
    {
        var browser = _web.Browser();
        await _web.SignInAsync(browser, _web.NextPatient());
        Assert.Contains("href=\"/riverside/records\"", (await browser.GetAsync("/riverside")).Body);
        await ChangeAsync(s => s with { Sections = [PortalSection.Appointments] });
        Assert.DoesNotContain("/riverside/records", (await browser.GetAsync("/riverside")).Body);
        Assert.Equal(404, (await browser.GetAsync("/riverside/records")).Code);
        Assert.Equal(404, (await browser.GetAsync("/riverside/elevate")).Code);
        await ChangeAsync(s => s with { Sections = [PortalSection.ClinicalRecords] });
        Assert.Equal(404, (await browser.GetAsync("/riverside/appointments")).Code);
        Assert.DoesNotContain("href=\"/riverside/appointments\"", (await browser.GetAsync("/riverside")).Body);
    }

    [Fact]
    public async Task A_portal_that_is_switched_off_says_so_everywhere_and_its_sessions_stay_ended()
    {
        var (browser, neighbour) = (_web.Browser(), _web.Browser());
        await _web.SignInAsync(browser, _web.NextPatient());
        await _web.SignInAsync(neighbour, _web.NextPatient("hilltop"), "hilltop");
        await ChangeAsync(s => s with { PortalEnabled = false });
        var somebody = _web.Browser();
        foreach (var path in new[]
        {
            "", "/sign-in", "/sign-in/code", "/appointments", "/records", "/elevate", "/settings", "/invitation/unknown",
            "/link/unknown", "/refused",
        })
        {
            foreach (var one in new[] { browser, somebody })
            {
                var answer = await one.GetAsync("/riverside" + path);
                Assert.Equal(303, answer.Code);
                Assert.StartsWith("/riverside/not-enabled", answer.Location);
            }
        }

        Assert.Equal(200, (await somebody.GetAsync("/riverside/not-enabled")).Code);
        Assert.Equal(200, (await somebody.GetAsync("/riverside/staff/sign-in")).Code);
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        Assert.Equal(200, (await neighbour.GetAsync("/hilltop")).Code);
        await ChangeAsync(s => s with { PortalEnabled = true });
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        Assert.StartsWith("/riverside/sign-in", (await browser.GetAsync("/riverside")).Location);
    }

    [Fact]
    public async Task A_blocked_patient_is_out_at_once_and_the_right_code_does_not_let_them_in()
    {
        var alice = _web.NextPatient();
        var (browser, second) = (_web.Browser(), _web.Browser());
        await _web.SignInAsync(browser, alice);
        _web.Clock.Advance(TimeSpan.FromSeconds(61));
        await second.AskForCodeAsync(alice.AuthEmail!);
        var code = Story.CodeIn((await _web.MessageAsync(alice.AuthEmail!, 2)).Text);
        var dana = await _web.StaffAsync("dana");
        var blocked = await dana.SubmitAsync($"/riverside/staff/patients/{alice.Id}/access", "block", ("reason", "A test"));
        Assert.Equal(303, blocked.Code);
        Assert.Equal(401, (await browser.GetAsync("/riverside/session")).Code);
        var answer = await second.SubmitAsync("/riverside/sign-in/code", "code", ("code", code));
        Assert.DoesNotContain(answer.SetCookies, c => c.StartsWith("portal-p-", StringComparison.Ordinal) && !c.Contains("=;"));
        Assert.Equal(401, (await second.GetAsync("/riverside/session")).Code);
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    private async Task ChangeAsync(Func<PortalSettings, PortalSettings> change)
    {
        CallerContext.Set(new Principal
        {
            Kind = PrincipalKind.Staff,
            Organisation = "riverside",
            Subject = _web.Staff("erin").Id,
            Role = StaffRole.Admin,
        });
        var organisation = _web.Grains.GetGrain<IOrganisationGrain>("riverside");
        Assert.IsType<SettingsOutcome.Changed>(await organisation.ChangeSettings(change(await organisation.GetSettings())));
        CallerContext.Set(null);
    }
}
