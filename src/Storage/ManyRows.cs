using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Portal.Storage;

/// <summary>
/// Many rows of one table, where each of them is new or there already. PostgreSQL takes them as one statement, since there each statement
/// costs messages and a plan; SQLite, which is called and not sent to, takes one for each row, prepared once.
/// </summary>
public static class ManyRows
{
    /// <summary>Adds rows; those whose key is there already are left as they are.</summary>
    /// <param name="dialect">The database's.</param>
    /// <param name="table">The table, a constant.</param>
    /// <param name="columns">The columns, constants.</param>
    /// <param name="rows">
    /// A value for each column, of the kinds that <see cref="Statement"/> takes but for double, which is refused; those of a column are of
    /// one kind or null. In the order of the key it is quicker.
    /// </param>
    /// <returns>Nothing for no rows.</returns>
    public static IReadOnlyList<Statement> Insert(
        Dialect dialect, string table, IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows)
    {
        if (rows.Count == 0) return [];
        return dialect == Dialect.PostgreSql ? [AsOne(table, columns, rows)] : [.. OneEach(table, columns, rows)];
    }

    private static IEnumerable<Statement> OneEach(string table, IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows)
    {
        var sql = $"""
            INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", columns.Select(column => "@" + column))})
            ON CONFLICT DO NOTHING
            """;
        foreach (var row in rows)
        {
            var values = new (string, object?)[columns.Count];
            for (var i = 0; i < values.Length; i++) values[i] = (columns[i], row[i] is double ? throw NoDouble() : row[i]);
            yield return new Statement(sql, values);
        }
    }

    private static Statement AsOne(string table, IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows)
    {
        var values = columns.Select((_, i) => Column(i, rows.Select(row => row[i]).FirstOrDefault(value => value is not null)));
        return new Statement(
            $"""
            INSERT INTO {table} ({string.Join(", ", columns)})
            SELECT {string.Join(", ", values)} FROM jsonb_array_elements(CAST(@rows AS jsonb)) AS r ON CONFLICT DO NOTHING
            """,
            ("rows", Json(rows)));
    }

    // What JSON has no kind for is text in it. Of a column without any value the kind is not known here, but to the table.
    private static string Column(int index, object? value) => value switch
    {
        null => "NULL",
        byte[] => $"decode(r->>{index}, 'hex')",
        long or int or bool or DateTimeOffset => $"CAST(r->>{index} AS bigint)",
        _ => $"r->>{index}",
    };

    private static string Json(IReadOnlyList<object?[]> rows)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows)
            {
                json.WriteStartArray();
                foreach (var value in row) Write(json, value);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        // Judged before it is written: what jsonb refuses, or JSON would write otherwise, is refused as in any statement.
        Values.Check("rows", value);
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case string text:
                json.WriteStringValue(text);
                break;
            case byte[] bytes:
                json.WriteStringValue(Convert.ToHexStringLower(bytes));
                break;
            case bool flag:
                json.WriteNumberValue(flag ? 1 : 0);
                break;
            case DateTimeOffset time:
                json.WriteNumberValue(time.ToUnixTimeMilliseconds());
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            default:
                throw NoDouble();
        }
    }

    private static ArgumentException NoDouble() => new("Numbers with a fraction are not among the kinds of many rows.");
}
