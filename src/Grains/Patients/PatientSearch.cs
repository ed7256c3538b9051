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
            : SearchAsync(connection, parameters, byAccess, words));
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
        DbConnection connection, DynamicParameters parameters, string byAccess, IReadOnlyList<string> words)
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

        sizes = [.. sizes.OrderBy(s => s.Entries)];
        int[] lookedUp = [.. sizes.Where(s => s.Entries <= Common).Select(s => s.Index)];
        var inRows = string.Concat(Enumerable.Range(0, words.Count).Except(lookedUp).Select(i => $" AND p.words LIKE @like{i} ESCAPE '!'"));
        var found = lookedUp.Length == 0 ? "" : $"SELECT DISTINCT patient FROM {Entries(lookedUp[0])}"
            + string.Concat(lookedUp.Skip(1).Select(i => $" AND patient IN (SELECT patient FROM {Entries(i)})"));
        var from = lookedUp.Length == 0
            ? $"FROM patients p WHERE p.organisation = @organisation{byAccess}{inRows}"
            : $"FROM ({found}) f CROSS JOIN patients p WHERE p.organisation = @organisation AND p.patient = f.patient{byAccess}{inRows}";
        var rowsMatter = lookedUp.Length == 0 || byAccess.Length + inRows.Length > 0;
        var counted = rowsMatter ? $"SELECT p.patient {from}" : $"SELECT patient FROM ({found}) f";
        var total = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM ({counted} LIMIT @most) c", parameters);
        var rows = await connection.QueryAsync<Row>(
            $"SELECT {Columns} {from} ORDER BY p.sort_key, p.patient LIMIT @limit OFFSET @offset", parameters);
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
    }
}
