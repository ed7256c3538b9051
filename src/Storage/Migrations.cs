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

    public static void Check(string component, IReadOnlyList<Migration> migrations)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(component);
        ArgumentNullException.ThrowIfNull(migrations);
        for (var i = 0; i < migrations.Count; i++)
        {
            if (migrations[i].Number == i + 1) continue;
            var found = migrations[i].Number.ToString(CultureInfo.InvariantCulture);
            throw new ArgumentException($"Migrations of '{component}' are numbered 1, 2, 3 …: {found} is not in its place.");
        }
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
