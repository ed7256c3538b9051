using Dapper;
using Portal.Grains.Abstractions.Relationships;
using Portal.Storage;

namespace Portal.Grains.Relationships;

/// <summary>
/// The read model of grants: table <c>caregiver_grants</c>, by which a person's patients are found. Written after the grain's own state,
/// which alone decides.
/// </summary>
public static class CaregiverGrantTable
{
    /// <summary>Its migrations, component <c>relationships</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "caregiver grants", """
            CREATE TABLE caregiver_grants (
                organisation TEXT NOT NULL,
                patient TEXT NOT NULL,
                grant_id TEXT NOT NULL,
                person TEXT NOT NULL,
                ended_at BIGINT,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, patient, grant_id)
            );
            CREATE INDEX caregiver_grants_of_person ON caregiver_grants (organisation, person, patient);
            """),
    ];

    /// <summary>Writes the rows of a patient's grants; older versions never replace newer ones.</summary>
    public static WriteUnit Upsert(string organisation, string patient, RelationshipsState state) => new("relationships",
    [
        .. state.Grants.Select(grant => new Statement(
            """
            INSERT INTO caregiver_grants (organisation, patient, grant_id, person, ended_at, version)
            VALUES (@organisation, @patient, @grant_id, @person, @ended_at, @version)
            ON CONFLICT (organisation, patient, grant_id) DO UPDATE SET ended_at = excluded.ended_at, version = excluded.version
            WHERE caregiver_grants.version < excluded.version
            """,
            ("organisation", organisation), ("patient", patient), ("grant_id", grant.Id), ("person", grant.Person),
            ("ended_at", grant.EndedAt), ("version", state.Version))),
    ]);

    /// <summary>The patients for whom a person may have a grant in force.</summary>
    public static Task<IReadOnlyList<string>> PatientsOfAsync(Database database, string organisation, string person) =>
        database.ReadAsync<IReadOnlyList<string>>(async connection => [.. await connection.QueryAsync<string>(
            """
            SELECT DISTINCT patient FROM caregiver_grants
            WHERE organisation = @organisation AND person = @person AND ended_at IS NULL ORDER BY patient LIMIT @limit
            """, new { organisation, person, limit = RelationshipLimits.Kept })]);

    /// <summary>Who has, or had, a grant in the organisation, in order of id.</summary>
    public static Task<IReadOnlyList<string>> PeopleAsync(Database database, string organisation, string after, int limit) =>
        database.ReadAsync<IReadOnlyList<string>>(async connection => [.. await connection.QueryAsync<string>(
            """
            SELECT DISTINCT person FROM caregiver_grants
            WHERE organisation = @organisation AND person > @after ORDER BY person LIMIT @limit
            """, new { organisation, after, limit })]);
}
