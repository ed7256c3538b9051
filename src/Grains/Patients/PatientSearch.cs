using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>
/// Finds patients in the directory. The plan follows from how many entries each word of the search has: the patients of rare words are
/// looked up and sorted; where every word is common, patients are walked in order of name, since a page is full soon.
/// </summary>
public static class PatientSearch
{
    /// <summary>
    /// Entries of a word beyond which it is looked for in the rows, in order of name, and not looked up. Ours: measured at 100,000
    /// patients, a fifth of them.
    /// </summary>
    public const int Common = 20_000;

    private const string Columns =
        "p.patient, p.given_name, p.family_name, p.birth_date, p.email, p.phone, p.access, p.last_sign_in, p.has_credential";

    /// <summary>One page, by family name, then given name. Pages and sizes out of range are brought into it.</summary>
    public static Task<PatientPage> PageAsync(Database database, string organisation, PatientQuery query)
    {
        var size = Math.Clamp(query.PageSize, 1, PatientQuery.MaxPageSize);
        var words = PatientWords.OfSearch(query.Text);
        // Nothing can be found by it, and everything must not be.
        if (words.Count == 0 && !string.IsNullOrWhiteSpace(query.Text)) return Task.FromResult(new PatientPage());
        var lastPage = words.Count > 0 ? (PatientPage.MaxFound - 1) / size + 1 : int.MaxValue / size;
        var parameters = new DynamicParameters();
        parameters.Add("organisation", organisation);
        parameters.Add("limit", (long)size);
        parameters.Add("offset", (Math.Clamp(query.Page, 1, lastPage) - 1L) * size);
        parameters.Add("most", PatientPage.MaxFound + 1L);
        if (query.Access is { } access) parameters.Add("access", (long)access);
        var byAccess = query.Access is null ? "" : " AND p.access = @access";
        return database.ReadAsync(connection => words.Count == 0
            ? ListAsync(connection, parameters, byAccess)
            : SearchAsync(connection, database.Dialect, parameters, byAccess, words));
    }

    private static async Task<PatientPage> ListAsync(DbConnection connection, DynamicParameters parameters, string byAccess)
    {
        var from = $"FROM patients p WHERE p.organisation = @organisation{byAccess}";
        var total = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) {from}", parameters);
        // The skipped ones are counted in the index; only the rows of the page are read.
        var rows = await connection.QueryAsync<Row>(
            $"""
            SELECT {Columns} FROM (SELECT p.patient {from} ORDER BY p.sort_key, p.patient LIMIT @limit OFFSET @offset) k
            CROSS JOIN patients p WHERE p.organisation = @organisation AND p.patient = k.patient ORDER BY p.sort_key, p.patient
            """,
            parameters);
        return Page(rows, total, false);
    }

    private static async Task<PatientPage> SearchAsync(
        DbConnection connection, Dialect dialect, DynamicParameters parameters, string byAccess, IReadOnlyList<string> words)
    {
        parameters.Add("common", Common + 1L);
        List<(int Index, long Entries)> sizes = [];
        for (var i = 0; i < words.Count; i++)
        {
            var first = Encoding.UTF8.GetBytes(words[i]);
            parameters.Add($"from{i}", first);
            parameters.Add($"to{i}", After(first));
            parameters.Add($"like{i}", "% " + words[i].Replace("!", "!!").Replace("%", "!%").Replace("_", "!_") + "%");
            var entries = await connection.ExecuteScalarAsync<long>(
                $"SELECT COUNT(*) FROM (SELECT 1 AS one FROM {Entries(i)} LIMIT @common) e", parameters);
            if (entries == 0) return new PatientPage();
            sizes.Add((i, entries));
        }

        var lookedUp = sizes.Where(s => s.Entries <= Common).OrderBy(s => s.Entries).Select(s => s.Index).ToArray();
        var inRows = Enumerable.Range(0, words.Count).Except(lookedUp).Select(i => $" AND p.words LIKE @like{i} ESCAPE '!'");
        var conditions = byAccess + string.Concat(inRows);
        return lookedUp.Length == 0
            ? await WalkAsync(connection, parameters, conditions)
            : await LookUpAsync(connection, dialect, parameters, lookedUp, conditions);
    }

    private static async Task<PatientPage> WalkAsync(DbConnection connection, DynamicParameters parameters, string conditions)
    {
        var from = $"FROM patients p WHERE p.organisation = @organisation{conditions}";
        var total = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM (SELECT 1 AS one {from} LIMIT @most) c", parameters);
        var rows = await connection.QueryAsync<Row>(
            $"SELECT {Columns} {from} ORDER BY p.sort_key, p.patient LIMIT @limit OFFSET @offset", parameters);
        return Page(rows, Math.Min(total, PatientPage.MaxFound), total > PatientPage.MaxFound);
    }

    private static async Task<PatientPage> LookUpAsync(
        DbConnection connection, Dialect dialect, DynamicParameters parameters, int[] lookedUp, string conditions)
    {
        var found = lookedUp.Length == 1
            ? $"SELECT DISTINCT patient FROM {Entries(lookedUp[0])}"
            : string.Join(" INTERSECT ", lookedUp.Select(i => $"SELECT patient FROM {Entries(i)}"));
        // Row by row through the primary key. PostgreSQL would rather read the whole table, since it expects too many to be found.
        var from = dialect == Dialect.PostgreSql
            ? $"""
              FROM ({found}) f CROSS JOIN LATERAL
              (SELECT * FROM patients WHERE organisation = @organisation AND patient = f.patient OFFSET 0) p WHERE TRUE{conditions}
              """
            : $"FROM ({found}) f CROSS JOIN patients p WHERE p.organisation = @organisation AND p.patient = f.patient{conditions}";
        var page = $"SELECT {Columns}, COUNT(*) OVER () AS total {from} ORDER BY p.sort_key, p.patient LIMIT @limit OFFSET @offset";
        var rows = (await connection.QueryAsync<Row>(page, parameters)).AsList();
        // Past the last page no row says how many there are.
        var total = rows.Count > 0 ? rows[0].Total : await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) {from}", parameters);
        return Page(rows, Math.Min(total, PatientPage.MaxFound), total > PatientPage.MaxFound);
    }

    private static string Entries(int word) =>
        $"patient_words WHERE organisation = @organisation AND word >= @from{word} AND word < @to{word}";

    // The first bytes that do not begin with these. UTF-8 has no byte 0xFF.
    private static byte[] After(byte[] prefix)
    {
        byte[] after = [.. prefix];
        after[^1]++;
        return after;
    }

    private static PatientPage Page(IEnumerable<Row> rows, long total, bool more) => new()
    {
        Rows = rows.Select(r => new PatientRow
        {
            Id = r.Patient,
            GivenName = r.Given_name,
            FamilyName = r.Family_name,
            BirthDate = DateOnly.ParseExact(r.Birth_date, "O", CultureInfo.InvariantCulture),
            Email = r.Email,
            Phone = r.Phone,
            Access = (AccessState)r.Access,
            LastSignIn = r.Last_sign_in is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
            HasCredential = r.Has_credential != 0,
        }).ToArray(),
        Total = (int)total,
        More = more,
    };

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
        public long Total { get; init; }
    }
}
