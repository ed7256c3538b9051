using Dapper;
using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <summary>One link for choosing a new password.</summary>
/// <param name="Patient">Whose; empty where it was asked for with an address or postal code that nobody has.</param>
/// <param name="Version">The version of the password that it may replace.</param>
/// <param name="ExpiresAt">Until when it works.</param>
public sealed record PasswordReset(string Patient, int Version, DateTimeOffset ExpiresAt);

/// <summary>
/// The links for choosing a new password: table <c>password_resets</c>. A row is never changed; it is also what the budgets of asking are
/// counted by, and goes away a day after.
/// </summary>
public static class PasswordResetTable
{
    /// <summary>Its migrations, component <c>passwords</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "password resets", """
            CREATE TABLE password_resets (
                organisation TEXT NOT NULL,
                token_hash TEXT NOT NULL,
                subject TEXT NOT NULL,
                patient TEXT NOT NULL,
                password_version BIGINT NOT NULL,
                made_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                PRIMARY KEY (organisation, token_hash)
            );
            CREATE INDEX password_resets_of_subject ON password_resets (organisation, subject, made_at);
            CREATE INDEX password_resets_made ON password_resets (made_at);
            """),
    ];

    /// <summary>For how long a row is kept: the longest window of the budgets.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Adds a row, and drops those that mean nothing any more.</summary>
    public static WriteUnit Add(string organisation, string tokenHash, string subject, PasswordReset reset, DateTimeOffset now) => new(
        "password_resets",
        new Statement("DELETE FROM password_resets WHERE made_at < @before", ("before", now - KeptFor)),
        new Statement(
            """
            INSERT INTO password_resets (organisation, token_hash, subject, patient, password_version, made_at, expires_at)
            VALUES (@organisation, @token_hash, @subject, @patient, @password_version, @made_at, @expires_at)
            """,
            ("organisation", organisation), ("token_hash", tokenHash), ("subject", subject), ("patient", reset.Patient),
            ("password_version", (long)reset.Version), ("made_at", now), ("expires_at", reset.ExpiresAt)));

    /// <summary>The row of a token; null where there is none.</summary>
    public static Task<PasswordReset?> FindAsync(Database database, string organisation, string tokenHash) =>
        database.ReadAsync(async connection =>
        {
            var row = await connection.QuerySingleOrDefaultAsync<Row>(
                """
                SELECT patient, password_version, expires_at FROM password_resets
                WHERE organisation = @organisation AND token_hash = @tokenHash
                """, new { organisation, tokenHash });
            return row is null
                ? null
                : new PasswordReset(row.Patient, (int)row.Password_version, DateTimeOffset.FromUnixTimeMilliseconds(row.Expires_at));
        });

    /// <summary>When links were asked for with an address within the last day, in rising order.</summary>
    public static Task<DateTimeOffset[]> MadeAtAsync(Database database, string organisation, string subject, DateTimeOffset now) =>
        database.ReadAsync<DateTimeOffset[]>(async connection =>
        {
            var after = (now - KeptFor).ToUnixTimeMilliseconds();
            var rows = await connection.QueryAsync<long>(
                """
                SELECT made_at FROM password_resets
                WHERE organisation = @organisation AND subject = @subject AND made_at > @after ORDER BY made_at
                """, new { organisation, subject, after });
            return [.. rows.Select(DateTimeOffset.FromUnixTimeMilliseconds)];
        });

    private sealed record Row(string Patient, long Password_version, long Expires_at);
}
