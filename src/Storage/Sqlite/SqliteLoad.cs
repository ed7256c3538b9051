using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

/// <summary>Fills tables with one prepared insert for each.</summary>
internal sealed class SqliteLoad(SqliteConnection connection, TimeProvider time) : BulkLoad(connection, Dialect.Sqlite, time)
{
    public override Task<RowWriter> IntoAsync(TableDescription table, CancellationToken ct) =>
        Task.FromResult<RowWriter>(new Writer(connection, table));

    /// <summary>Runs a load in one transaction.</summary>
    public static async Task RunAsync(SqliteConnection connection, TimeProvider time, Func<BulkLoad, Task> load)
    {
        try
        {
            connection.Execute("BEGIN EXCLUSIVE");
            await load(new SqliteLoad(connection, time));
            connection.Execute("COMMIT");
        }
        catch (Exception error)
        {
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Execute("ROLLBACK");
            if (error is SqliteException) throw SqliteErrors.Translate("load", error);
            throw;
        }
    }

    private sealed class Writer : RowWriter
    {
        private readonly SqliteStatement _insert;
        private readonly (string Name, object? Value)[] _values;

        public Writer(SqliteConnection connection, TableDescription table)
        {
            _values = [.. table.Columns.Select(column => (column.Name, (object?)null))];
            var columns = string.Join(", ", _values.Select(value => $"\"{value.Name}\""));
            var names = string.Join(", ", _values.Select(value => "@" + value.Name));
            _insert = new SqliteStatement(connection.Handle!, $"INSERT INTO \"{table.Name}\" ({columns}) VALUES ({names})");
        }

        public override ValueTask AddAsync(object?[] row)
        {
            for (var i = 0; i < row.Length; i++) _values[i].Value = row[i];
            _insert.Run(_values);
            return ValueTask.CompletedTask;
        }

        public override Task CompleteAsync() => Task.CompletedTask;

        public override ValueTask DisposeAsync()
        {
            _insert.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
