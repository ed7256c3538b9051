using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Portal.Grains.Abstractions.Audit;
using Portal.Web.Audit;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Audit;

/// <summary>The log as staff filter and export it, and as a patient reads it.</summary>
[Collection(PortalCollection.Name)]
public sealed class AuditPageTests(PortalWeb web)
{
    [Fact]
    public async Task Erin_filters_by_what_was_done_by_whom_and_about_whom_and_exports_what_is_shown()
    {
        var erin = await web.StaffAsync("erin");
        var (alice, other) = (web.NextPatient(), web.NextPatient());
        await erin.GetAsync($"/riverside/staff/patients/{alice.Id}");
        await erin.GetAsync($"/riverside/staff/patients/{other.Id}");
        var filter = $"?about=patient&patient={alice.Id}&who={web.Staff("erin").Id}";
        var page = (await erin.GetAsync("/riverside/staff/audit" + filter)).Body;
        Assert.Contains("viewed", page);
        Assert.Contains($"/riverside/staff/patients/{alice.Id}\"", page);
        Assert.DoesNotContain(other.Id, page);
        Assert.Contains("log.csv?about=patient", page);

        var file = await erin.GetAsync("/riverside/staff/audit/log.csv" + filter);
        Assert.StartsWith("text/csv", file.Header("Content-Type"));
        Assert.Contains("attachment", file.Header("Content-Disposition"));
        Assert.Contains("no-store", file.Header("Cache-Control"));
        var lines = file.Body.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("\uFEFF\"Place\",\"At (UTC)\",\"Action\"", lines[0]);
        Assert.NotEmpty(lines.Skip(1));
        Assert.All(lines.Skip(1), line => Assert.Contains(alice.Id, line));
        Assert.Contains("exported", (await erin.GetAsync("/riverside/staff/audit?about=audit")).Body);
    }

    [Fact]
    public async Task The_front_desk_exports_nothing()
    {
        var dana = await web.StaffAsync("dana");
        Assert.Equal(404, (await dana.GetAsync("/riverside/staff/audit/log.csv")).Code);
        Assert.StartsWith("/riverside/staff/sign-in", (await web.Browser().GetAsync("/riverside/staff/audit/log.csv")).Location);
    }

    [Fact]
    public async Task A_patient_reads_who_looked_at_their_data_by_name()
    {
        var erin = await web.StaffAsync("erin");
        var alice = web.NextPatient();
        await erin.GetAsync($"/riverside/staff/patients/{alice.Id}");
        var browser = web.Browser();
        await web.SignInAsync(browser, alice);
        var page = (await browser.GetAsync("/riverside/settings/access-log")).Body;
        Assert.Contains("Your details were looked at", page);
        Assert.Contains($"by {web.Staff("erin").Name}, administration", page);
        Assert.DoesNotContain("by you", page);
        Assert.Contains("by you", (await browser.GetAsync("/riverside/settings/access-log?show=all")).Body);
    }

    [Theory]
    [InlineData("about=nothing&outcome=7&patient=%3Cb%3E&who=x&from=2026-13-01&to=yesterday&before=x")]
    [InlineData("from=0001-01-01&to=9999-12-31")]
    public async Task What_is_not_understood_in_the_address_filters_nothing(string query)
    {
        var erin = await web.StaffAsync("erin");
        var answer = await erin.GetAsync("/riverside/staff/audit?" + query);
        Assert.Equal(200, answer.Code);
        Assert.DoesNotContain("No rows", answer.Body);
    }

    [Fact]
    public void Days_begin_at_midnight_where_the_clinic_is_and_the_last_one_is_whole()
    {
        var filter = AuditFilter.Of(new QueryCollection(
            new Dictionary<string, StringValues> { ["from"] = "2026-07-01", ["to"] = "2026-07-01", ["outcome"] = "Refused" }));
        var query = filter.Query("Europe/London");
        Assert.Equal(new DateTimeOffset(2026, 6, 30, 23, 0, 0, TimeSpan.Zero), query.From);
        Assert.Equal(new DateTimeOffset(2026, 7, 1, 23, 0, 0, TimeSpan.Zero), query.To);
        Assert.Equal(AuditOutcome.Refused, query.Outcome);
        Assert.Equal("?outcome=Refused&from=2026-07-01&to=2026-07-01&before=7", filter.ToAddress(7));
        Assert.Equal("", new AuditFilter().ToAddress());
    }
}
