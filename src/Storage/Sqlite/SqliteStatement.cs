using System.Text;
using SQLitePCL;

namespace Portal.Storage.Sqlite;

/// <summary>One prepared statement, kept for its SQL text. Owned by one <see cref="SqliteWriter"/>.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _handle;
    private readonly sqlite3_stmt _statement;
    private readonly ParameterOrder _parameters;

    public SqliteStatement(sqlite3 handle, string sql)
    {
        _handle = handle;
        var rc = raw.sqlite3_prepare_v3(handle, Encoding.UTF8.GetBytes(sql), raw.SQLITE_PREPARE_PERSISTENT, out _statement, out var tail);
        if (rc != raw.SQLITE_OK) throw SqliteErrors.From(rc, handle);
        if (_statement.IsInvalid || !tail.ToArray().All(b => b is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t' or (byte)';' or 0))
        {
            _statement.Dispose();
            throw new ArgumentException("A statement holds exactly one SQL statement.");
        }

        // SQLite counts from 1 and answers 0 for a name it does not have.
        _parameters = new ParameterOrder(
            raw.sqlite3_bind_parameter_count(_statement),
            name => raw.sqlite3_bind_parameter_index(_statement, "@" + name) is > 0 and var index ? index : -1);
    }

    /// <summary>Binds, runs to the end and returns the rows affected.</summary>
    public int Run((string Name, object? Value)[] parameters)
    {
        try
        {
            Bind(parameters);
            var before = raw.sqlite3_total_changes(_handle);
            int rc;
            do rc = raw.sqlite3_step(_statement);
            while (rc == raw.SQLITE_ROW);
            if (rc != raw.SQLITE_DONE) throw SqliteErrors.From(rc, _handle);
            // Statements that change nothing leave the count of the one before them in place.
            return raw.sqlite3_total_changes(_handle) == before ? 0 : raw.sqlite3_changes(_handle);
        }
        finally
        {
            _ = raw.sqlite3_reset(_statement);
        }
    }

    public void Dispose() => _statement.Dispose();

    private void Bind((string Name, object? Value)[] parameters)
    {
        var order = _parameters.Of(parameters);
        for (var i = 0; i < parameters.Length; i++)
        {
            var rc = Bind(order[i].Position, parameters[i].Value);
            if (rc != raw.SQLITE_OK) throw SqliteErrors.From(rc, _handle);
        }
    }

    private int Bind(int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(_statement, index),
        string text => BindText(index, text),
        long number => raw.sqlite3_bind_int64(_statement, index, number),
        int number => raw.sqlite3_bind_int64(_statement, index, number),
        bool flag => raw.sqlite3_bind_int64(_statement, index, flag ? 1 : 0),
        DateTimeOffset time => raw.sqlite3_bind_int64(_statement, index, time.ToUnixTimeMilliseconds()),
        byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(_statement, index, 0),
        byte[] bytes => raw.sqlite3_bind_blob(_statement, index, bytes),
        double number => raw.sqlite3_bind_double(_statement, index, number),
        _ => throw new ArgumentException($"A {value.GetType().Name} cannot be stored."),
    };

    private int BindText(int index, string text)
    {
        // An empty span would be bound as NULL.
        if (text.Length == 0) return raw.sqlite3_bind_text(_statement, index, "");
        Span<byte> small = stackalloc byte[512];
        if (text.Length > small.Length / 3) return raw.sqlite3_bind_text(_statement, index, text);
        return raw.sqlite3_bind_text(_statement, index, (ReadOnlySpan<byte>)small[..Encoding.UTF8.GetBytes(text, small)]);
    }
}
