using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Patients;

/// <summary>The tab Online access: the diagnosis with its mending buttons, practitioners and the test flag.</summary>
[Collection(PortalCollection.Name)]
public sealed class OnlineAccessPageTests(PortalWeb web)
{
    [Fact]
    public async Task Each_cause_is_shown_with_what_mends_it_and_mending_it_makes_it_go_away()
    {
        var dana = await web.StaffAsync("dana");
        var path = $"/riverside/staff/patients/{web.NextPatient().Id}/access";
        Assert.Contains("Nothing stands in the way", (await dana.GetAsync(path)).Body);
        await dana.SubmitAsync(path, "block", ("reason", "lost phone"));
        var blocked = await dana.GetAsync(path);
        Assert.Contains("1 thing to mend", blocked.Body);
        Assert.Contains("Blocked: that wins over everything else", blocked.Body);
        Assert.Equal(303, (await dana.SubmitAsync(path, "mend-block")).Code);
        Assert.Contains("Nothing stands in the way", (await dana.GetAsync(path)).Body);
        await dana.SubmitAsync(path, "access", ("level", "NoAccess"));
        Assert.Contains("Access is off", (await dana.GetAsync(path)).Body);
        Assert.Equal(303, (await dana.SubmitAsync(path, "mend-access")).Code);
        Assert.Contains("Nothing stands in the way", (await dana.GetAsync(path)).Body);
    }

    [Fact]
    public async Task A_practitioner_sees_the_causes_and_no_button()
    {
        var priya = await web.StaffAsync("priya");
        var body = (await priya.GetAsync($"/riverside/staff/patients/{web.NextPatient().Id}/access")).Body;
        Assert.Contains("get in?", body);
        Assert.DoesNotContain("mend-", body);
        Assert.DoesNotContain("name=\"practitioner\"", body);
    }

    [Fact]
    public async Task Practitioners_are_ticked_and_a_test_patient_is_left_out_of_the_list()
    {
        var dana = await web.StaffAsync("dana");
        var patient = web.NextPatient();
        var path = $"/riverside/staff/patients/{patient.Id}/access";
        var priya = web.Staff("priya").Id;
        await dana.SubmitAsync(path, "practitioners", ("who", "ticked"), ("practitioner", priya), ("practitioner", "not an id"));
        var body = (await dana.GetAsync(path)).Body;
        Assert.Matches($"value=\"{priya}\" checked", body);
        Assert.Matches("value=\"ticked\" checked", body);
        var listed = $"/riverside/staff/patients?q={patient.Id}&test=none";
        Assert.Contains(patient.Id + "\"", (await dana.GetAsync(listed)).Body.Replace("/access\"", "\""));
        await dana.SubmitAsync(path, "test", ("test", "yes"));
        Assert.Contains("Nobody found", (await dana.GetAsync(listed)).Body);
        await dana.SubmitAsync(path, "test", ("test", "no"));
        Assert.DoesNotContain("Nobody found", (await dana.GetAsync(listed)).Body);
    }
}
