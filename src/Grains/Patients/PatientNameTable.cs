using Dapper;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>The names of patients, out of the directory, for lists that have their ids.</summary>
public static class PatientNameTable
{
    /// <summary>Given and family name by id; those who are not on file are left out.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> OfAsync(
        Database database, string organisation, IReadOnlyList<string> patients)
    {
        if (patients.Count == 0) return new Dictionary<string, string>();
        // Dapper writes the list out for SQLite and sends PostgreSQL an array.
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@ids)" : "IN @ids";
        var sql = $"SELECT patient, given_name, family_name FROM patients WHERE organisation = @organisation AND patient {oneOf}";
        var ids = patients.Distinct().ToArray();
        return await database.ReadAsync(async connection =>
            (await connection.QueryAsync<(string Patient, string Given, string Family)>(sql, new { organisation, ids }))
                .ToDictionary(row => row.Patient, row => $"{row.Given} {row.Family}"));
    }
}
