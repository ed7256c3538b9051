using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <summary>
/// The read model of passwords: table <c>patient_passwords</c>, a row for each patient who has one, for counts; nothing of the password.
/// Written after the grain's own state. A row of an older version never replaces a newer one.
/// </summary>
public static class PatientPasswordTable
{
    /// <summary>Its migrations, which go on from those of <see cref="PasswordResetTable"/> in component <c>passwords</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(2, "who has a password", """
            CREATE TABLE patient_passwords (
                organisation TEXT NOT NULL,
                patient TEXT NOT NULL,
                works_until BIGINT,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, patient)
            )
            """),
    ];

    private const string Point = "patient_passwords";

    /// <summary>Writes the row of a password as its state has it, or takes it away where there is none any more.</summary>
    public static WriteUnit Write(string organisation, string patient, PatientPasswordState state) => new(Point, state.Hash.Length == 0
        ? new Statement(
            "DELETE FROM patient_passwords WHERE organisation = @organisation AND patient = @patient AND version <= @version",
            ("organisation", organisation), ("patient", patient), ("version", (long)state.Version))
        : new Statement(
            """
            INSERT INTO patient_passwords (organisation, patient, works_until, version)
            VALUES (@organisation, @patient, @works_until, @version)
            ON CONFLICT (organisation, patient) DO UPDATE SET works_until = excluded.works_until, version = excluded.version
            WHERE patient_passwords.version < excluded.version
            """,
            ("organisation", organisation), ("patient", patient), ("works_until", state.TemporaryUntil), ("version", (long)state.Version)));
}
