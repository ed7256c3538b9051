using Dapper;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <summary>
/// The read model of requests to change a credential: table <c>credential_requests</c>, a row for each patient who ever had one. It only
/// says whom to ask about: the patient decides.
/// </summary>
public static class CredentialRequestTable
{
    /// <summary>Its migrations, component <c>credentialrequests</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "credential requests", """
            CREATE TABLE credential_requests (
                organisation TEXT NOT NULL,
                patient TEXT NOT NULL,
                expires_at BIGINT NOT NULL,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, patient)
            );
            CREATE INDEX credential_requests_open ON credential_requests (organisation, expires_at);
            """),
    ];

    /// <summary>Writes a patient's row as the state has it; no request is one that has expired.</summary>
    public static WriteUnit Upsert(string organisation, string patient, PatientState state) => new("credential_requests", new Statement(
        """
        INSERT INTO credential_requests (organisation, patient, expires_at, version)
        VALUES (@organisation, @patient, @expires_at, @version)
        ON CONFLICT (organisation, patient) DO UPDATE SET expires_at = excluded.expires_at, version = excluded.version
        WHERE credential_requests.version <= excluded.version
        """,
        ("organisation", organisation), ("patient", patient),
        ("expires_at", state.Request?.ExpiresAt ?? DateTimeOffset.UnixEpoch), ("version", state.Version)));

    /// <summary>The patients whose request may be open, by the time it expires.</summary>
    public static Task<IReadOnlyList<string>> OpenAsync(Database database, string organisation, DateTimeOffset now) =>
        database.ReadAsync<IReadOnlyList<string>>(async connection => [.. await connection.QueryAsync<string>(
            """
            SELECT patient FROM credential_requests WHERE organisation = @organisation AND expires_at > @now
            ORDER BY expires_at, patient LIMIT @limit
            """, new { organisation, now = now.ToUnixTimeMilliseconds(), limit = CredentialRequestLimits.Listed })]);
}
