using Dapper;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Grains.Invitations;

/// <summary>
/// The read model of invitations: table <c>invitations</c>, a row for each, written after the grain's own state. A row of an older version
/// never replaces a newer one.
/// </summary>
public static class InvitationTable
{
    /// <summary>Its migrations, component <c>invitations</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "invitations", """
            CREATE TABLE invitations (
                organisation TEXT NOT NULL,
                token_hash TEXT NOT NULL,
                patient TEXT NOT NULL,
                address TEXT NOT NULL,
                outcome BIGINT NOT NULL,
                block_count BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                deadline BIGINT NOT NULL,
                opened_at BIGINT,
                accepted_at BIGINT,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, token_hash)
            );
            CREATE INDEX invitations_of_patient ON invitations (organisation, patient, created_at);
            """),
        // Invitations that end together are put down in the order of their keys: neighbours share a page to write.
        new(2, "invitations in the order of their keys", "SELECT 1")
        {
            OnSqlite = """
                CREATE TABLE ordered_invitations (
                    organisation TEXT NOT NULL,
                    token_hash TEXT NOT NULL,
                    patient TEXT NOT NULL,
                    address TEXT NOT NULL,
                    outcome BIGINT NOT NULL,
                    block_count BIGINT NOT NULL,
                    created_at BIGINT NOT NULL,
                    deadline BIGINT NOT NULL,
                    opened_at BIGINT,
                    accepted_at BIGINT,
                    version BIGINT NOT NULL,
                    PRIMARY KEY (organisation, token_hash)
                ) WITHOUT ROWID;
                INSERT INTO ordered_invitations SELECT organisation, token_hash, patient, address, outcome, block_count, created_at,
                    deadline, opened_at, accepted_at, version FROM invitations ORDER BY organisation, token_hash;
                DROP TABLE invitations;
                ALTER TABLE ordered_invitations RENAME TO invitations;
                CREATE INDEX invitations_of_patient ON invitations (organisation, patient, created_at);
                """,
        },
    ];

    /// <summary>An invitation's id, which is not a secret: follows from its key, and says nothing about it.</summary>
    public static string IdOf(string organisation, string tokenHash) => Ids.Derive("i", $"invitation/{organisation}/{tokenHash}");

    /// <summary>Writes the row of an invitation as its state has it.</summary>
    public static WriteUnit Upsert(string organisation, string tokenHash, StoredInvitation state) => new("invitations", new Statement(
        """
        INSERT INTO invitations (organisation, token_hash, patient, address, outcome, block_count, created_at, deadline, opened_at,
            accepted_at, version)
        VALUES (@organisation, @token_hash, @patient, @address, @outcome, @block_count, @created_at, @deadline, @opened_at,
            @accepted_at, @version)
        ON CONFLICT (organisation, token_hash) DO UPDATE SET outcome = excluded.outcome, opened_at = excluded.opened_at,
            accepted_at = excluded.accepted_at, version = excluded.version
        WHERE invitations.version < excluded.version
        """,
        ("organisation", organisation), ("token_hash", tokenHash), ("patient", state.Patient), ("address", state.Address),
        ("outcome", (long)state.Outcome), ("block_count", (long)state.BlockCount), ("created_at", state.CreatedAt),
        ("deadline", state.Deadline), ("opened_at", state.OpenedAt),
        ("accepted_at", state.Outcome == InvitationState.Accepted ? state.OperationAt : null), ("version", state.Version)));

    /// <summary>A patient's rows, newest first.</summary>
    public static Task<IReadOnlyList<InvitationInTable>> OfPatientAsync(
        Database database, string organisation, string patient, int limit) =>
        database.ReadAsync<IReadOnlyList<InvitationInTable>>(async connection =>
        {
            var rows = await connection.QueryAsync<Row>("""
                SELECT token_hash, address, outcome, block_count, created_at, deadline, opened_at, accepted_at FROM invitations
                WHERE organisation = @organisation AND patient = @patient ORDER BY created_at DESC, token_hash LIMIT @limit
                """, new { organisation, patient, limit });
            return [.. rows.Select(r => new InvitationInTable(r.Token_hash, StateOf(patient, r)))];
        });

    private static StoredInvitation StateOf(string patient, Row row) => new()
    {
        Patient = patient,
        Address = row.Address,
        Outcome = (InvitationState)row.Outcome,
        BlockCount = (int)row.Block_count,
        CreatedAt = Time(row.Created_at),
        Deadline = Time(row.Deadline),
        OpenedAt = Time(row.Opened_at),
        OperationAt = Time(row.Accepted_at),
    };

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    private static DateTimeOffset? Time(long? at) => at is { } value ? Time(value) : null;

    private sealed record Row(
        string Token_hash, string Address, long Outcome, long Block_count, long Created_at, long Deadline, long? Opened_at,
        long? Accepted_at);
}

/// <summary>An invitation as its row has it.</summary>
/// <param name="TokenHash">Its key.</param>
/// <param name="State">The state, without what only the grain needs.</param>
public sealed record InvitationInTable(string TokenHash, StoredInvitation State);
