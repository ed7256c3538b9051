using Portal.Grains.Embedded;
using Portal.Grains.Shared;
using Portal.Silo.Hosting;
using Portal.Storage;

namespace Portal.Silo.Engines;

/// <summary>The embedded engine: all grains in this process, on SQLite or PostgreSQL.</summary>
public static class Engine
{
    /// <summary>Its name, for the start message.</summary>
    public const string Name = "embedded";

    /// <summary>Whether this process is the only one on its database. The engine's own lock sees to it.</summary>
    public const bool SoleProcess = true;

    /// <summary>Adds the engine.</summary>
    public static void AddEngine(this WebApplicationBuilder builder, Database database, NodeRole role)
    {
        if (role != NodeRole.All) throw new ArgumentOutOfRangeException(nameof(role));
        builder.Services.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(PortalGrain).Assembly);
            options.Database = database;
        });
    }

    /// <summary>This engine has no dashboard.</summary>
    public static void MapDashboard(this WebApplication app) => _ = app;
}
