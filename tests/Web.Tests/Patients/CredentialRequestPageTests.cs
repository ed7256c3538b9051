using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Patients;

/// <summary>Changes of a credential that wait for a second staff member, through the pages.</summary>
[Collection(PortalCollection.Name)]
public sealed class CredentialRequestPageTests(PortalWeb web) : IAsyncLifetime
{
    /// <inheritdoc />
    public Task InitializeAsync() => SwitchAsync(approvals: true);

    /// <inheritdoc />
    public Task DisposeAsync() => SwitchAsync(approvals: false);

    [Fact]
    public async Task A_page_that_shows_one_value_approves_no_other()
    {
        var (dana, erin) = (await web.StaffAsync("dana"), await web.StaffAsync("erin"));
        var path = $"/riverside/staff/patients/{web.NextPatient().Id}/access";
        await AskAsync(dana, path, "shown@example.org");
        var page = await erin.GetAsync(path);
        Assert.Contains("shown@example.org", page.Body);
        await AskAsync(dana, path, "swapped@example.org");
        Assert.Contains("decided already", (await DecideAsync(erin, page, path)).Body);
        Assert.Contains("swapped@example.org", (await erin.GetAsync(path)).Body);
        var now = await erin.GetAsync(path);
        Assert.Equal($"{path}?done=credential-set", (await DecideAsync(erin, now, path)).Location);
        Assert.DoesNotContain("id=\"request\"", (await erin.GetAsync(path)).Body);
    }

    [Fact]
    public async Task Who_would_open_a_way_in_alone_is_told_which_way_to_go()
    {
        var dana = await web.StaffAsync("dana");
        var path = $"/riverside/staff/patients/{web.NextPatient().Id}/access";
        var refused = await dana.SubmitAsync(path, "invite", ("address", "elsewhere@example.org"));
        Assert.Contains("ask for a change of it under Portal credentials", refused.Body);
    }

    private static Task<Answer> AskAsync(Browser browser, string path, string value) => browser.SubmitAsync(
        path, "set-email", ("operation", Ids.New("op")), ("value-email", value), ("confirmed", "true"));

    // As a browser does: with the hidden field of the page that is open.
    private static Task<Answer> DecideAsync(Browser browser, Answer page, string path) => browser.SubmitAsync(
        page, path, "approve-credential",
        ("request", Regex.Match(page.Body, "name=\"request\" value=\"([^\"]+)\"").Groups[1].Value));

    private async Task SwitchAsync(bool approvals)
    {
        CallerContext.Set(new Principal
        {
            Kind = PrincipalKind.Staff,
            Organisation = "riverside",
            Subject = web.Staff("erin").Id,
            Role = StaffRole.Admin,
        });
        var organisation = web.Grains.GetGrain<IOrganisationGrain>("riverside");
        var settings = await organisation.GetSettings() with { SecondApprover = approvals };
        Assert.IsType<SettingsOutcome.Changed>(await organisation.ChangeSettings(settings));
        CallerContext.Set(null);
    }
}
