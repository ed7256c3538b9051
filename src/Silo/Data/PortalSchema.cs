using System.Globalization;
using Portal.Grains.Shared;
using Portal.Silo.Development;
using Portal.Silo.Hosting;
using Portal.Storage;

namespace Portal.Silo.Data;

/// <summary>All tables of the program: the features', the web's, the installation's and those of an engine.</summary>
public static class PortalSchema
{
    /// <summary>Whether a start brings the tables up to date itself; default true. Otherwise <c>migrate</c> is run before.</summary>
    public const string MigrateAtStart = "Portal:MigrateAtStart";

    /// <summary>What does not depend on the engine.</summary>
    public static IReadOnlyList<SchemaComponent> Common { get; } =
        [.. PortalMigrations.Components, new SchemaComponent("data-protection", DataProtectionKeys.Migrations), Installation.Component];

    /// <summary>What only some databases have, and an export takes along.</summary>
    public static IReadOnlyList<SchemaComponent> Marks { get; } = [DemoMark.Component];

    /// <summary>Everything an engine needs, in the order the migrations run.</summary>
    public static IReadOnlyList<SchemaComponent> Of(EngineTables engine) => [.. Common, engine.Component];

    /// <summary>At start: migrates, or makes sure that somebody has.</summary>
    /// <exception cref="DatabaseNewerException">The database belongs to a newer program.</exception>
    /// <exception cref="StorageException">It is behind, and <see cref="MigrateAtStart"/> is false.</exception>
    public static async Task PrepareAsync(Database database, IConfiguration configuration, CancellationToken ct = default)
    {
        // A silo of Orleans that is alone on SQLite uses the tables of the embedded engine.
        var components = Of(database.Dialect == Dialect.PostgreSql ? EngineTables.OfThisBuild : EngineTables.Named("embedded")!);
        if (configuration.GetValue(MigrateAtStart, true))
        {
            await database.MigrateAllAsync(components, ct);
            return;
        }

        var missing = Missing(await database.SchemaAsync(ct), components);
        if (missing.Count == 0) return;
        throw new StorageException(
            $"the tables of the database are not up to date ({string.Join(", ", missing)}) and {MigrateAtStart} is false: "
            + "run `Portal.Silo migrate` first.");
    }

    /// <summary>The components that are behind, as <c>name 1 of 3</c>.</summary>
    public static IReadOnlyList<string> Missing(IReadOnlyDictionary<string, long> versions, IReadOnlyList<SchemaComponent> components) =>
    [
        .. from component in components
           let has = versions.GetValueOrDefault(component.Name)
           where has < component.Migrations.Count
           select string.Create(CultureInfo.InvariantCulture, $"{component.Name} {has} of {component.Migrations.Count}"),
    ];
}
