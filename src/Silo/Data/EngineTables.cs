using System.Globalization;
using System.Text;
using Portal.Grains.Embedded;
using Portal.Silo.Engines;
using Portal.Storage;

namespace Portal.Silo.Data;

/// <summary>
/// How an engine stores grain state and reminders, and how its rows read in the common form that an export has and a verification looks
/// at: <see cref="State"/> and <see cref="Reminder"/>.
/// </summary>
public abstract class EngineTables
{
    /// <summary>A grain's state: type, key, name of the state, version, JSON, when it was written (Unix milliseconds).</summary>
    public static readonly TableDescription State = new("grain-state",
    [
        new("type", ColumnKind.Text, "text"), new("key", ColumnKind.Text, "text"), new("name", ColumnKind.Text, "text"),
        new("version", ColumnKind.Integer, "bigint"), new("state", ColumnKind.Text, "text"),
        new("written_at", ColumnKind.Integer, "bigint"),
    ]);

    /// <summary>A reminder: type and key of its grain, name, when it is due (Unix milliseconds), period (milliseconds).</summary>
    public static readonly TableDescription Reminder = new("reminders",
    [
        new("type", ColumnKind.Text, "text"), new("key", ColumnKind.Text, "text"), new("name", ColumnKind.Text, "text"),
        new("due", ColumnKind.Integer, "bigint"), new("period", ColumnKind.Integer, "bigint"),
    ]);

    /// <summary>The engine this program was built with.</summary>
    public static EngineTables OfThisBuild => Named(Engine.Name)!;

    /// <summary>The engine's name.</summary>
    public abstract string Name { get; }

    /// <summary>Its tables' migrations.</summary>
    public abstract SchemaComponent Component { get; }

    /// <summary>The table of grain state.</summary>
    public abstract string StateTable { get; }

    /// <summary>The table of reminders.</summary>
    public abstract string ReminderTable { get; }

    /// <summary>The engine of a name; null where there is none.</summary>
    public static EngineTables? Named(string name) => name switch
    {
        "embedded" => new EmbeddedEngineTables(),
        "orleans" => new OrleansEngineTables(),
        _ => null,
    };

    /// <summary>A row of the state table in the common form; null for one that is none, such as a state that was cleared.</summary>
    public abstract object?[]? ReadState(TableDescription table, object?[] row);

    /// <summary>The row of the state table for a state in the common form.</summary>
    public abstract object?[] WriteState(TableDescription table, object?[] state);

    /// <summary>A row of the reminder table in the common form.</summary>
    public abstract object?[]? ReadReminder(TableDescription table, object?[] row);

    /// <summary>The row of the reminder table for a reminder in the common form.</summary>
    public abstract object?[] WriteReminder(TableDescription table, object?[] reminder);

    /// <summary>Puts values into the order of a table's columns.</summary>
    protected static object?[] Row(TableDescription table, Func<string, object?> value) =>
        [.. table.Columns.Select(column => value(column.Name))];

    /// <summary>The value of a column.</summary>
    protected static object? Value(TableDescription table, object?[] row, string column)
    {
        for (var i = 0; i < row.Length; i++)
        {
            if (table.Columns[i].Name == column) return row[i];
        }

        throw new StorageException($"The table {table.Name} has no column {column}.");
    }
}

/// <summary>Tables <c>grain_state</c> and <c>reminders</c>.</summary>
public sealed class EmbeddedEngineTables : EngineTables
{
    private static readonly string[] StateColumns = ["grain_type", "grain_key", "state_name", "etag", "payload", "modified"];
    private static readonly string[] ReminderColumns = ["grain_type", "grain_key", "name", "due", "period"];

    /// <inheritdoc />
    public override string Name => "embedded";

    /// <inheritdoc />
    public override SchemaComponent Component => EmbeddedTables.Component;

    /// <inheritdoc />
    public override string StateTable => "grain_state";

    /// <inheritdoc />
    public override string ReminderTable => "reminders";

    /// <inheritdoc />
    public override object?[] ReadState(TableDescription table, object?[] row) =>
        [.. StateColumns.Select(column => Value(table, row, column))];

    /// <inheritdoc />
    public override object?[] WriteState(TableDescription table, object?[] state) =>
        Row(table, column => state[Array.IndexOf(StateColumns, column)]);

    /// <inheritdoc />
    public override object?[] ReadReminder(TableDescription table, object?[] row) =>
        [.. ReminderColumns.Select(column => Value(table, row, column))];

    /// <inheritdoc />
    public override object?[] WriteReminder(TableDescription table, object?[] reminder) =>
        Row(table, column => reminder[Array.IndexOf(ReminderColumns, column)]);
}

/// <summary>
/// Tables <c>orleans_grain_state</c> and <c>orleans_reminder</c>, keyed as Orleans' AdoNet providers ask for them. Who is a member of the
/// cluster is not moved: it says which processes run.
/// </summary>
public sealed class OrleansEngineTables : EngineTables
{
    // ClusterOptions.ServiceId: what state and reminders are filed under.
    private const string Service = "portal";

    /// <inheritdoc />
    public override string Name => "orleans";

    /// <inheritdoc />
    public override SchemaComponent Component { get; } = new(OrleansSchema.Component, OrleansSchema.Migrations);

    /// <inheritdoc />
    public override string StateTable => "orleans_grain_state";

    /// <inheritdoc />
    public override string ReminderTable => "orleans_reminder";

    /// <inheritdoc />
    public override object?[]? ReadState(TableDescription table, object?[] row)
    {
        // A state that was cleared may leave a row without a payload.
        if (Value(table, row, "payload") is not byte[] payload || Value(table, row, "service") is not Service) return null;
        var name = (string)Value(table, row, "grain_type")!;
        if (!GrainTypes.OfState.TryGetValue(name, out var type)) throw new StorageException($"No grain has a state named '{name}'.");
        var key = OrleansKey.ToText(
            (long)Value(table, row, "key_n0")!, (long)Value(table, row, "key_n1")!, (string?)Value(table, row, "key_text") ?? "");
        return [type, key, name, Value(table, row, "version"), Encoding.UTF8.GetString(payload), Value(table, row, "written_at")];
    }

    /// <inheritdoc />
    public override object?[] WriteState(TableDescription table, object?[] state)
    {
        var (type, name) = ((string)state[0]!, (string)state[2]!);
        if (GrainTypes.OfState.GetValueOrDefault(name) != type)
            throw new StorageException($"A state named '{name}' of a grain '{type}' is unknown to this program.");
        var key = OrleansKey.FromText((string)state[1]!);
        return Row(table, column => column switch
        {
            "service" => Service,
            "grain_type" => name,
            "key_text" => key.Text,
            "key_n0" => key.N0,
            "key_n1" => key.N1,
            "version" => state[3],
            "payload" => Encoding.UTF8.GetBytes((string)state[4]!),
            "written_at" => state[5],
            _ => throw new StorageException($"The column {table.Name}.{column} is unknown."),
        });
    }

    /// <inheritdoc />
    public override object?[]? ReadReminder(TableDescription table, object?[] row)
    {
        if (Value(table, row, "service") is not Service) return null;
        var grain = (string)Value(table, row, "grain")!;
        var slash = grain.IndexOf('/', StringComparison.Ordinal);
        return
        [
            grain[..slash], grain[(slash + 1)..], Value(table, row, "name"), Value(table, row, "start_at"), Value(table, row, "period_ms"),
        ];
    }

    /// <inheritdoc />
    public override object?[] WriteReminder(TableDescription table, object?[] reminder)
    {
        var (type, key) = ((string)reminder[0]!, (string)reminder[1]!);
        return Row(table, column => column switch
        {
            "service" => Service,
            "grain" => $"{type}/{key}",
            "name" => reminder[2],
            "grain_hash" => (long)unchecked((int)StableHash.OfGrain(type, key)),
            "start_at" => reminder[3],
            "period_ms" => reminder[4],
            "version" => 0L,
            _ => throw new StorageException($"The column {table.Name}.{column} is unknown."),
        });
    }
}

/// <summary>
/// A key as Orleans' AdoNet storage files it: 32 hexadecimal digits as the two halves of a GUID, up to 16 as a number, everything else as
/// text. No key begins with 0 or has capitals, so each reads back as it was.
/// </summary>
/// <param name="N0">First half of a GUID; 0 otherwise.</param>
/// <param name="N1">Second half of a GUID, or the number; 0 for text.</param>
/// <param name="Text">The text; empty for a GUID or number.</param>
public sealed record OrleansKey(long N0, long N1, string Text)
{
    private const int GuidDigits = 32;

    /// <summary>How a key is filed.</summary>
    public static OrleansKey FromText(string key)
    {
        if (key.Length == GuidDigits && Guid.TryParseExact(key, "N", out var guid))
        {
            var bytes = guid.ToByteArray();
            return new OrleansKey(BitConverter.ToInt64(bytes, 0), BitConverter.ToInt64(bytes, sizeof(long)), "");
        }

        return long.TryParse(key, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? new OrleansKey(0, number, "")
            : new OrleansKey(0, 0, key);
    }

    /// <summary>The key that is filed so.</summary>
    public static string ToText(long n0, long n1, string text)
    {
        if (text.Length > 0) return text;
        if (n0 == 0) return n1.ToString("x", CultureInfo.InvariantCulture);
        Span<byte> bytes = stackalloc byte[2 * sizeof(long)];
        BitConverter.TryWriteBytes(bytes, n0);
        BitConverter.TryWriteBytes(bytes[sizeof(long)..], n1);
        return new Guid(bytes).ToString("N");
    }
}
