using System.Net;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Onboarding;

/// <summary>Onboarding, backfill and the table of credentials by forms alone.</summary>
public sealed class BulkPageTests : IDisposable
{
    private readonly PortalWeb _web = new();

    [Fact]
    public async Task Contacts_are_scanned_and_promoted()
    {
        var erin = await _web.StaffAsync("erin");
        var answer = await erin.SubmitAsync("/riverside/staff/settings/credentials/backfill", "scan");
        Assert.Equal(303, answer.Code);
        var at = answer.Location;
        await UntilAsync(erin, at, "Ready to begin");
        Assert.Equal(303, (await erin.SubmitAsync(at, "begin")).Code);
        Assert.Contains("Promoted", (await UntilAsync(erin, at, ">Done<")).Body);
        var dana = await _web.StaffAsync("dana");
        Assert.Equal(404, (await dana.GetAsync(at)).Code);
        var rows = $"/riverside/staff/batches/{at[(at.LastIndexOf('/') + 1)..]}/rows.csv";
        Assert.Equal(404, (await dana.GetAsync(rows)).Code);
        Assert.Empty(await _web.AuditAsync("bulk.exported"));
        Assert.Contains("Promoted", (await erin.GetAsync(rows)).Body);
        Assert.Single(await _web.AuditAsync("bulk.exported"));
        Assert.Equal(404, (await dana.GetAsync("/riverside/staff/settings/credentials")).Code);
    }

    [Fact]
    public async Task Those_who_match_are_invited_after_a_look_at_who_is_left_out()
    {
        var dana = await _web.StaffAsync("dana");
        const string Page = "/riverside/staff/onboarding?access=no_access";
        Assert.Contains("Choose what to do", (await dana.SubmitAsync(Page, "order", ("whom", "all"))).Body);
        Assert.Contains("Tick somebody", (await dana.SubmitAsync(Page, "order", ("invite", "true"))).Body);
        var answer = await dana.SubmitAsync(Page, "order", ("whom", "all"), ("access", "true"), ("invite", "true"));
        Assert.Equal(303, answer.Code);
        await UntilAsync(dana, answer.Location, "Ready to begin");
        await dana.SubmitAsync(answer.Location, "begin");
        await UntilAsync(dana, answer.Location, ">Done<");
        Assert.Contains("Access given and invited", (await dana.GetAsync(answer.Location + "?outcome=Done")).Body);
    }

    [Fact]
    public async Task A_batch_is_cancelled_after_a_question()
    {
        var dana = await _web.StaffAsync("dana");
        var answer = await dana.SubmitAsync("/riverside/staff/onboarding", "order", ("whom", "all"), ("invite", "true"));
        await UntilAsync(dana, answer.Location, "Ready to begin");
        var asked = await dana.GetAsync(answer.Location + "?cancel=1");
        Assert.Contains("Cancel this onboarding?", asked.Body);
        Assert.Equal(303, (await dana.SubmitAsync(asked, answer.Location + "?cancel=1", "confirm")).Code);
        Assert.Contains("Cancelled", (await dana.GetAsync(answer.Location)).Body);
    }

    [Fact]
    public async Task Credentials_are_found_and_shown_beside_the_table()
    {
        var erin = await _web.StaffAsync("erin");
        var alice = _web.NextPatient();
        var page = await erin.GetAsync($"/riverside/staff/settings/credentials?q={alice.AuthEmail}&patient={alice.Id}");
        Assert.Contains(alice.AuthEmail!, page.Body);
        Assert.Contains("<aside", page.Body);
        Assert.Equal(200, (await erin.GetAsync("/riverside/staff/settings/credentials?patient=nonsense&page=-4&show=x")).Code);
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    private async Task<Answer> UntilAsync(Browser browser, string at, string words)
    {
        for (var i = 0; i < 200; i++)
        {
            _web.Clock.Advance(TimeSpan.FromSeconds(1));
            if (await browser.GetAsync(at) is { Status: HttpStatusCode.OK } page && page.Body.Contains(words)) return page;
        }

        throw new InvalidOperationException($"The page never said '{words}': {(await browser.GetAsync(at)).Body}");
    }
}
