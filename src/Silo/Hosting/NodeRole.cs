using Portal.Silo.Engines;
using Portal.Silo.Settings;

namespace Portal.Silo.Hosting;

/// <summary>What a process does for the portal.</summary>
public enum NodeRole
{
    /// <summary>Grains and pages; the default.</summary>
    All,

    /// <summary>Grains, and no pages but the health checks.</summary>
    Silo,

    /// <summary>Pages only; grains are in other processes.</summary>
    Web,
}

/// <summary>Reads the role from <c>--role all|silo|web</c> or <c>Portal:Role</c>.</summary>
public static class NodeRoles
{
    /// <summary>The key.</summary>
    public const string Key = "Portal:Role";

    /// <summary>Makes <c>--role</c> on the command line mean <see cref="Key"/>.</summary>
    /// <param name="configuration">Where to.</param>
    /// <param name="args">The command line.</param>
    public static void AddRole(this IConfigurationBuilder configuration, string[] args) =>
        configuration.AddCommandLine(args, new Dictionary<string, string> { ["--role"] = Key });

    /// <summary>The role of this process.</summary>
    /// <exception cref="SettingsException">There is no such role, or the engine can't be spread over processes.</exception>
    public static NodeRole Role(this IConfiguration configuration)
    {
        var role = configuration[Key] switch
        {
            null or "" or "all" => NodeRole.All,
            "silo" => NodeRole.Silo,
            "web" => NodeRole.Web,
            _ => throw new SettingsException([$"{Key} (or --role) has to be all, silo or web."]),
        };
        return role == NodeRole.All || !Engine.SoleProcess ? role : throw new SettingsException([
            $"{Key} is {configuration[Key]}, which takes several processes, and the embedded engine is always one: leave it out, or run "
            + "the Orleans build (dotnet build -p:PortalEngine=orleans) on PostgreSQL."]);
    }
}
