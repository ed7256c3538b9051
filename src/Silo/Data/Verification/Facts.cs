using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Silo.Data.Verification;

/// <summary>
/// What has to fit together, taken out of a database of any kind and size into a temporary SQLite file, where one statement finds what
/// does not. Memory stays at the file's cache (64 MB); a million patients take about a gigabyte of temporary disk.
/// </summary>
public sealed class Facts : IDisposable
{
    private const string Tables = """
        CREATE TABLE state (type TEXT, key TEXT, organisation TEXT, list TEXT, item TEXT, version INTEGER, PRIMARY KEY (type, key))
            WITHOUT ROWID;
        CREATE INDEX state_listed ON state (list, organisation, item);
        CREATE TABLE organisation (organisation TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE person (organisation TEXT, kind TEXT, id TEXT, PRIMARY KEY (organisation, kind, id)) WITHOUT ROWID;
        CREATE TABLE mention (source TEXT, item TEXT, organisation TEXT, kind TEXT, id TEXT);
        CREATE TABLE change (organisation TEXT, patient TEXT, operation TEXT, hash TEXT, old_hash TEXT, PRIMARY KEY (organisation, patient))
            WITHOUT ROWID;
        CREATE TABLE bound (organisation TEXT, kind TEXT, hash TEXT, patient TEXT, PRIMARY KEY (organisation, kind, hash, patient))
            WITHOUT ROWID;
        CREATE TABLE claim (organisation TEXT, kind TEXT, hash TEXT, stage TEXT, patient TEXT, operation TEXT,
            PRIMARY KEY (organisation, kind, hash)) WITHOUT ROWID;
        CREATE TABLE claim_row (organisation TEXT, kind TEXT, hash TEXT, patient TEXT, PRIMARY KEY (organisation, kind, hash))
            WITHOUT ROWID;
        CREATE TABLE listed (list TEXT, organisation TEXT, item TEXT, version INTEGER, words INTEGER, sum INTEGER,
            PRIMARY KEY (list, organisation, item)) WITHOUT ROWID;
        CREATE TABLE word (organisation TEXT, patient TEXT, words INTEGER, sum INTEGER, PRIMARY KEY (organisation, patient)) WITHOUT ROWID;
        CREATE TABLE reminder (type TEXT, key TEXT, name TEXT, PRIMARY KEY (type, key, name)) WITHOUT ROWID;
        CREATE TABLE wake (type TEXT, key TEXT);
        CREATE TABLE stale (list TEXT, organisation TEXT, item TEXT, state TEXT)
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("portal-verify-");
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _inserts = [];

    /// <summary>Makes the file.</summary>
    public Facts()
    {
        SQLitePCL.Batteries_V2.Init();
        _connection = new SqliteConnection($"Data Source={Path.Combine(_folder.FullName, "facts.db")};Pooling=False");
        _connection.Open();
        // Nothing of it outlives the process.
        _connection.Execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA locking_mode=EXCLUSIVE");
        _connection.Execute(Tables);
        _connection.Execute("BEGIN DEFERRED");
    }

    /// <summary>Adds a row: one value for each column of the table. One that is there already stays.</summary>
    public void Add(string table, params ReadOnlySpan<object?> values)
    {
        if (!_inserts.TryGetValue(table, out var insert))
        {
            insert = _connection.CreateCommand();
            for (var i = 0; i < values.Length; i++) insert.Parameters.Add(new SqliteParameter { ParameterName = $"@p{i}" });
            var names = string.Join(", ", insert.Parameters.Cast<SqliteParameter>().Select(parameter => parameter.ParameterName));
            insert.CommandText = $"INSERT INTO {table} VALUES ({names}) ON CONFLICT DO NOTHING";
            // Each word of a patient adds to the same row.
            if (table == "word") insert.CommandText = insert.CommandText.Replace(
                "DO NOTHING", "(organisation, patient) DO UPDATE SET words = words + 1, sum = sum + excluded.sum",
                StringComparison.Ordinal);
            _inserts[table] = insert;
        }

        for (var i = 0; i < values.Length; i++) insert.Parameters[i].Value = values[i] ?? DBNull.Value;
        insert.ExecuteNonQuery();
    }

    /// <summary>Rows of a query, one in memory at a time.</summary>
    public IEnumerable<T> Query<T>(string sql, object? parameters = null) => _connection.Query<T>(sql, parameters, buffered: false);

    /// <summary>One figure.</summary>
    public long Count(string sql) => _connection.ExecuteScalar<long>(sql);

    /// <summary>Whether there is such a person.</summary>
    public bool HasPerson(string organisation, string kind, string id) => _connection.ExecuteScalar<long>(
        "SELECT COUNT(*) FROM person WHERE organisation = @organisation AND kind = @kind AND id = @id", new { organisation, kind, id }) > 0;

    /// <summary>The version a list has of an item; null where it has none.</summary>
    public (long Version, bool SameWords)? Listed(string list, string organisation, string item)
    {
        var row = _connection.QueryFirstOrDefault<ListedRow>("""
            SELECT l.version AS Version,
                COALESCE(l.words, 0) = COALESCE(w.words, 0) AND COALESCE(l.sum, 0) = COALESCE(w.sum, 0) AS SameWords
            FROM listed l LEFT JOIN word w ON l.list = 'patients' AND w.organisation = l.organisation AND w.patient = l.item
            WHERE l.list = @list AND l.organisation = @organisation AND l.item = @item
            """, new { list, organisation, item });
        return row is null ? null : (row.Version, row.SameWords != 0);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var insert in _inserts.Values) insert.Dispose();
        _connection.Dispose();
        _folder.Delete(recursive: true);
    }

    private sealed class ListedRow
    {
        public long Version { get; init; }
        public long SameWords { get; init; }
    }
}
