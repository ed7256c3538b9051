using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Relationships;

/// <summary>Staff let somebody act for a patient, without scripts.</summary>
[Collection(PortalCollection.Name)]
public sealed class RelationshipPageTests(PortalWeb web)
{
    [Fact]
    public async Task The_same_click_twice_sends_one_invitation_and_looking_is_written_down()
    {
        const string To = "carol.double@example.org";
        var patient = web.NextPatient();
        var dana = await web.StaffAsync("dana");
        var path = $"/riverside/staff/patients/{patient.Id}/relationships";
        var page = await dana.GetAsync(path);
        Assert.Contains(await web.AuditAsync("patient.viewed"), entry => entry.Patient == patient.Id);
        var operation = PortalWeb.HiddenFields(page.Body)["operation"];
        var before = (await web.AuditAsync("invitation.created")).Count;
        for (var i = 0; i < 2; i++)
        {
            var given = await dana.SubmitAsync(page, path, "give", ("operation", operation), ("email", To), ("given", "Carol"),
                ("family", "Dean"), ("birth.day", "2"), ("birth.month", "3"), ("birth.year", "1980"), ("scopes", "1"),
                ("confirmed", "true"));
            Assert.Equal(path + "?done=invited", given.Location);
        }

        await web.MessageAsync(To);
        Assert.Equal(before + 1, (await web.AuditAsync("invitation.created")).Count);
    }
}
