using System.Text;
using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>All patients that a query matches, for work on many: exact, without order or pages.</summary>
public static class PatientMatchSearch
{
    /// <summary>How many match.</summary>
    public static Task<int> CountAsync(Database database, string organisation, PatientQuery query, DateTimeOffset now)
    {
        var conditions = PatientConditions.Of(organisation, query, now);
        if (conditions.FindsNothing) return Task.FromResult(0);
        return database.ReadAsync(async connection => (int)await connection.ExecuteScalarAsync<long>(
            $"SELECT COUNT(*) FROM patients p WHERE {conditions.All}", conditions.Parameters));
    }

    /// <summary>The ids of the next that match, in order of id.</summary>
    public static Task<IReadOnlyList<string>> IdsAsync(
        Database database, string organisation, PatientQuery query, DateTimeOffset now, string after, int limit)
    {
        var conditions = PatientConditions.Of(organisation, query, now);
        if (conditions.FindsNothing) return Task.FromResult<IReadOnlyList<string>>([]);
        conditions.Parameters.Add("after", after);
        conditions.Parameters.Add("limit", (long)Math.Clamp(limit, 1, PatientQuery.MaxIds));
        return database.ReadAsync<IReadOnlyList<string>>(async connection => [.. await connection.QueryAsync<string>(
            $"SELECT p.patient FROM patients p WHERE {conditions.All} AND p.patient > @after ORDER BY p.patient LIMIT @limit",
            conditions.Parameters)]);
    }

    /// <summary>The patients of the usual lists who are found by whole words: an email or the digits of a number.</summary>
    public static Task<IReadOnlyDictionary<string, IReadOnlySet<string>>> OfWordsAsync(
        Database database, string organisation, IReadOnlyList<string> words)
    {
        // Dapper writes the list out for SQLite and sends PostgreSQL an array.
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@words)" : "IN @words";
        var sql = $"""
            SELECT w.word, w.patient FROM patient_words w
            JOIN patients p ON p.organisation = w.organisation AND p.patient = w.patient
            WHERE w.organisation = @organisation AND w.word {oneOf} AND p.place = 0
            """;
        var values = new { organisation, words = words.Select(Encoding.UTF8.GetBytes).ToArray() };
        return database.ReadAsync<IReadOnlyDictionary<string, IReadOnlySet<string>>>(async connection =>
            (await connection.QueryAsync<(byte[] Word, string Patient)>(sql, values))
                .GroupBy(r => Encoding.UTF8.GetString(r.Word), r => r.Patient)
                .ToDictionary(g => g.Key, IReadOnlySet<string> (g) => g.ToHashSet()));
    }
}
