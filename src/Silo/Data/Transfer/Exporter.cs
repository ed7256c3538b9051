using System.Data.Common;
using Dapper;
using Portal.Storage;

namespace Portal.Silo.Data.Transfer;

/// <summary>
/// Writes everything a database has, as it was at one moment, into a stream. May be done while the portal runs: what it then
/// finds is what a crash at that moment would have left, which every part of the portal goes on from.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="engine">The engine that stores its grain state and reminders.</param>
/// <param name="time">Dates the export.</param>
public sealed class Exporter(Database database, EngineTables engine, TimeProvider time)
{
    /// <summary>Exports.</summary>
    /// <param name="output">Where to; left open.</param>
    /// <param name="ct">Ends it; what was written then has no trailer and is refused by an import.</param>
    /// <exception cref="DatabaseNewerException">The database belongs to a newer program.</exception>
    /// <exception cref="TransferRefusedException">The database has no data of this engine.</exception>
    public Task<TransferSummary> RunAsync(Stream output, CancellationToken ct = default) =>
        database.SnapshotAsync(connection => RunAsync(connection, output, ct), ct);

    private async Task<TransferSummary> RunAsync(DbConnection connection, Stream output, CancellationToken ct)
    {
        var schema = await Schema.VersionsAsync(connection, engine, ct);
        var tables = await Catalog.TablesAsync(connection, ct);
        if (!schema.ContainsKey(engine.Component.Name))
            throw new TransferRefusedException($"The database has no data of the {engine.Name} engine.");
        var header = new ExportHeader
        {
            Portal = ExportFormat.Magic,
            Format = ExportFormat.Version,
            Made = time.GetUtcNow(),
            Engine = engine.Name,
            Database = database.Dialect == Dialect.Sqlite ? "sqlite" : "postgresql",
            Secret = await SecretAsync(connection, schema, ct),
            Schema = schema.Where(version => version.Key != engine.Component.Name)
                .OrderBy(version => version.Key, StringComparer.Ordinal).ToDictionary(version => version.Key, version => version.Value),
        };
        await using var writer = new ExportWriter(output);
        await writer.WriteAsync(header);
        var sections = new List<(string, long)>();
        foreach (var section in Section.Of(engine, tables)) sections.Add((section.Name, await WriteAsync(connection, section, writer, ct)));
        var summary = new TransferSummary(header, sections);
        await writer.EndAsync(sections.Count, summary.Rows);
        return summary;
    }

    private static async Task<long> WriteAsync(DbConnection connection, Section section, ExportWriter writer, CancellationToken ct)
    {
        var columns = section.Form.Columns;
        await writer.WriteAsync(new ExportMark
        {
            Section = section.Name,
            Columns = [.. columns.Select(column => new ExportColumn { Name = column.Name, Kind = Schema.NameOf(column.Kind) })],
        });
        using var codec = new RowCodec(columns);
        var digest = new RowDigest();
        await foreach (var stored in section.Table.RowsAsync(connection, ct))
        {
            if (section.Read(stored) is { } row) await WriteRowAsync(row);
        }

        await writer.WriteAsync(new ExportMark { Rows = digest.Rows, Digest = digest.ToString() });
        return digest.Rows;

        ValueTask WriteRowAsync(object?[] row)
        {
            var line = codec.Encode(row);
            digest.Add(line);
            return writer.WriteLineAsync(line);
        }
    }

    private static async Task<string?> SecretAsync(DbConnection connection, IReadOnlyDictionary<string, long> schema, CancellationToken ct)
    {
        if (!schema.ContainsKey(Installation.Component.Name)) return null;
        return await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(Installation.Select, cancellationToken: ct));
    }
}
