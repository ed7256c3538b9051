using Dapper;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;

namespace Portal.Grains.PatientLinks;

/// <summary>
/// The read model of patient links: table <c>patient_links</c>, a row for each, written after the grain's own state. A row of an older
/// version never replaces a newer one.
/// </summary>
public static class PatientLinkTable
{
    /// <summary>Its migrations, component <c>patientlinks</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "patient links", """
            CREATE TABLE patient_links (
                organisation TEXT NOT NULL,
                token_hash TEXT NOT NULL,
                patient TEXT NOT NULL,
                purpose BIGINT NOT NULL,
                delivery BIGINT NOT NULL,
                single_use BIGINT NOT NULL,
                created_by TEXT NOT NULL,
                block_count BIGINT NOT NULL,
                created_at BIGINT NOT NULL,
                deadline BIGINT NOT NULL,
                opened_at BIGINT,
                used_at BIGINT,
                uses BIGINT NOT NULL,
                revoked_at BIGINT,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, token_hash)
            );
            CREATE INDEX patient_links_of_patient ON patient_links (organisation, patient, created_at);
            """),
        new(2, "where links were sent to", "ALTER TABLE patient_links ADD COLUMN sent_to TEXT NOT NULL DEFAULT ''"),
    ];

    private const string Columns =
        "token_hash, purpose, delivery, single_use, created_by, block_count, created_at, deadline, opened_at, used_at, uses, revoked_at, "
        + "sent_to";

    /// <summary>A link's id, which is not a secret: follows from its key, and says nothing about it.</summary>
    public static string IdOf(string organisation, string tokenHash) => Ids.Derive("l", $"link/{organisation}/{tokenHash}");

    /// <summary>Writes the row of a link as its state has it.</summary>
    public static WriteUnit Upsert(string organisation, string tokenHash, PatientLinkState state) => new("patient_links", new Statement(
        """
        INSERT INTO patient_links (organisation, token_hash, patient, purpose, delivery, single_use, created_by, block_count,
            created_at, deadline, opened_at, used_at, uses, revoked_at, sent_to, version)
        VALUES (@organisation, @token_hash, @patient, @purpose, @delivery, @single_use, @created_by, @block_count,
            @created_at, @deadline, @opened_at, @used_at, @uses, @revoked_at, @sent_to, @version)
        ON CONFLICT (organisation, token_hash) DO UPDATE SET opened_at = excluded.opened_at, used_at = excluded.used_at,
            uses = excluded.uses, revoked_at = excluded.revoked_at, version = excluded.version
        WHERE patient_links.version < excluded.version
        """,
        ("organisation", organisation), ("token_hash", tokenHash), ("patient", state.Patient), ("purpose", (long)state.Purpose),
        ("delivery", (long)state.Delivery), ("single_use", state.SingleUse ? 1L : 0L), ("created_by", state.CreatedBy),
        ("block_count", (long)state.BlockCount), ("created_at", state.CreatedAt), ("deadline", state.Deadline),
        ("opened_at", state.OpenedAt), ("used_at", state.UsedAt), ("uses", (long)state.Uses), ("revoked_at", state.RevokedAt),
        ("sent_to", state.SentTo), ("version", state.Version)));

    /// <summary>A patient's rows, newest first.</summary>
    public static Task<IReadOnlyList<LinkInTable>> OfPatientAsync(Database database, string organisation, string patient, int limit) =>
        database.ReadAsync<IReadOnlyList<LinkInTable>>(async connection =>
        {
            var rows = await connection.QueryAsync<Row>($"""
                SELECT {Columns} FROM patient_links
                WHERE organisation = @organisation AND patient = @patient ORDER BY created_at DESC, token_hash LIMIT @limit
                """, new { organisation, patient, limit });
            return [.. rows.Select(r => new LinkInTable(r.Token_hash, StateOf(patient, r)))];
        });

    private static PatientLinkState StateOf(string patient, Row row) => new()
    {
        Patient = patient,
        Purpose = (LinkPurpose)row.Purpose,
        Delivery = (LinkDelivery)row.Delivery,
        SingleUse = row.Single_use != 0,
        CreatedBy = row.Created_by,
        BlockCount = (int)row.Block_count,
        CreatedAt = Time(row.Created_at),
        Deadline = Time(row.Deadline),
        OpenedAt = Time(row.Opened_at),
        UsedAt = Time(row.Used_at),
        Uses = (int)row.Uses,
        RevokedAt = Time(row.Revoked_at),
        SentTo = row.Sent_to,
    };

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    private static DateTimeOffset? Time(long? at) => at is { } value ? Time(value) : null;

    private sealed record Row(
        string Token_hash, long Purpose, long Delivery, long Single_use, string Created_by, long Block_count, long Created_at,
        long Deadline, long? Opened_at, long? Used_at, long Uses, long? Revoked_at, string Sent_to);
}

/// <summary>A link as its row has it.</summary>
/// <param name="TokenHash">Its key.</param>
/// <param name="State">The state, without what only the grain needs.</param>
public sealed record LinkInTable(string TokenHash, PatientLinkState State);
