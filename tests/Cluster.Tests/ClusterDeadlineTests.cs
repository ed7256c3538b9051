using System.Text.RegularExpressions;
using Portal.Tests;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Cluster.Tests;

/// <summary>Deadlines that pass while silos are away: a cluster of its own, as its clock is moved.</summary>
[Collection(PostgresCollection.Name), Trait("Needs", "PostgreSQL")]
public sealed partial class ClusterDeadlineTests(ClusterFixture cluster) : IClassFixture<ClusterFixture>
{
    [PostgresFact]
    public async Task An_invitation_is_expired_after_three_days_though_silos_were_down()
    {
        var dana = await cluster.StaffAsync(cluster.Silos[0], "dana");
        var patient = cluster.NextPatient();
        var path = $"/riverside/staff/patients/{patient.Id}/access";
        const string address = "invited@example.org";
        var page = await dana.GetAsync(path);
        Assert.Equal(303, (await dana.SubmitAsync(page, path, "invite", ("address", address))).Code);
        var link = Link().Match(await cluster.MailAsync(cluster.Web, address, Link())).Value;
        Assert.Contains("tell us when you were born", (await cluster.Web.Browser().GetAsync(link)).Body);
        await cluster.Silos[1].KillAsync();
        await cluster.Silos[2].KillAsync();
        foreach (var node in new[] { cluster.Silos[0], cluster.Web }) await node.AdvanceAsync(new TimeSpan(3, 0, 0, 1));
        var opened = await ClusterFixture.UntilServedAsync(
            cluster.Web.Browser(), link, a => a.Code is 200 or 410 && !a.Body.Contains("tell us when"));
        Assert.InRange(opened.Took, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Contains("expired", (await cluster.Silos[0].Browser().GetAsync(link)).Body);
    }

    [GeneratedRegex(@"/riverside/invitation/[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
