using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

internal static class SqliteMigrator
{
    /// <summary>
    /// Each migration in an exclusive transaction that also reads which ones are missing, so that parallel starts run each once.
    /// </summary>
    public static void Run(
        SqliteConnection connection, TimeProvider time, string component, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            connection.Execute("BEGIN EXCLUSIVE");
            try
            {
                connection.Execute(Migrations.Table);
                var newest = connection.ExecuteScalar<long>(Migrations.Newest, new { component });
                Migrations.CheckNotNewer(component, newest, migrations.Count);
                if (newest < migrations.Count)
                {
                    var next = migrations[(int)newest];
                    connection.Execute(next.Sql);
                    var at = time.GetUtcNow().ToUnixTimeMilliseconds();
                    connection.Execute(Migrations.Record, new { component, number = next.Number, name = next.Name, at });
                }

                connection.Execute("COMMIT");
                if (newest >= migrations.Count) return;
            }
            catch
            {
                // SQLite itself has rolled back after some errors; a second ROLLBACK would hide the first error.
                if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK");
                throw;
            }
        }
    }
}
