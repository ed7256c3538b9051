using System.Text.Json.Serialization;
using Portal.Storage;

namespace Portal.Silo.Data.Transfer;

/// <summary>
/// The format of an export, in words in <c>docs/data.md</c>: gzip of lines of JSON. A header; then for each section a line that begins it,
/// a line for each row and a line that ends it; then the trailer, and nothing after it.
/// </summary>
public static class ExportFormat
{
    /// <summary>The version this program writes, and the newest it reads. Raised when an older program could not read it rightly.</summary>
    public const int Version = 1;

    /// <summary>What the header's first member says, so that a file of something else is known at once.</summary>
    public const string Magic = "export";

    /// <summary>Longest line accepted, in bytes: a document of 10 MB in base64 four times over.</summary>
    public const int LongestLine = 64 << 20;
}

/// <summary>The first line.</summary>
public sealed record ExportHeader
{
    /// <summary>Always <see cref="ExportFormat.Magic"/>.</summary>
    [JsonPropertyName("portal")] public string Portal { get; init; } = "";

    /// <summary>Version of the format.</summary>
    [JsonPropertyName("format")] public int Format { get; init; }

    /// <summary>The moment that the data is of, roughly: when the export began.</summary>
    [JsonPropertyName("made")] public DateTimeOffset Made { get; init; }

    /// <summary>The engine it came from; for people only.</summary>
    [JsonPropertyName("engine")] public string Engine { get; init; } = "";

    /// <summary>The database it came from; for people only.</summary>
    [JsonPropertyName("database")] public string Database { get; init; } = "";

    /// <summary>Fingerprint of the secret the data was written under; null where nothing was. The secret itself is nowhere in it.</summary>
    [JsonPropertyName("secret")] public string? Secret { get; init; }

    /// <summary>The newest migration of each component but the engine's.</summary>
    [JsonPropertyName("schema")] public IReadOnlyDictionary<string, long> Schema { get; init; } = new Dictionary<string, long>();
}

/// <summary>A column of a section.</summary>
public sealed record ExportColumn
{
    /// <summary>Its name.</summary>
    [JsonPropertyName("name")] public string Name { get; init; } = "";

    /// <summary><c>text</c>, <c>integer</c>, <c>bytes</c> (in base64) or <c>real</c>.</summary>
    [JsonPropertyName("kind")] public string Kind { get; init; } = "";
}

/// <summary>Any line that is not a row: it begins or ends a section, or ends the export.</summary>
public sealed record ExportMark
{
    /// <summary>Begins the section of this name.</summary>
    [JsonPropertyName("section"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Section { get; init; }

    /// <summary>The columns of the section that begins, in the order of the rows' values.</summary>
    [JsonPropertyName("columns"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<ExportColumn>? Columns { get; init; }

    /// <summary>True ends the export.</summary>
    [JsonPropertyName("end"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool End { get; init; }

    /// <summary>Sections in the export that ends.</summary>
    [JsonPropertyName("sections"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? Sections { get; init; }

    /// <summary>Rows in the section, or in the export, that ends.</summary>
    [JsonPropertyName("rows"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public long? Rows { get; init; }

    /// <summary><see cref="RowDigest"/> of the section that ends.</summary>
    [JsonPropertyName("digest"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Digest { get; init; }

    /// <summary>SHA-256 of all bytes before this line, of the export that ends.</summary>
    [JsonPropertyName("sha256"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Sha256 { get; init; }
}

/// <summary>What was moved.</summary>
/// <param name="Header">The header.</param>
/// <param name="Sections">How many rows of each section.</param>
public sealed record TransferSummary(ExportHeader Header, IReadOnlyList<(string Section, long Rows)> Sections)
{
    /// <summary>All rows.</summary>
    public long Rows => Sections.Sum(section => section.Rows);
}

/// <summary>The stream is not an export, was cut off or altered. Nothing was changed.</summary>
public sealed class DamagedExportException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An import or export that is not made, for a reason the message says. Nothing was changed.</summary>
public sealed class TransferRefusedException(string message) : Exception(message);

/// <summary>A section of an export: rows in the common form, and how they come out of a table and go into one.</summary>
/// <param name="Name">Its name in the export.</param>
/// <param name="Table">The table.</param>
/// <param name="Form">Name and columns in the export.</param>
/// <param name="Read">A row of the table in the common form; null: not exported.</param>
/// <param name="Write">The row of the table.</param>
public sealed record Section(
    string Name, TableDescription Table, TableDescription Form, Func<object?[], object?[]?> Read, Func<object?[], object?[]> Write)
{
    /// <summary>The sections of a database, those whose tables it has.</summary>
    /// <param name="engine">How grain state and reminders are stored.</param>
    /// <param name="tables">The tables the database has.</param>
    public static IReadOnlyList<Section> Of(EngineTables engine, IReadOnlyList<TableDescription> tables)
    {
        var sections = new List<Section>();
        if (tables.FirstOrDefault(table => table.Name == engine.StateTable) is { } states)
        {
            sections.Add(new Section(EngineTables.State.Name, states, EngineTables.State,
                row => engine.ReadState(states, row), row => engine.WriteState(states, row)));
        }

        if (tables.FirstOrDefault(table => table.Name == engine.ReminderTable) is { } reminders)
        {
            sections.Add(new Section(EngineTables.Reminder.Name, reminders, EngineTables.Reminder,
                row => engine.ReadReminder(reminders, row), row => engine.WriteReminder(reminders, row)));
        }

        var names = PortalSchema.Common.SelectMany(component => component.Tables()).ToHashSet(StringComparer.Ordinal);
        sections.AddRange(tables.Where(table => names.Contains(table.Name))
            .Select(table => new Section("table:" + table.Name, table, table, row => row, row => row)));
        return sections;
    }
}
