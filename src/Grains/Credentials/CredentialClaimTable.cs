using Dapper;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <summary>
/// The claims that are held: table <c>credential_claims</c>. Its primary key is the last defence of uniqueness: whatever went wrong
/// before, two patients of one organisation never both hold one credential.
/// </summary>
public static class CredentialClaimTable
{
    /// <summary>Its migrations, component <c>credentials</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "credential claims", """
            CREATE TABLE credential_claims (
                organisation TEXT NOT NULL,
                kind TEXT NOT NULL,
                value_hash TEXT NOT NULL,
                patient TEXT NOT NULL,
                held_at BIGINT NOT NULL,
                PRIMARY KEY (organisation, kind, value_hash)
            );
            CREATE INDEX credential_claims_of_patient ON credential_claims (organisation, patient);
            """),
    ];

    private const string Point = "claim";

    /// <summary>
    /// Puts the holder down. The same holder again changes nothing; where another patient is down the unit is refused with <see
    /// cref="WriteConflictException"/>.
    /// </summary>
    public static WriteUnit Hold(string organisation, CredentialKind kind, string valueHash, string patient, DateTimeOffset now) => new(
        Point,
        new Statement(
            """
            INSERT INTO credential_claims (organisation, kind, value_hash, patient, held_at)
            VALUES (@organisation, @kind, @value_hash, @patient, @held_at)
            ON CONFLICT (organisation, kind, value_hash) DO UPDATE SET held_at = credential_claims.held_at
            WHERE credential_claims.patient = excluded.patient
            """,
            ("organisation", organisation), ("kind", GrainKeys.Segment(kind)), ("value_hash", valueHash), ("patient", patient),
            ("held_at", now))
        {
            MustAffect = 1,
        });

    /// <summary>
    /// Puts another holder down in place of one; the same again changes nothing. Where it is a third one's the unit is refused with <see
    /// cref="WriteConflictException"/>.
    /// </summary>
    public static WriteUnit Transfer(
        string organisation, CredentialKind kind, string valueHash, string from, string to, DateTimeOffset now) => new(
        Point,
        new Statement(
            """
            UPDATE credential_claims SET patient = @to, held_at = @held_at
            WHERE organisation = @organisation AND kind = @kind AND value_hash = @value_hash AND (patient = @from OR patient = @to)
            """,
            ("organisation", organisation), ("kind", GrainKeys.Segment(kind)), ("value_hash", valueHash), ("from", from), ("to", to),
            ("held_at", now))
        {
            MustAffect = 1,
        });

    /// <summary>Who holds these, by <c>{kind}.{hash}</c>.</summary>
    public static Task<IReadOnlyDictionary<string, string>> HoldersAsync(Database database, string organisation, string[] hashes)
    {
        // Dapper writes the list out for SQLite and sends PostgreSQL an array.
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@hashes)" : "IN @hashes";
        var sql = $"""
            SELECT kind, value_hash, patient FROM credential_claims
            WHERE organisation = @organisation AND kind IN ('email', 'mobile', 'username') AND value_hash {oneOf}
            """;
        return database.ReadAsync<IReadOnlyDictionary<string, string>>(async connection =>
            (await connection.QueryAsync<(string Kind, string Hash, string Patient)>(sql, new { organisation, hashes }))
                .ToDictionary(r => $"{r.Kind}.{r.Hash}", r => r.Patient));
    }

    /// <summary>Removes the holder's row; nobody else's.</summary>
    public static WriteUnit Release(string organisation, CredentialKind kind, string valueHash, string patient) => new(Point, new Statement(
        """
        DELETE FROM credential_claims
        WHERE organisation = @organisation AND kind = @kind AND value_hash = @value_hash AND patient = @patient
        """,
        ("organisation", organisation), ("kind", GrainKeys.Segment(kind)), ("value_hash", valueHash), ("patient", patient)));
}
