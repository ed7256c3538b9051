using Npgsql;
using NpgsqlTypes;

namespace Portal.Storage.PostgreSql;

/// <summary>Fills tables with <c>COPY</c>.</summary>
internal sealed class PostgreSqlLoad(NpgsqlConnection connection, TimeProvider time)
    : BulkLoad(connection, Dialect.PostgreSql, time)
{
    public override async Task<RowWriter> IntoAsync(TableDescription table, CancellationToken ct)
    {
        var columns = string.Join(", ", table.Columns.Select(column => $"\"{column.Name}\""));
        var importer = await connection.BeginBinaryImportAsync($"COPY \"{table.Name}\" ({columns}) FROM STDIN (FORMAT BINARY)", ct);
        importer.Timeout = TimeSpan.FromSeconds(TimeoutSeconds);
        return new Writer(importer, table);
    }

    private sealed class Writer(NpgsqlBinaryImporter importer, TableDescription table) : RowWriter
    {
        public override async ValueTask AddAsync(object?[] row)
        {
            await importer.StartRowAsync();
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] is not { } value) await importer.WriteNullAsync();
                else await WriteAsync(value, table.Columns[i]);
            }
        }

        public override async Task CompleteAsync() => await importer.CompleteAsync();

        public override ValueTask DisposeAsync() => importer.DisposeAsync();

        private Task WriteAsync(object value, TableColumn column) => (value, column.StoredAs) switch
        {
            (string text, _) => importer.WriteAsync(text, NpgsqlDbType.Text),
            (byte[] bytes, _) => importer.WriteAsync(bytes, NpgsqlDbType.Bytea),
            (double number, _) => importer.WriteAsync(number, NpgsqlDbType.Double),
            (long at, TableColumn.Time) =>
                importer.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(at).UtcDateTime, NpgsqlDbType.TimestampTz),
            (long, "integer") => importer.WriteAsync(Narrow(value, table.Name, column.Name), NpgsqlDbType.Integer),
            (long, "smallint") => importer.WriteAsync((short)Narrow(value, table.Name, column.Name), NpgsqlDbType.Smallint),
            (long number, _) => importer.WriteAsync(number, NpgsqlDbType.Bigint),
            _ => throw new ArgumentException($"A {value.GetType().Name} cannot be stored."),
        };
    }
}
