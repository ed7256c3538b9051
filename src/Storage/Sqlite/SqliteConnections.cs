using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

/// <summary>How connections to a database file are opened.</summary>
internal static class SqliteConnections
{
    public const string Size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

    /// <summary>For filling tables: 64 MB instead of 2, beside which the indexes of a million rows would be read over and over.</summary>
    public const string LargeCache = "PRAGMA cache_size=-65536";

    public static SqliteConnection OpenWriter(string path, DatabaseOptions options) => Open(path, options, connection =>
    {
        // Readers and the writer do not wait for each other only with the log, which file systems of other machines do not support.
        if (connection.ExecuteScalar<string>("PRAGMA journal_mode=WAL") != "wal")
            throw new DatabaseUnavailableException($"The SQLite database '{path}' has no write-ahead log: use a local disk.", false);
        // FULL: a commit is on the disk before it is acknowledged, also after a power cut. The limit (64 MB) cuts a log that a
        // long read made grow.
        connection.Execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA journal_size_limit=67108864");
        // 16 MB instead of 2: what a group of writes touches is spread over the database, and would be read again for each group.
        connection.Execute("PRAGMA cache_size=-16384");
        // The log is moved into the database every 4,000 pages (16 MB), a quarter as often as by default: each time stops the
        // writer for several fsyncs.
        connection.Execute("PRAGMA wal_autocheckpoint=4000");
    });

    public static SqliteConnection OpenReader(string path, DatabaseOptions options) =>
        Open(path, options, connection => connection.Execute("PRAGMA query_only=1"));

    private static SqliteConnection Open(string path, DatabaseOptions options, Action<SqliteConnection> prepare)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            // How long the driver tries again when the file is locked. SQLite's own busy_timeout is left off: this build of it
            // sleeps whole seconds.
            DefaultTimeout = Math.Max(1, (int)options.UnavailableWait.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            // Reads the file, so that one that is no database is found here.
            connection.ExecuteScalar<long>("SELECT count(*) FROM sqlite_master");
            prepare(connection);
            return connection;
        }
        catch (Exception error)
        {
            connection.Dispose();
            if (error is not SqliteException) throw;
            throw new DatabaseUnavailableException($"The SQLite database '{path}' cannot be opened: {error.Message}", false, error);
        }
    }
}
