using System.Globalization;

namespace Portal.Storage;

/// <summary>What both dialects share about migrations.</summary>
internal static class Migrations
{
    public const string Table = "CREATE TABLE IF NOT EXISTS schema_migrations "
        + "(component TEXT NOT NULL, number BIGINT NOT NULL, name TEXT NOT NULL, applied_at BIGINT NOT NULL, "
        + "PRIMARY KEY (component, number))";

    public const string Newest = "SELECT COALESCE(MAX(number), 0) FROM schema_migrations WHERE component = @component";

    public const string Record =
        "INSERT INTO schema_migrations (component, number, name, applied_at) VALUES (@component, @number, @name, @at)";

    public const string Versions = "SELECT component, MAX(number) FROM schema_migrations GROUP BY component";

    /// <summary>
    /// How long one step may take, waiting for another process's included: an index over some millions of rows. Seconds.
    /// </summary>
    public const int StepTimeout = 600;

    public static void Check(SchemaComponent component)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(component.Name);
        ArgumentNullException.ThrowIfNull(component.Migrations);
        for (var i = 0; i < component.Migrations.Count; i++)
        {
            if (component.Migrations[i].Number == i + 1) continue;
            var found = component.Migrations[i].Number.ToString(CultureInfo.InvariantCulture);
            throw new ArgumentException($"Migrations of '{component.Name}' are numbered 1, 2, 3 …: {found} is not in its place.");
        }
    }

    /// <summary>Whether something is left to run. Refuses, before anything is changed, where any component is newer than known.</summary>
    public static bool IsBehind(IReadOnlyDictionary<string, long> versions, IReadOnlyList<SchemaComponent> components)
    {
        foreach (var component in components)
            CheckNotNewer(component.Name, versions.GetValueOrDefault(component.Name), component.Migrations.Count);
        return components.Any(component => versions.GetValueOrDefault(component.Name) < component.Migrations.Count);
    }

    /// <summary>Refuses a database that has more migrations of the component than the program.</summary>
    public static void CheckNotNewer(string component, long newest, int known)
    {
        if (newest <= known) return;
        throw new DatabaseNewerException(string.Create(CultureInfo.InvariantCulture,
            $"The database is newer than this program: its tables of '{component}' are at version {newest}, this program knows {known}. "
            + $"Start the newer program, or restore a backup made before the upgrade."));
    }
}
