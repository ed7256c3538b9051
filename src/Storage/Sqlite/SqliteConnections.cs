using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

/// <summary>How connections to a database file are opened.</summary>
internal static class SqliteConnections
{
    public const string Size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";

    public static SqliteConnection OpenWriter(string path, DatabaseOptions options)
    {
        var connection = Open(path, options);
        // FULL: a commit is on the disk before it is acknowledged, also after a power cut.
        connection.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
        return connection;
    }

    public static SqliteConnection OpenReader(string path, DatabaseOptions options)
    {
        var connection = Open(path, options);
        connection.Execute("PRAGMA query_only=1");
        return connection;
    }

    private static SqliteConnection Open(string path, DatabaseOptions options)
    {
        SQLitePCL.Batteries_V2.Init();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = Math.Max(1, (int)options.Timeout.TotalSeconds),
        }.ToString());
        connection.Open();
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout={(long)options.UnavailableWait.TotalMilliseconds}"));
        return connection;
    }
}
