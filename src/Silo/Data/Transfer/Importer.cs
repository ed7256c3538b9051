using System.Security.Cryptography;
using Portal.Storage;

namespace Portal.Silo.Data.Transfer;

/// <summary>
/// Reads an export into an empty database, in one transaction: all of it or nothing. The tables are made as the exporting program
/// had them, filled, read back and compared with the export, and then brought up to date.
/// </summary>
/// <param name="database">The database. Nobody else may run on it.</param>
/// <param name="engine">The engine that is to store grain state and reminders.</param>
/// <param name="replace">What is in the database goes, instead of the import being refused.</param>
/// <param name="secret">Fingerprint of the secret that will be used; null: not known here, and not compared.</param>
public sealed class Importer(Database database, EngineTables engine, bool replace, string? secret)
{
    private static readonly string[] EngineNames = ["embedded", "orleans"];

    /// <summary>Imports.</summary>
    /// <param name="input">The export; left open.</param>
    /// <param name="ct">Ends it; nothing is then changed.</param>
    /// <exception cref="DamagedExportException">It is no export, was cut off or altered.</exception>
    /// <exception cref="TransferRefusedException">
    /// The database is not empty or in use, the format is newer, or the secret is another.
    /// </exception>
    /// <exception cref="DatabaseNewerException">The export or the database belongs to a newer program.</exception>
    public async Task<TransferSummary> RunAsync(Stream input, CancellationToken ct = default)
    {
        await using var reader = new ExportReader(input);
        var header = await reader.HeaderAsync(ct);
        CheckHeader(header);
        ProcessLock held;
        try
        {
            held = await database.AcquireProcessLockAsync(ct);
        }
        catch (AlreadyRunningException error)
        {
            throw new TransferRefusedException(error.Message);
        }

        await using (held)
        {
            TransferSummary? summary = null;
            try
            {
                await database.LoadAsync(async load => summary = await LoadAsync(load, reader, header, ct), ct);
            }
            catch (StorageException error) when (error is not (DatabaseUnavailableException or DatabaseNewerException))
            {
                // Rows that the tables refuse were never in any: the same key twice, a value that is too long.
                throw new DamagedExportException($"The export is damaged: the database refuses its rows. {error.Message}", error);
            }

            return summary!;
        }
    }

    private void CheckHeader(ExportHeader header)
    {
        var known = PortalSchema.Common.Concat(PortalSchema.Marks).ToDictionary(component => component.Name, StringComparer.Ordinal);
        foreach (var (name, number) in header.Schema)
        {
            if (!known.TryGetValue(name, out var component))
                throw new DatabaseNewerException(
                    $"The export has data of '{name}', which this program does not know. Use the newer program.");
            Schema.RequireKnown(component, number);
        }

        if (header.Secret is { } theirs && secret is { } ours && !CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.ASCII.GetBytes(theirs), System.Text.Encoding.ASCII.GetBytes(ours)))
            throw new TransferRefusedException(Installation.AnotherSecret);
    }

    private async Task<TransferSummary> LoadAsync(BulkLoad load, ExportReader reader, ExportHeader header, CancellationToken ct)
    {
        await ClearAsync(load, ct);
        foreach (var component in PortalSchema.Common.Concat(PortalSchema.Marks))
        {
            if (header.Schema.TryGetValue(component.Name, out var number)) await load.MigrateAsync(component, number, ct);
        }

        await load.MigrateAsync(engine.Component, engine.Component.Migrations.Count, ct);
        var sections = Section.Of(engine, await Catalog.TablesAsync(load.Connection, ct)).ToDictionary(section => section.Name);
        var done = new List<(Section Section, RowDigest Digest)>();
        while (await FillAsync(load, reader, sections, done.Select(filled => filled.Section.Name), ct) is { } filled) done.Add(filled);
        await CheckEndAsync(reader, done, ct);
        foreach (var (section, digest) in done) await CompareAsync(load, section, digest, ct);
        foreach (var component in PortalSchema.Of(engine)) await load.MigrateAsync(component, component.Migrations.Count, ct);
        return new TransferSummary(header, [.. done.Select(filled => (filled.Section.Name, filled.Digest.Rows))]);
    }

    // An empty database, with or without tables, becomes one without; any other is refused unless it is to be replaced.
    private async Task ClearAsync(BulkLoad load, CancellationToken ct)
    {
        var tables = await Catalog.TablesAsync(load.Connection, ct);
        if (await Schema.HasRunningSilosAsync(load.Connection, tables))
            throw new TransferRefusedException("Silos are running on this database, or were five minutes ago: stop them first.");
        await Schema.VersionsAsync(load.Connection, engine, ct);
        var engines = EngineNames.Select(name => EngineTables.Named(name)!).ToList();
        var components = PortalSchema.Common.Concat(PortalSchema.Marks).Concat(engines.Select(one => one.Component)).ToList();
        var ours = components.SelectMany(component => component.Tables()).ToHashSet(StringComparer.Ordinal);
        var there = tables.Where(table => ours.Contains(table.Name)).ToList();
        if (!replace)
        {
            var data = there.Where(table => engines.All(one => !one.Component.Tables().Contains(table.Name))
                || engines.Any(one => table.Name == one.StateTable || table.Name == one.ReminderTable));
            foreach (var table in data)
            {
                if (await load.HasRowsAsync(table.Name, ct))
                    throw new TransferRefusedException(
                        $"The database is not empty (there are rows in {table.Name}): import into a new one, "
                        + "or say --replace to remove everything it has.");
            }
        }

        // A table that refers to another goes before it.
        await load.DropAsync(
            there.Select(table => table.Name).OrderByDescending(name => components.FindIndex(c => c.Tables().Contains(name)))
                .ThenByDescending(name => components.SelectMany(component => component.Tables()).ToList().IndexOf(name)),
            components.Select(component => component.Name), ct);
    }

    /// <summary>Fills the next section's table; null at the end of the export.</summary>
    private static async Task<(Section, RowDigest)?> FillAsync(
        BulkLoad load, ExportReader reader, Dictionary<string, Section> sections, IEnumerable<string> before, CancellationToken ct)
    {
        if (!await reader.NextAsync(ct)) throw ExportReader.CutOff();
        var begin = reader.Mark();
        if (begin.End) return null;
        if (begin.Section is null || !sections.TryGetValue(begin.Section, out var section) || before.Contains(begin.Section))
            throw new DamagedExportException($"The export is damaged: the section '{begin.Section}' is unknown, or comes twice.");
        var columns = section.Form.Columns.Select(column => (column.Name, Schema.NameOf(column.Kind)));
        if (begin.Columns is null || !columns.SequenceEqual(begin.Columns.Select(column => (column.Name, column.Kind))))
            throw new DamagedExportException($"The export is damaged: the columns of '{section.Name}' are not those of its version.");

        using var codec = new RowCodec(section.Form.Columns);
        var digest = new RowDigest();
        await using (var writer = await load.IntoAsync(section.Table, ct))
        {
            while (await reader.NextAsync(ct) && reader.IsRow)
            {
                digest.Add(reader.Line);
                await writer.AddAsync(section.Write(codec.Decode(reader.Line)));
            }

            CheckSection(reader, section.Name, digest);
            await writer.CompleteAsync();
        }

        return (section, digest);
    }

    private static void CheckSection(ExportReader reader, string name, RowDigest digest)
    {
        if (reader.Line.IsEmpty) throw ExportReader.CutOff();
        var end = reader.Mark();
        if (end.Rows != digest.Rows || end.Digest != digest.ToString())
            throw new DamagedExportException($"The export is damaged: the rows of '{name}' are not those that were written.");
    }

    private static async Task CheckEndAsync(ExportReader reader, List<(Section, RowDigest Digest)> done, CancellationToken ct)
    {
        var end = reader.Mark();
        if (end.Sections != done.Count || end.Rows != done.Sum(filled => filled.Digest.Rows) || end.Sha256 != reader.Hash())
            throw new DamagedExportException("The export is damaged: it was altered.");
        if (await reader.NextAsync(ct)) throw new DamagedExportException("The export is damaged: something follows its end.");
    }

    // What the database gives back is what the export had: nothing was lost or changed on the way into its types.
    private static async Task CompareAsync(BulkLoad load, Section section, RowDigest expected, CancellationToken ct)
    {
        using var codec = new RowCodec(section.Form.Columns);
        var found = new RowDigest();
        await foreach (var stored in section.Table.RowsAsync(load.Connection, ct))
        {
            if (section.Read(stored) is { } row) found.Add(codec.Encode(row));
        }

        if (found.Rows != expected.Rows || found.ToString() != expected.ToString())
            throw new StorageException($"The database gives back other rows of {section.Table.Name} than were written into it.");
    }
}
