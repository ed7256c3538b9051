using System.Globalization;
using Dapper;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Grains.Registration;

/// <summary>
/// The read model of registrations: table <c>registrations</c>, a row for each whose details are kept, written after the grain's own
/// state. A row of an older version never replaces a newer one.
/// </summary>
public static class RegistrationTable
{
    /// <summary>Its migrations, component <c>registrations</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "registrations", """
            CREATE TABLE registrations (
                organisation TEXT NOT NULL,
                token_hash TEXT NOT NULL,
                registration TEXT NOT NULL,
                subject TEXT NOT NULL,
                stage BIGINT NOT NULL,
                given_name TEXT NOT NULL,
                family_name TEXT NOT NULL,
                birth_date TEXT NOT NULL,
                email TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                deadline BIGINT NOT NULL,
                patient TEXT NOT NULL,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, token_hash)
            );
            CREATE INDEX registrations_of_stage ON registrations (organisation, stage, created_at);
            CREATE INDEX registrations_made ON registrations (organisation, created_at);
            CREATE UNIQUE INDEX registrations_by_id ON registrations (organisation, registration)
            """),
    ];

    // Waiting ones whose time is over are gone, whether or not anything has noticed.
    private const string Shown = "organisation = @organisation AND (stage <> 1 OR deadline > @now)";

    /// <summary>A registration's id, which is not a secret: follows from its key, and says nothing about it.</summary>
    public static string IdOf(string organisation, string tokenHash) => Ids.Derive("r", $"registration/{organisation}/{tokenHash}");

    /// <summary>
    /// Writes the row of a registration as its state has it, and removes that of one whose details are forgotten. A new one of an address
    /// takes the place of those that wait.
    /// </summary>
    public static WriteUnit Write(string organisation, string tokenHash, RegistrationState state)
    {
        if (state.Stage == RegistrationStage.Ended)
        {
            return new WriteUnit("registrations", new Statement(
                "DELETE FROM registrations WHERE organisation = @organisation AND token_hash = @token_hash",
                ("organisation", organisation), ("token_hash", tokenHash)));
        }

        var row = new Statement(
            """
            INSERT INTO registrations (organisation, token_hash, registration, subject, stage, given_name, family_name, birth_date, email,
                created_at, deadline, patient, version)
            VALUES (@organisation, @token_hash, @registration, @subject, @stage, @given_name, @family_name, @birth_date, @email,
                @created_at, @deadline, @patient, @version)
            ON CONFLICT (organisation, token_hash) DO UPDATE SET stage = excluded.stage, patient = excluded.patient,
                version = excluded.version
            WHERE registrations.version < excluded.version
            """,
            ("organisation", organisation), ("token_hash", tokenHash), ("registration", IdOf(organisation, tokenHash)),
            ("subject", state.Subject), ("stage", (long)state.Stage), ("given_name", state.Details.GivenName),
            ("family_name", state.Details.FamilyName),
            ("birth_date", state.Details.BirthDate.ToString("O", CultureInfo.InvariantCulture)), ("email", state.Details.Contact.Email),
            ("created_at", state.CreatedAt), ("deadline", state.Deadline), ("patient", state.Patient), ("version", state.Version));
        var older = new Statement(
            """
            DELETE FROM registrations WHERE organisation = @organisation AND stage = 1 AND created_at < @created_at
                AND subject = @subject AND token_hash <> @token_hash
            """,
            ("organisation", organisation), ("created_at", state.CreatedAt), ("subject", state.Subject), ("token_hash", tokenHash));
        return new WriteUnit("registrations", row, older);
    }

    /// <summary>A page of them, newest first.</summary>
    public static Task<RegistrationList> PageAsync(
        Database database, string organisation, RegistrationQuery query, DateTimeOffset now) =>
        database.ReadAsync(async connection =>
        {
            var offset = (Math.Max(1, query.Page) - 1) * RegistrationLimits.PageSize;
            var wanted = query.Stage switch
            {
                RegistrationStage.None => "",
                // Both were made something of.
                RegistrationStage.Confirmed => " AND stage IN (3, 4)",
                var stage => $" AND stage = {(int)stage}",
            };
            var arguments = new { organisation, now = now.ToUnixTimeMilliseconds(), limit = RegistrationLimits.PageSize, offset };
            var rows = await connection.QueryAsync<Row>(
                $"""
                SELECT registration, stage, given_name, family_name, birth_date, email, created_at, patient FROM registrations
                WHERE {Shown}{wanted} ORDER BY created_at DESC, token_hash LIMIT @limit OFFSET @offset
                """, arguments);
            var total = await connection.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM registrations WHERE {Shown}{wanted}", arguments);
            var held = await connection.ExecuteScalarAsync<long>(
                "SELECT COUNT(*) FROM registrations WHERE organisation = @organisation AND stage = 2", arguments);
            return new RegistrationList { Rows = [.. rows.Select(Read)], Total = (int)total, Held = (int)held };
        });

    /// <summary>The key of the one with this id; null where there is none.</summary>
    public static Task<string?> FindAsync(Database database, string organisation, string id) =>
        database.ReadAsync(connection => connection.QuerySingleOrDefaultAsync<string?>(
            "SELECT token_hash FROM registrations WHERE organisation = @organisation AND registration = @id", new { organisation, id }));

    private static RegistrationRow Read(Row row) => new()
    {
        Id = row.Registration,
        Stage = (RegistrationStage)row.Stage,
        GivenName = row.Given_name,
        FamilyName = row.Family_name,
        BirthDate = DateOnly.ParseExact(row.Birth_date, "O", CultureInfo.InvariantCulture),
        Email = row.Email,
        CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.Created_at),
        Patient = row.Patient,
    };

    private sealed record Row(
        string Registration, long Stage, string Given_name, string Family_name, string Birth_date, string Email, long Created_at,
        string Patient);
}
