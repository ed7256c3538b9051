using Microsoft.Extensions.Configuration;
using Portal.Silo.Engines;
using Portal.Silo.Hosting;
using Portal.Silo.Settings;
using Xunit;

namespace Portal.Cluster.Tests;

public sealed class NoClusterTests
{
    [Fact]
    public void The_embedded_engine_is_one_process() => Assert.True(Engine.SoleProcess);

    [Theory]
    [InlineData("silo")]
    [InlineData("web")]
    public void A_role_of_a_cluster_is_refused_with_the_way_out(string role)
    {
        var refused = Assert.Throws<SettingsException>(() => Settings(("Portal:Role", role)).Role());
        Assert.Contains("PortalEngine=orleans", refused.Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("all")]
    public void All_in_one_is_what_it_does(string? role) => Assert.Equal(NodeRole.All, Settings(("Portal:Role", role)).Role());

    [Fact]
    public void An_unknown_role_is_refused()
    {
        var refused = Assert.Throws<SettingsException>(() => Settings(("Portal:Role", "web,silo")).Role());
        Assert.Contains("all, silo or web", refused.Message);
    }

    [Fact]
    public void The_command_line_says_it_in_short()
    {
        var configuration = new ConfigurationBuilder();
        configuration.AddRole(["--role", "silo"]);
        Assert.Equal("silo", configuration.Build()[NodeRoles.Key]);
    }

    private static IConfiguration Settings(params (string Key, string? Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.ToDictionary(s => s.Key, s => s.Value)).Build();
}
