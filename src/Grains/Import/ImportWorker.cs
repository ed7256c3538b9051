using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Onboarding;
using Portal.Grains.Patients;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Import;

/// <summary>
/// Puts the people of a file on file. A patient is written as what was registered (<see cref="PatientIntakeTable"/>) together with the
/// outcome of the row, so that either both are there or neither; the patient's grain takes it up when it is first called.
/// </summary>
public sealed class ImportWorker(BatchContext context) : BatchJobWorker(context)
{
    private readonly Dictionary<ulong, int> _seen = [];

    /// <inheritdoc />
    public override int DoneAtOnce => 500;

    /// <inheritdoc />
    public override bool MayRunAhead => true;

    private string? Country => Context.Settings.Country;

    /// <inheritdoc />
    public override async Task<IReadOnlyList<RowResult>> CheckAsync(IReadOnlyList<BatchRow> rows)
    {
        List<RowResult> results = [];
        List<(BatchRow Row, RegisterPatient Patient)> good = [];
        foreach (var row in rows)
        {
            var (patient, problem) = Read(row);
            if (patient is null) results.Add(new RowResult(row.Number, RowOutcome.Invalid, problem));
            else good.Add((row, patient));
        }

        var found = await FindAsync(good.Select(g => g.Patient).ToArray());
        foreach (var (row, patient) in good)
        {
            var keys = ImportMatch.Keys(patient, Country);
            if (Found(found, keys) is { } id) results.Add(new RowResult(row.Number, RowOutcome.OnFile, "", id));
            else if (Seen(keys, row.Number) is { } earlier)
                results.Add(new RowResult(row.Number, RowOutcome.Repeated, earlier.ToString(CultureInfo.InvariantCulture)));
        }

        return results;
    }

    /// <inheritdoc />
    public override async Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows)
    {
        var read = rows.Select(row => (Row: row, Read(row).Patient)).ToArray();
        var found = await FindAsync([.. read.Select(r => r.Patient).OfType<RegisterPatient>()]);
        List<RowResult> results = [];
        List<(string Id, RegisterPatient Command)> added = [];
        foreach (var (row, patient) in read)
        {
            // Judged right before; time has passed since.
            if (patient is null) results.Add(new RowResult(row.Number, RowOutcome.Invalid, "birth-date-range"));
            else if (Found(found, ImportMatch.Keys(patient, Country)) is { } id)
                results.Add(new RowResult(row.Number, RowOutcome.OnFile, "", id));
            else
            {
                added.Add((PatientOf(row.Number), patient));
                results.Add(new RowResult(row.Number, RowOutcome.Done));
            }
        }

        return new RowsDone(results)
        {
            With = PatientIntakeTable.Insert(Context.Database.Dialect, Context.Organisation, added, Country),
        };
    }

    /// <inheritdoc />
    public override IReadOnlyList<AuditEntry> Entries(IReadOnlyList<int> done) =>
    [
        .. done.Select(number => PatientOf(number)).Select(patient => AuditTrail.Entry(
            Context.Organisation, Context.Now, "patient.registered", AuditOutcome.Done, patient, "imported", patient,
            [("batch", Context.Batch)])),
    ];

    private string PatientOf(int number) => Batch.PatientOf(Context.Organisation, Context.Batch, number);

    private (RegisterPatient? Patient, string Problem) Read(BatchRow row) =>
        ImportRow.Read(row.Cells, Context.State.Columns, Country, Context.Now);

    // The number of the earlier row that is the same person; null where there is none, and this one is remembered.
    private int? Seen(IReadOnlyList<string> keys, int number)
    {
        var all = keys.Select(ImportMatch.Short).ToArray();
        foreach (var key in all)
            if (_seen.TryGetValue(key, out var earlier)) return earlier;
        foreach (var key in all) _seen[key] = number;
        return null;
    }

    private static string? Found(Dictionary<string, string> found, IReadOnlyList<string> keys) =>
        keys.Select(key => found.GetValueOrDefault(key)).FirstOrDefault(id => id is not null);

    /// <summary>Who of these is on file, by everything that they are known again by.</summary>
    private Task<Dictionary<string, string>> FindAsync(IReadOnlyList<RegisterPatient> patients) =>
        Context.Database.ReadAsync(async connection =>
        {
            Dictionary<string, string> found = [];
            var external = patients.Select(p => p.ExternalId).Where(id => id.Length > 0).Distinct().ToArray();
            var known = await PatientIntakeTable.ExternalAsync(Context.Database, connection, Context.Organisation, external);
            foreach (var (id, patient) in known) found[ImportMatch.External(id)] = patient;
            foreach (var one in await OnFileAsync(connection, patients))
                foreach (var key in ImportMatch.Keys(one, Country)) found[key] = one.Patient;
            return found;
        });

    private async Task<IEnumerable<OnFile>> OnFileAsync(DbConnection connection, IReadOnlyList<RegisterPatient> patients)
    {
        var keys = patients.Select(p => PatientWords.SortKey(p.FamilyName, p.GivenName)).DistinctBy(Convert.ToHexString).ToArray();
        if (keys.Length == 0) return [];
        var isPostgreSql = Context.Database.Dialect == Dialect.PostgreSql;
        // SQLite is given them as one text: it looks each of a thousand parameters up by its name. Text there cannot hold the zero between
        // the names, and a folded name has no control character.
        var oneOf = isPostgreSql ? "= ANY(@keys)" : "IN (SELECT CAST(replace(value, char(1), char(0)) AS BLOB) FROM json_each(@keys))";
        object list = isPostgreSql ? keys : JsonSerializer.Serialize(keys.Select(k => Encoding.UTF8.GetString(k).Replace('\0', '\u0001')));
        var rows = await connection.QueryAsync<(string Patient, byte[] Key, string Birth, string Email, string Phone)>(
            $"""
            SELECT patient, sort_key, birth_date, email, phone FROM patients
            WHERE organisation = @organisation AND sort_key {oneOf} ORDER BY patient
            """,
            new { organisation = Context.Organisation, keys = list });
        return rows.Select(r => new OnFile(
            r.Patient, r.Key, DateOnly.ParseExact(r.Birth, "O", CultureInfo.InvariantCulture), r.Email, r.Phone));
    }
}
