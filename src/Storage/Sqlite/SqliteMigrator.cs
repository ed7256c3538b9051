using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

internal static class SqliteMigrator
{
    /// <summary>
    /// Each migration in an exclusive transaction that also reads which ones are missing, so that parallel starts run each once.
    /// </summary>
    public static void Run(
        SqliteConnection connection, TimeProvider time, IReadOnlyList<SchemaComponent> components, CancellationToken ct)
    {
        foreach (var component in components)
        {
            do ct.ThrowIfCancellationRequested();
            while (Step(connection, time, component));
        }
    }

    // True while there may be more to do.
    private static bool Step(SqliteConnection connection, TimeProvider time, SchemaComponent component)
    {
        // The driver tries again for so long: the process that has the lock may be in the middle of a long step.
        connection.Execute("BEGIN EXCLUSIVE", commandTimeout: Migrations.StepTimeout);
        try
        {
            connection.Execute(Migrations.Table);
            var newest = connection.ExecuteScalar<long>(Migrations.Newest, new { component = component.Name });
            Migrations.CheckNotNewer(component.Name, newest, component.Migrations.Count);
            var isMissing = newest < component.Migrations.Count;
            if (isMissing)
            {
                var next = component.Migrations[(int)newest];
                connection.Execute(next.For(Dialect.Sqlite), commandTimeout: Migrations.StepTimeout);
                var at = time.GetUtcNow().ToUnixTimeMilliseconds();
                connection.Execute(Migrations.Record, new { component = component.Name, number = next.Number, name = next.Name, at });
            }

            connection.Execute("COMMIT");
            return isMissing;
        }
        catch
        {
            // SQLite itself has rolled back after some errors; a second ROLLBACK would hide the first error.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK");
            throw;
        }
    }
}
