using System.Net;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Patients;

/// <summary>Adding a patient and editing the details, through the pages.</summary>
[Collection(PortalCollection.Name)]
public sealed class PatientDetailsPageTests(PortalWeb web)
{
    private const string New = "/riverside/staff/patients/new";

    [Fact]
    public async Task What_is_wrong_is_said_beside_each_field_and_nothing_that_was_typed_is_lost()
    {
        var dana = await web.StaffAsync("dana");
        var answer = await dana.SubmitAsync(New, "new-patient", ("patient", "p-aaaaaaaaaaaaaaa2"), ("given", ""), ("family", "Typed Name"),
            ("born.day", "31"), ("born.month", "2"), ("born.year", "1980"), ("email", "not an email"), ("mobile", "letters"));
        Assert.Equal(200, answer.Code);
        foreach (var field in new[] { "given", "born", "email", "mobile" }) Assert.Contains($"id=\"{field}-error\"", answer.Body);
        Assert.Contains("value=\"Typed Name\"", answer.Body);
        Assert.DoesNotContain("id=\"family-error\"", answer.Body);
    }

    [Fact]
    public async Task A_duplicate_is_warned_about_before_it_is_added_and_a_form_sent_twice_adds_once()
    {
        var dana = await web.StaffAsync("dana");
        var first = await AddAsync(dana, "p-aaaaaaaaaaaaaaa3", "Ottilie", "Quarrington");
        Assert.Equal("/riverside/staff/patients/p-aaaaaaaaaaaaaaa3?done=added", first.Location);
        Assert.Equal(first.Location, (await AddAsync(dana, "p-aaaaaaaaaaaaaaa3", "Ottilie", "Quarrington")).Location);
        var warned = await AddAsync(dana, "p-aaaaaaaaaaaaaaa4", "Otilie", "Quarington");
        Assert.Equal(200, warned.Code);
        Assert.Contains("/riverside/staff/patients/p-aaaaaaaaaaaaaaa3\"", warned.Body);
        Assert.Contains("Same date of birth and a similar name", warned.Body);
        Assert.Equal(404, (await dana.GetAsync("/riverside/staff/patients/p-aaaaaaaaaaaaaaa4")).Code);
        var anyway = await AddAsync(dana, "p-aaaaaaaaaaaaaaa4", "Otilie", "Quarington", ("anyway", "true"));
        Assert.Equal("/riverside/staff/patients/p-aaaaaaaaaaaaaaa4?done=added", anyway.Location);
    }

    [Fact]
    public async Task Two_who_edit_at_once_are_both_heard_the_second_is_told()
    {
        var dana = await web.StaffAsync("dana");
        var path = $"/riverside/staff/patients/{web.NextPatient().Id}/edit";
        var (hers, his) = (await dana.GetAsync(path), await dana.GetAsync(path));
        var (mine, theirs) = (Fields(hers), Fields(his));
        mine["town"] = "Hertown";
        theirs["street"] = "His street";
        Assert.Equal(303, (await SaveAsync(dana, path, hers, mine)).Code);
        var told = await SaveAsync(dana, path, his, theirs);
        Assert.Equal(200, told.Code);
        Assert.Contains("Somebody else changed this record meanwhile", told.Body);
        Assert.Contains("Hertown", told.Body);
        Assert.Contains("value=\"His street\"", told.Body);
        var again = Fields(told);
        again["town"] = "Hertown";
        Assert.Equal(303, (await SaveAsync(dana, path, told, again)).Code);
        var record = (await dana.GetAsync(path[..^5])).Body;
        Assert.Contains("His street, Hertown", record);
    }

    [Fact]
    public async Task Editing_away_the_postal_code_of_somebody_with_access_says_what_happens_first()
    {
        var dana = await web.StaffAsync("dana");
        var patient = web.NextPatient();
        var path = $"/riverside/staff/patients/{patient.Id}/edit";
        var page = await dana.GetAsync(path);
        var fields = Fields(page);
        fields["postcode"] = "";
        var asked = await SaveAsync(dana, path, page, fields);
        Assert.Contains("This would end online access", asked.Body);
        fields["endAccess"] = "true";
        Assert.Equal(303, (await SaveAsync(dana, path, asked, fields)).Code);
        Assert.Contains("No access", (await dana.GetAsync($"/riverside/staff/patients/{patient.Id}")).Body);
        var entry = (await web.AuditAsync("patient.details-changed")).First(e => e.Patient == patient.Id);
        Assert.Equal("postal-code", entry.Details["fields"]);
    }

    [Fact]
    public async Task A_practitioner_and_Charlie_change_no_details()
    {
        var patient = web.NextPatient();
        var priya = await web.StaffAsync("priya");
        Assert.Equal(404, (await priya.GetAsync(New)).Code);
        Assert.Equal(404, (await priya.GetAsync($"/riverside/staff/patients/{patient.Id}/edit")).Code);
        var dana = await web.StaffAsync("dana");
        Assert.NotEqual(200, (await dana.GetAsync($"/hilltop/staff/patients/{patient.Id}/edit")).Code);
        Assert.Equal(404, (await dana.GetAsync("/riverside/staff/patients/p-aaaaaaaaaaaaaaaz/edit")).Code);
    }

    private static Task<Answer> AddAsync(Browser browser, string id, string given, string family, params (string, string)[] more) =>
        browser.SubmitAsync(New, "new-patient", [("patient", id), ("given", given), ("family", family), ("born.day", "9"),
            ("born.month", "11"), ("born.year", "1931"), .. more]);

    private static Task<Answer> SaveAsync(Browser browser, string path, Answer page, Dictionary<string, string> fields) =>
        browser.SubmitAsync(page, path, "edit-patient", [.. fields.Select(f => (f.Key, f.Value))]);

    // Everything that the page's form would send.
    private static Dictionary<string, string> Fields(Answer page)
    {
        var fields = System.Text.RegularExpressions.Regex.Matches(page.Body, "<input [^>]*>")
            .Select(m => (Name: Of(m.Value, "name"), Value: Of(m.Value, "value")))
            .Where(f => f.Name is "operation" or "version" or "given" or "family" or "born.day" or "born.month" or "born.year" or "email"
                or "mobile" or "phone" or "street" or "town" or "postcode" or "tags");
        return fields.ToDictionary(f => f.Name, f => f.Value);

        static string Of(string tag, string attribute) => WebUtility.HtmlDecode(
            System.Text.RegularExpressions.Regex.Match(tag, $" {attribute}=\"([^\"]*)\"").Groups[1].Value);
    }
}
