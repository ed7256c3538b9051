using System.Data.Common;
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

    /// <summary>Puts a patient on file, who is in lists at once and in search after <see cref="Index"/>. Again changes nothing.</summary>
    public static IReadOnlyList<Statement> Insert(string organisation, string patient, RegisterPatient command, string? country)
    {
        var intake = new PatientIntake(command, country);
        List<Statement> statements =
        [
            new(
                """
                INSERT INTO patient_intake (organisation, patient, payload) VALUES (@organisation, @patient, @payload)
                ON CONFLICT (organisation, patient) DO NOTHING
                """,
                ("organisation", organisation), ("patient", patient), ("payload", intake.Json())),
            PatientDirectoryTable.Announce(organisation, Patient.Row(intake.State(), patient)),
        ];
        if (command.ExternalId.Length > 0)
        {
            statements.Add(new Statement(
                """
                INSERT INTO patient_external_ids (organisation, external_id, patient) VALUES (@organisation, @external_id, @patient)
                ON CONFLICT (organisation, external_id) DO NOTHING
                """,
                ("organisation", organisation), ("external_id", command.ExternalId.Trim()), ("patient", patient)));
        }

        return statements;
    }

    /// <summary>Makes search find a patient who was announced; refused where the patient's grain has since written more.</summary>
    public static WriteUnit Index(string organisation, string patient, RegisterPatient command, string? country)
    {
        var state = new PatientIntake(command, country).State();
        var after = new DirectoryEntry(state.Version, Patient.Words(state, patient));
        return PatientDirectoryTable.Write(organisation, Patient.Row(state, patient), after, new DirectoryEntry(0, []));
    }

    /// <summary>Forgets an intake whose state its grain has stored.</summary>
    public static Statement Remove(string organisation, string patient) => new(
        "DELETE FROM patient_intake WHERE organisation = @organisation AND patient = @patient",
        ("organisation", organisation), ("patient", patient));

    /// <summary>Which patients these ids of another system are.</summary>
    public static async Task<IEnumerable<(string Id, string Patient)>> ExternalAsync(
        Database database, DbConnection connection, string organisation, string[] ids)
    {
        if (ids.Length == 0) return [];
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@ids)" : "IN @ids";
        return await connection.QueryAsync<(string, string)>(
            $"SELECT external_id, patient FROM patient_external_ids WHERE organisation = @organisation AND external_id {oneOf}",
            new { organisation, ids });
    }
}
