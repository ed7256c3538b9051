using System.Text.RegularExpressions;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Patients;

/// <summary>Finding duplicates and merging them, through the pages.</summary>
[Collection(PortalCollection.Name)]
public sealed class MergePageTests(PortalWeb web)
{
    [Fact]
    public async Task Two_records_of_one_person_are_suggested_compared_and_made_one_whose_other_address_leads_to_it()
    {
        var erin = await web.StaffAsync("erin");
        const string One = "p-aaaaaaaaaaaaaam2", Other = "p-aaaaaaaaaaaaaam3";
        await AddAsync(erin, One, "Wilhelmina", "first@example.org");
        await AddAsync(erin, Other, "WILHELMINA", "second@example.org");
        var suggested = (await erin.GetAsync("/riverside/staff/patients/duplicates")).Body;
        Assert.Contains($"/riverside/staff/patients/{One}/merge?other={Other}", suggested);
        Assert.Contains(Other, (await erin.GetAsync($"/riverside/staff/patients/{One}/merge")).Body);
        var path = $"/riverside/staff/patients/{One}/merge?other={Other}";
        var page = await erin.GetAsync(path);
        Assert.Contains("second@example.org", page.Body);
        var operation = Regex.Match(page.Body, "name=\"operation\" value=\"([^\"]+)\"").Groups[1].Value;
        var unsure = await erin.SubmitAsync(page, path, "merge", ("operation", operation));
        Assert.Contains("id=\"sure\"", unsure.Body);
        Assert.Contains("then tick the box", unsure.Body);
        (string, string)[] sure = [("operation", operation), ("sure", "true"), ("field-Email", "theirs")];
        var merged = await erin.SubmitAsync(page, path, "merge", sure);
        Assert.Equal($"/riverside/staff/patients/{One}?done=merged", merged.Location);
        Assert.Equal(merged.Location, (await erin.SubmitAsync(page, path, "merge", sure)).Location);
        Assert.Contains("second@example.org", (await erin.GetAsync($"/riverside/staff/patients/{One}")).Body);
        foreach (var tab in new[] { "", "/access" })
        {
            var led = await erin.GetAsync($"/riverside/staff/patients/{Other}{tab}");
            Assert.Equal($"/riverside/staff/patients/{One}?done=merged-into", led.Location);
        }

        Assert.Equal(404, (await erin.GetAsync($"/riverside/staff/patients/{Other}/edit")).Code);
        Assert.DoesNotContain(Other, (await erin.GetAsync("/riverside/staff/patients?q=wilhelmina&test=with")).Body);
    }

    [Fact]
    public async Task Dana_merges_nobody()
    {
        var dana = await web.StaffAsync("dana");
        Assert.Equal(404, (await dana.GetAsync($"/riverside/staff/patients/{web.NextPatient().Id}/merge")).Code);
    }

    private static Task<Answer> AddAsync(Browser browser, string id, string given, string email) => browser.SubmitAsync(
        "/riverside/staff/patients/new", "new-patient", ("patient", id), ("given", given), ("family", "Zetterqvist"), ("born.day", "1"),
        ("born.month", "5"), ("born.year", "1902"), ("email", email), ("anyway", "true"));
}
