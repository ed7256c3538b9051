using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Portal.Silo.Data;
using Portal.Silo.Data.Transfer;
using Portal.Silo.Data.Verification;
using Portal.Silo.Tests.Shared;
using Portal.Storage;
using Portal.Tests;
using Xunit;
using StableHash = Portal.Silo.Data.StableHash;

namespace Portal.Silo.Tests.Data;

/// <summary>What goes out comes in again, on either database and for either engine; and nothing comes in by halves.</summary>
[Collection(PostgresCollection.Name)]
public sealed partial class TransferTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly EngineTables Embedded = EngineTables.Named("embedded")!;
    private readonly string _folder = SiloProcess.NewFolder();
    private readonly List<Database> _opened = [];
    private int _files;
    private Database _source = null!;

    public async Task InitializeAsync()
    {
        _source = Open(NewFile());
        await SampleData.FillAsync(_source);
    }

    public async Task DisposeAsync()
    {
        foreach (var database in _opened) await database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_export_read_into_another_file_is_the_same_and_verified()
    {
        var export = await ExportAsync(_source);
        var target = Open(NewFile());
        var summary = await ImportAsync(target, export);
        Assert.Equal(("grain-state", 4), summary.Sections[0]);
        Assert.Contains(("table:audit_log", 5), summary.Sections);
        Assert.Equal(Lines(export), Lines(await ExportAsync(target)));
        Assert.Empty(await VerifyAsync(target, Embedded));
    }

    [PostgresFact]
    [Trait("Needs", "PostgreSQL")]
    public async Task From_sqlite_to_postgresql_to_orleans_and_back_nothing_is_lost()
    {
        var orleans = EngineTables.Named("orleans")!;
        var export = await ExportAsync(_source);
        var postgres = Open(await server.CreateDatabaseAsync());
        await ImportAsync(postgres, export);
        Assert.Equal(Lines(export), Lines(await ExportAsync(postgres)));
        Assert.Empty(await VerifyAsync(postgres, Embedded));

        var cluster = Open(await server.CreateDatabaseAsync());
        await ImportAsync(cluster, await ExportAsync(postgres), orleans);
        Assert.Empty(await VerifyAsync(cluster, orleans));
        var key = await cluster.ReadAsync(c => c.QuerySingleAsync<(long, long, string, int)>(
            "SELECT key_n0, key_n1, key_text, version FROM orleans_grain_state WHERE grain_type = 'organisation'"));
        Assert.Equal((0, 0xcafe, "", 7), key);
        var hash = await cluster.ReadAsync(c => c.QuerySingleAsync<int>("SELECT grain_hash FROM orleans_reminder"));
        Assert.Equal(unchecked((int)StableHash.OfGrain("invitation", $"cafe/{SampleData.Token}")), hash);

        var back = Open(NewFile());
        await ImportAsync(back, await ExportAsync(cluster, orleans));
        Assert.Equal(Lines(export), Lines(await ExportAsync(back)));
    }

    [Fact]
    public async Task A_database_that_has_anything_is_refused_unless_it_is_to_be_replaced()
    {
        var export = await ExportAsync(_source);
        await SampleData.ExecuteAsync(_source, "INSERT INTO data_protection_keys (name, xml) VALUES ('key-2', '<key/>')");
        var refused = await Assert.ThrowsAsync<TransferRefusedException>(() => ImportAsync(_source, export));
        Assert.Contains("not empty", refused.Message);
        Assert.NotEqual(Lines(export), Lines(await ExportAsync(_source)));
        await ImportAsync(_source, export, replace: true);
        Assert.Equal(Lines(export), Lines(await ExportAsync(_source)));
    }

    [Fact]
    public async Task An_empty_database_with_tables_is_filled()
    {
        var target = Open(NewFile());
        await target.MigrateAllAsync(PortalSchema.Of(Embedded));
        await ImportAsync(target, await ExportAsync(_source));
        Assert.Empty(await VerifyAsync(target, Embedded));
    }

    [Fact]
    public async Task A_database_somebody_runs_on_is_refused()
    {
        var target = Open(NewFile());
        await using var held = await target.AcquireProcessLockAsync();
        await Assert.ThrowsAsync<TransferRefusedException>(async () => await ImportAsync(target, await ExportAsync(_source)));
    }

    [Fact]
    public async Task A_stream_that_is_cut_off_or_altered_anywhere_changes_nothing()
    {
        var export = await ExportAsync(_source);
        var plain = Unpacked(export);
        var setting = NewFile();
        var target = Open(setting);
        List<byte[]> damaged = [export[..^1], export[..(export.Length / 2)], export[..20], [], "SQLite format 3"u8.ToArray()];
        var lines = plain.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++)
        {
            damaged.Add(Packed(string.Join('\n', lines.Where((_, at) => at != i))));
            if (i > 0) damaged.Add(Packed(string.Join('\n', lines.Select((line, at) => at == i ? line.Replace("1", "2") : line))));
        }

        damaged.Add(Packed(plain + lines[1] + "\n"));
        damaged.Add(Packed(plain.Replace("\"Alice\\\"", "\"Alina\\\"")));
        foreach (var bytes in damaged.Where(bytes => !bytes.AsSpan().SequenceEqual(export) && Unpacked(bytes) != plain))
        {
            var error = await Record.ExceptionAsync(() => ImportAsync(target, bytes));
            Assert.True(error is DamagedExportException or DatabaseNewerException or TransferRefusedException, $"{error}");
        }

        Assert.Empty(await target.ReadAsync(connection => Catalog.TablesAsync(connection)));
        await ImportAsync(target, export);
    }

    [Fact]
    public async Task A_newer_format_newer_tables_and_another_secret_are_refused_in_plain_words()
    {
        var plain = Unpacked(await ExportAsync(_source));
        var target = Open(NewFile());
        var format = await Assert.ThrowsAsync<TransferRefusedException>(
            () => ImportAsync(target, Packed(plain.Replace("\"format\":1", "\"format\":2"))));
        Assert.Contains("format 2", format.Message);
        var tables = await Assert.ThrowsAsync<DatabaseNewerException>(
            () => ImportAsync(target, Packed(Patients().Replace(plain, "\"patients\":99"))));
        Assert.Contains("'patients' is at version 99", tables.Message);
        await Assert.ThrowsAsync<DatabaseNewerException>(
            () => ImportAsync(target, Packed(Patients().Replace(plain, "\"telepathy\":1"))));
        var secret = await Assert.ThrowsAsync<TransferRefusedException>(
            () => new Importer(target, Embedded, replace: false, secret: new string('0', 32)).RunAsync(new MemoryStream(Packed(plain))));
        Assert.Contains("Portal:Secret is not the secret", secret.Message);
    }

    [Fact]
    public async Task An_export_of_an_older_program_is_filled_into_its_own_tables_and_then_brought_up_to_date()
    {
        var older = Open(NewFile());
        await older.LoadAsync(async load =>
        {
            foreach (var component in PortalSchema.Of(Embedded))
                await load.MigrateAsync(component, component.Name == "audit" ? 1 : component.Migrations.Count);
        });
        await SampleData.ExecuteAsync(older, """
            INSERT INTO audit_log (organisation, sequence, id, at, actor_kind, actor, on_behalf_of, patient, action, outcome, reason,
                address, session_hash, details, hash) VALUES ('cafe', 1, 'a-1', 0, '', '', '', '', '', 0, '', '', '', '{}', @hash)
            """, ("hash", new byte[] { 0, 1, 255 }));
        var target = Open(NewFile());
        await ImportAsync(target, await ExportAsync(older));
        Assert.Empty(PortalSchema.Missing(await target.SchemaAsync(), PortalSchema.Of(Embedded)));
        Assert.Equal(new byte[] { 0, 1, 255 }, await target.ReadAsync(c => c.QuerySingleAsync<byte[]>("SELECT hash FROM audit_log")));
    }

    [Fact]
    public async Task An_export_beside_a_running_portal_is_of_one_moment()
    {
        using var done = new CancellationTokenSource();
        var writing = Task.Run(async () =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                // Two rows in one unit: an export has both or none.
                var key = $"pair-{i}";
                await _source.WriteAsync(new WriteUnit("pair",
                    new Statement("INSERT INTO data_protection_keys (name, xml) VALUES (@key, '')", ("key", key)),
                    new Statement("INSERT INTO one_time_codes (organisation, subject, sweep_at) VALUES ('cafe', @key, 0)", ("key", key))));
            }
        });
        for (var i = 0; i < 5; i++)
        {
            var lines = Lines(await ExportAsync(_source));
            var keys = lines.Where(line => line.StartsWith("[\"pair-", StringComparison.Ordinal)).Select(line => line.Split('"')[1]);
            var rows = lines.Where(line => line.StartsWith("[\"cafe\",\"pair-", StringComparison.Ordinal));
            var codes = rows.Select(line => line.Split('"')[3]);
            Assert.Equal(keys.Order(), codes.Order());
        }

        await done.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Every_table_of_the_program_is_in_an_export()
    {
        var tables = await _source.ReadAsync(connection => Catalog.TablesAsync(connection));
        var exported = Section.Of(Embedded, tables).Select(section => section.Table.Name);
        Assert.Equal(tables.Select(table => table.Name).Except(["schema_migrations"]).Order(), exported.Order());
    }

    [Theory]
    [InlineData("riverside", 0, 0, "riverside")]
    [InlineData("cafe", 0, 0xcafe, "")]
    [InlineData("ffffffffffffffff", 0, -1, "")]
    [InlineData("fffffffffffffffff", 0, 0, "fffffffffffffffff")]
    [InlineData("riverside/p-abc", 0, 0, "riverside/p-abc")]
    [InlineData("a0000000000000000000000000000001", 0x00000000a0000000, 0x0100000000000000, "")]
    public void Keys_are_filed_as_Orleans_files_them_and_read_back(string key, long n0, long n1, string text)
    {
        Assert.Equal(new OrleansKey(n0, n1, text), OrleansKey.FromText(key));
        Assert.Equal(key, OrleansKey.ToText(n0, n1, text));
    }

    [Theory]
    [InlineData("", 0x02CC5D05)]
    [InlineData("a", 0x550D7456)]
    [InlineData("abc", 0x32D153FF)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2F)]
    public void The_hash_of_grains_is_that_of_Orleans(string text, uint hash) =>
        Assert.Equal(hash, StableHash.Of(Encoding.UTF8.GetBytes(text)));

    private string NewFile() => $"sqlite:{_folder}/{++_files}.db";

    private Database Open(string setting)
    {
        var database = Database.Open(setting);
        _opened.Add(database);
        return database;
    }

    private static async Task<byte[]> ExportAsync(Database database, EngineTables? engine = null)
    {
        using var stream = new MemoryStream();
        await new Exporter(database, engine ?? Embedded, TimeProvider.System).RunAsync(stream);
        return stream.ToArray();
    }

    private static Task<TransferSummary> ImportAsync(Database database, byte[] export, EngineTables? engine = null, bool replace = false) =>
        new Importer(database, engine ?? Embedded, replace, Installation.Fingerprint(SampleData.Secrets))
            .RunAsync(new MemoryStream(export));

    private static async Task<IEnumerable<string>> VerifyAsync(Database database, EngineTables engine)
    {
        using var report = new VerificationReport(TextWriter.Null, json: false, limit: 0);
        await new Verifier(database, engine, SampleData.Secrets, TimeProvider.System).RunAsync(report, repair: false);
        return report.Found.Keys;
    }

    // Rows and digests, without what differs: the header, and the hash of the whole.
    private static List<string> Lines(byte[] export) => [.. Unpacked(export).Split('\n')[1..^2].Order(StringComparer.Ordinal)];

    private static byte[] Packed(string text)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest)) gzip.Write(Encoding.UTF8.GetBytes(text));
        return stream.ToArray();
    }

    private static string Unpacked(byte[] export)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(export), CompressionMode.Decompress);
            using var reader = new StreamReader(gzip);
            return reader.ReadToEnd();
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }

    [GeneratedRegex("""\"patients\":\d+""")]
    private static partial Regex Patients();
}
