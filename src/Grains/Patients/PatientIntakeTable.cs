using System.Data.Common;
using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>
/// Patients who were put on file in bulk and not called since, table <c>patient_intake</c>; and the ids that other systems know patients
/// by, table <c>patient_external_ids</c>. An intake is removed once the patient's grain has stored its own state.
/// </summary>
public static class PatientIntakeTable
{
    /// <summary>Its migrations, component <c>intake</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "patients registered in bulk", Tables(""))
        {
            OnSqlite = Tables(" WITHOUT ROWID"),
        },
    ];

    private static string Tables(string layout) => $"""
        CREATE TABLE patient_intake (
            organisation TEXT NOT NULL,
            patient TEXT NOT NULL,
            payload TEXT NOT NULL,
            PRIMARY KEY (organisation, patient)
        ){layout};
        CREATE TABLE patient_external_ids (
            organisation TEXT NOT NULL,
            external_id TEXT NOT NULL,
            patient TEXT NOT NULL,
            PRIMARY KEY (organisation, external_id)
        ){layout}
        """;

    /// <summary>Puts new patients on file, into lists and into search. Again changes nothing.</summary>
    /// <param name="dialect">The database's.</param>
    /// <param name="organisation">The organisation.</param>
    /// <param name="patients">Their ids and what was registered.</param>
    /// <param name="country">The organisation's country.</param>
    public static IReadOnlyList<Statement> Insert(
        Dialect dialect, string organisation, IReadOnlyList<(string Id, RegisterPatient Command)> patients, string? country)
    {
        var intakes = patients.Select(p => (p.Id, Intake: new PatientIntake(p.Command, country)))
            .OrderBy(p => p.Id, StringComparer.Ordinal).ToArray();
        return
        [
            .. ManyRows.Insert(
                dialect, "patient_intake", ["organisation", "patient", "payload"],
                [.. intakes.Select(p => new object?[] { organisation, p.Id, p.Intake.Json() })]),
            .. ManyRows.Insert(
                dialect, "patient_external_ids", ["organisation", "external_id", "patient"],
                [
                    .. patients.Where(p => p.Command.ExternalId.Length > 0)
                        .Select(p => new object?[] { organisation, p.Command.ExternalId.Trim(), p.Id }),
                ]),
            .. PatientDirectoryTable.AddAll(dialect, organisation, [.. intakes.Select(p => Row(p.Id, p.Intake.State()))]),
        ];
    }

    /// <summary>Forgets an intake whose state its grain has stored.</summary>
    public static Statement Remove(string organisation, string patient) => new(
        "DELETE FROM patient_intake WHERE organisation = @organisation AND patient = @patient",
        ("organisation", organisation), ("patient", patient));

    private static (PatientRow, DirectoryEntry) Row(string patient, PatientState state) =>
        (Patient.Row(state, patient), new DirectoryEntry(state.Version, Patient.Words(state, patient)));

    /// <summary>Which patients these ids of another system are.</summary>
    public static async Task<IEnumerable<(string Id, string Patient)>> ExternalAsync(
        Database database, DbConnection connection, string organisation, string[] ids)
    {
        if (ids.Length == 0) return [];
        const string Of = "SELECT external_id, patient FROM patient_external_ids WHERE organisation = @organisation AND external_id";
        // A thousand parameters would cost SQLite more than the reading: it looks each up by its name.
        return database.Dialect == Dialect.PostgreSql
            ? await connection.QueryAsync<(string, string)>($"{Of} = ANY(@ids)", new { organisation, ids })
            : await connection.QueryAsync<(string, string)>(
                $"{Of} IN (SELECT value FROM json_each(@json))", new { organisation, json = JsonSerializer.Serialize(ids) });
    }
}
