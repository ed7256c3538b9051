using System.Data.Common;
using System.Globalization;
using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>
/// Finds patients in the directory. The plan follows from how many entries each thing that is asked for has: the patients of rare ones are
/// looked up and sorted; where all are common, patients are walked in order, since a page is full soon.
/// </summary>
public static class PatientSearch
{
    /// <summary>
    /// Entries of a word beyond which it is looked for in the rows, in order, and not looked up. Ours: measured at 100,000 patients, a
    /// fifth of them.
    /// </summary>
    public const int Common = 20_000;

    private const string Columns = """
        p.patient, p.given_name, p.family_name, p.birth_date, p.email, p.phone, p.access, p.last_sign_in, p.has_credential,
        p.credential, p.invitation, p.invited_until, p.place, p.words,
        (SELECT MIN(a.starts_at) FROM appointments a
         WHERE a.organisation = p.organisation AND a.patient = p.patient AND a.starts_at >= @now AND a.status <> 2) AS next_appointment
        """;

    /// <summary>One page. Pages and sizes out of range are brought into it.</summary>
    public static Task<PatientPage> PageAsync(Database database, string organisation, PatientQuery query, DateTimeOffset now)
    {
        var size = Math.Clamp(query.PageSize, 1, PatientQuery.MaxPageSize);
        var conditions = PatientConditions.Of(organisation, query, now);
        if (conditions.FindsNothing) return Task.FromResult(new PatientPage());
        var lastPage = conditions.Sources.Count > 0 ? (PatientPage.MaxFound - 1) / size + 1 : int.MaxValue / size;
        conditions.Parameters.Add("limit", (long)size);
        conditions.Parameters.Add("offset", (Math.Clamp(query.Page, 1, lastPage) - 1L) * size);
        conditions.Parameters.Add("most", PatientPage.MaxFound + 1L);
        conditions.Parameters.Add("common", Common + 1L);
        return database.ReadAsync(connection => conditions.Sources.Count == 0
            ? ListAsync(connection, conditions, query, now)
            : SearchAsync(connection, database.Dialect, conditions, query, now));
    }

    private static async Task<PatientPage> ListAsync(
        DbConnection connection, PatientConditions conditions, PatientQuery query, DateTimeOffset now)
    {
        var from = $"FROM patients p WHERE {conditions.All}";
        var total = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) {from}", conditions.Parameters);
        if (total == 0) return new PatientPage();
        // A few of many are found sooner in the index by name, which holds all that is asked for, than by walking in another order.
        var order = Order(query, sorted: query.Order != PatientOrder.Name && total <= Common);
        return await PageOfAsync(connection, $"SELECT p.patient {from} {order} LIMIT @limit OFFSET @offset", conditions, total, false, now);
    }

    private static async Task<PatientPage> SearchAsync(
        DbConnection connection, Dialect dialect, PatientConditions conditions, PatientQuery query, DateTimeOffset now)
    {
        List<(PatientSource Source, long Entries)> rare = [];
        foreach (var source in conditions.Sources.Where(s => s.Entries is not null))
        {
            var entries = await connection.ExecuteScalarAsync<long>(
                $"SELECT COUNT(*) FROM (SELECT 1 AS one FROM {source.Entries} LIMIT @common) e", conditions.Parameters);
            if (entries == 0) return new PatientPage();
            if (entries <= Common) rare.Add((source, entries));
        }

        var lookedUp = rare.OrderBy(s => s.Entries).Select(s => s.Source).ToArray();
        return lookedUp.Length == 0
            ? await WalkAsync(connection, conditions, query, now)
            : await LookUpAsync(connection, dialect, conditions, lookedUp, query, now);
    }

    // In one walk: as many as are counted, of which the page is a part.
    private static async Task<PatientPage> WalkAsync(
        DbConnection connection, PatientConditions conditions, PatientQuery query, DateTimeOffset now)
    {
        var ids = (await connection.QueryAsync<string>(
            $"SELECT p.patient FROM patients p WHERE {conditions.All} {Order(query)} LIMIT @most", conditions.Parameters)).AsList();
        var (limit, offset) = (conditions.Parameters.Get<long>("limit"), conditions.Parameters.Get<long>("offset"));
        var shown = ids.Take(PatientPage.MaxFound).Skip((int)offset).Take((int)limit).ToArray();
        return await PageOfAsync(connection, shown, conditions, ids.Count, true, now);
    }

    private static async Task<PatientPage> LookUpAsync(
        DbConnection connection, Dialect dialect, PatientConditions conditions, PatientSource[] lookedUp, PatientQuery query,
        DateTimeOffset now)
    {
        var found = lookedUp.Length == 1
            ? $"SELECT DISTINCT patient FROM {lookedUp[0].Entries}"
            : string.Join(" INTERSECT ", lookedUp.Select(s => $"SELECT patient FROM {s.Entries}"));
        var inRows = conditions.Columns + string.Concat(conditions.Sources.Except(lookedUp).Select(s => $" AND {s.InRow}"));
        // Row by row through the primary key. PostgreSQL would rather read the whole table, since it expects too many to be found.
        var from = dialect == Dialect.PostgreSql
            ? $"""
              FROM ({found}) f CROSS JOIN LATERAL
              (SELECT * FROM patients WHERE organisation = @organisation AND patient = f.patient OFFSET 0) p WHERE TRUE{inRows}
              """
            : $"FROM ({found}) f CROSS JOIN patients p WHERE p.organisation = @organisation AND p.patient = f.patient{inRows}";
        var page = $"SELECT p.patient, COUNT(*) OVER () AS total {from} {Order(query)} LIMIT @limit OFFSET @offset";
        var rows = (await connection.QueryAsync<Found>(page, conditions.Parameters)).AsList();
        // Past the last page no row says how many there are.
        var total = rows.Count > 0
            ? rows[0].Total
            : await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) {from}", conditions.Parameters);
        return await PageOfAsync(connection, [.. rows.Select(r => r.Patient)], conditions, total, true, now);
    }

    private static string Order(PatientQuery query, bool sorted = false)
    {
        // An expression is in no index.
        var way = query.Descending ? " DESC" : "";
        var first = query.Order switch
        {
            PatientOrder.BirthDate => sorted ? "p.birth_date || ''" : "p.birth_date",
            PatientOrder.LastSignIn => sorted ? "COALESCE(p.last_sign_in, 0) + 0" : "COALESCE(p.last_sign_in, 0)",
            _ => null,
        };
        return $"ORDER BY {(first is null ? "" : $"{first}{way}, ")}p.sort_key{way}, p.patient{way}";
    }

    // The skipped ones are counted in an index; only the rows of the page are read.
    private static async Task<PatientPage> PageOfAsync(
        DbConnection connection, string ids, PatientConditions conditions, long total, bool bounded, DateTimeOffset now)
    {
        var found = await connection.QueryAsync<string>(ids, conditions.Parameters);
        return await PageOfAsync(connection, [.. found], conditions, total, bounded, now);
    }

    private static async Task<PatientPage> PageOfAsync(
        DbConnection connection, string[] ids, PatientConditions conditions, long total, bool bounded, DateTimeOffset now) => new()
        {
            Rows = await RowsAsync(connection, conditions.Parameters.Get<string>("organisation"), ids, now),
            Total = (int)(bounded ? Math.Min(total, PatientPage.MaxFound) : total),
            More = bounded && total > PatientPage.MaxFound,
        };

    /// <summary>The rows of patients, in the order of their ids here; who is not in the directory is left out.</summary>
    internal static async Task<IReadOnlyList<PatientRow>> RowsAsync(
        DbConnection connection, string organisation, string[] ids, DateTimeOffset now)
    {
        if (ids.Length == 0) return [];
        var parameters = new DynamicParameters();
        parameters.Add("organisation", organisation);
        parameters.Add("now", now.ToUnixTimeMilliseconds());
        for (var i = 0; i < ids.Length; i++) parameters.Add($"id{i}", ids[i]);
        var these = string.Join(", ", Enumerable.Range(0, ids.Length).Select(i => $"@id{i}"));
        var rows = await connection.QueryAsync<Row>(
            $"SELECT {Columns} FROM patients p WHERE p.organisation = @organisation AND p.patient IN ({these})", parameters);
        return [.. rows.OrderBy(r => Array.IndexOf(ids, r.Patient)).Select(r => r.Read(now))];
    }

    private sealed class Found
    {
        public string Patient { get; init; } = "";
        public long Total { get; init; }
    }

    private sealed class Row
    {
        public string Patient { get; init; } = "";
        public string Given_name { get; init; } = "";
        public string Family_name { get; init; } = "";
        public string Birth_date { get; init; } = "";
        public string Email { get; init; } = "";
        public string Phone { get; init; } = "";
        public long Access { get; init; }
        public long? Last_sign_in { get; init; }
        public long Has_credential { get; init; }
        public long Credential { get; init; }
        public long Invitation { get; init; }
        public long Invited_until { get; init; }
        public long Place { get; init; }
        public string Words { get; init; } = "";
        public long? Next_appointment { get; init; }

        public PatientRow Read(DateTimeOffset now) => new()
        {
            Id = Patient,
            GivenName = Given_name,
            FamilyName = Family_name,
            BirthDate = DateOnly.ParseExact(Birth_date, "O", CultureInfo.InvariantCulture),
            Email = Email,
            Phone = Phone,
            Access = (AccessState)Access,
            LastSignIn = Time(Last_sign_in),
            HasCredential = Has_credential != 0,
            Credential = (PatientCredential)Credential,
            Invitation = Invitation == (long)PatientInvitation.Pending && Invited_until <= now.ToUnixTimeMilliseconds()
                ? PatientInvitation.Expired
                : (PatientInvitation)Invitation,
            InvitedUntil = Invited_until == 0 ? null : Time(Invited_until),
            Test = Place == (long)PatientDirectoryTable.Place.Test,
            Merged = Place == (long)PatientDirectoryTable.Place.Merged,
            Tags = PatientTags.Of(PatientDirectoryTable.Parted(Words)),
            NextAppointment = Time(Next_appointment),
        };

        private static DateTimeOffset? Time(long? at) => at is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
    }
}
