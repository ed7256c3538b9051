using System.Data.Common;
using Dapper;
using Npgsql;

namespace Portal.Storage;

/// <summary>What a column holds, as both dialects store it.</summary>
public enum ColumnKind
{
    /// <summary>Text; a <see cref="string"/>.</summary>
    Text,

    /// <summary>A whole number; a <see cref="long"/>.</summary>
    Integer,

    /// <summary>Bytes; a <see cref="T:byte[]"/>.</summary>
    Bytes,

    /// <summary>A <see cref="double"/>.</summary>
    Real,
}

/// <summary>A column.</summary>
/// <param name="Name">Its name, in lower case.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="StoredAs">The database's own name of its type, in lower case.</param>
public sealed record TableColumn(string Name, ColumnKind Kind, string StoredAs)
{
    /// <summary>PostgreSQL's type of a point in time; read and written as Unix milliseconds.</summary>
    public const string Time = "timestamp with time zone";

    /// <summary>The expression that reads it as its kind.</summary>
    internal string Expression => StoredAs == Time ? $"(EXTRACT(EPOCH FROM \"{Name}\") * 1000)::bigint" : $"\"{Name}\"";
}

/// <summary>A table as it is in the database.</summary>
/// <param name="Name">Its name, in lower case.</param>
/// <param name="Columns">Its columns, in their order.</param>
public sealed record TableDescription(string Name, IReadOnlyList<TableColumn> Columns)
{
    /// <summary>
    /// Reads all rows, in whatever order costs least, values as <see cref="ColumnKind"/> has them. Nothing but the current row is in
    /// memory. The array is reused.
    /// </summary>
    public async IAsyncEnumerable<object?[]> RowsAsync(
        DbConnection connection, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT {string.Join(", ", Columns.Select(column => column.Expression))} FROM \"{Name}\"";
        command.CommandTimeout = BulkLoad.TimeoutSeconds;
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new object?[Columns.Count];
        while (await reader.ReadAsync(ct))
        {
            for (var i = 0; i < row.Length; i++) row[i] = reader.IsDBNull(i) ? null : Value(reader, i);
            yield return row;
        }
    }

    private object Value(DbDataReader reader, int index) => Columns[index].Kind switch
    {
        ColumnKind.Text => reader.GetString(index),
        ColumnKind.Integer => Convert.ToInt64(reader.GetValue(index), System.Globalization.CultureInfo.InvariantCulture),
        ColumnKind.Bytes => reader.GetFieldValue<byte[]>(index),
        _ => reader.GetDouble(index),
    };
}

/// <summary>What tables a database has.</summary>
public static class Catalog
{
    private const string SqliteColumns = """
        SELECT m.name AS "Table", c.name AS "Column", lower(c.type) AS "Type" FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, c.cid
        """;

    private const string PostgreSqlColumns = """
        SELECT c.table_name AS "Table", c.column_name AS "Column", c.data_type AS "Type" FROM information_schema.columns c
        JOIN information_schema.tables t USING (table_schema, table_name)
        WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position
        """;

    /// <summary>All tables, in order of their names.</summary>
    /// <exception cref="StorageException">A column has a type that the two dialects do not share.</exception>
    public static async Task<IReadOnlyList<TableDescription>> TablesAsync(DbConnection connection, CancellationToken ct = default)
    {
        var sql = connection is NpgsqlConnection ? PostgreSqlColumns : SqliteColumns;
        var columns = await connection.QueryAsync<(string Table, string Column, string Type)>(
            new CommandDefinition(sql, cancellationToken: ct));
        return
        [
            .. columns.GroupBy(row => row.Table.ToLowerInvariant()).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new TableDescription(
                    group.Key, [.. group.Select(row => new TableColumn(row.Column.ToLowerInvariant(), KindOf(row), row.Type))])),
        ];
    }

    /// <summary>The number of the newest migration of each component; empty for an empty database.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> VersionsAsync(DbConnection connection, CancellationToken ct = default)
    {
        var there = connection is NpgsqlConnection
            ? "SELECT count(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('schema_migrations')"
            : "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'";
        if (await connection.ExecuteScalarAsync<long>(new CommandDefinition(there, cancellationToken: ct)) == 0)
            return new Dictionary<string, long>();
        var rows = await connection.QueryAsync<(string Component, long Number)>(
            new CommandDefinition(Migrations.Versions, cancellationToken: ct));
        return rows.ToDictionary(row => row.Component, row => row.Number, StringComparer.Ordinal);
    }

    private static ColumnKind KindOf((string Table, string Column, string Type) row) => row.Type switch
    {
        "text" or "character varying" => ColumnKind.Text,
        "bigint" or "integer" or "smallint" or TableColumn.Time => ColumnKind.Integer,
        "bytea" or "blob" => ColumnKind.Bytes,
        "double precision" or "real" => ColumnKind.Real,
        _ => throw new StorageException($"The column {row.Table}.{row.Column} is a {row.Type}, which the two dialects do not share."),
    };
}
