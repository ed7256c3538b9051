using Dapper;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Sessions;

/// <summary>
/// The read model of sessions: table <c>sessions</c>, a row for each key, written after the grain's own state. A row of an older version
/// never replaces a newer one.
/// </summary>
public static class SessionTable
{
    /// <summary>Its migrations, component <c>sessions</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "sessions", """
            CREATE TABLE sessions (
                organisation TEXT NOT NULL,
                token_hash TEXT NOT NULL,
                session TEXT NOT NULL,
                kind BIGINT NOT NULL,
                phase BIGINT NOT NULL,
                subject TEXT NOT NULL,
                epoch BIGINT NOT NULL,
                organisation_epoch BIGINT NOT NULL,
                device TEXT NOT NULL,
                created_at BIGINT NOT NULL,
                began_at BIGINT NOT NULL,
                last_seen BIGINT NOT NULL,
                elevated_at BIGINT,
                elevated_until BIGINT,
                ended_at BIGINT,
                reason BIGINT NOT NULL,
                sweep_at BIGINT NOT NULL,
                version BIGINT NOT NULL,
                PRIMARY KEY (organisation, token_hash)
            );
            CREATE INDEX sessions_of_subject ON sessions (organisation, subject, began_at);
            CREATE INDEX sessions_to_sweep ON sessions (sweep_at, organisation, token_hash);
            """),
    ];

    private const string Columns =
        "token_hash, session, kind, phase, subject, epoch, organisation_epoch, device, created_at, began_at, last_seen, elevated_at, "
        + "elevated_until, ended_at, reason";

    /// <summary>Writes the row of a session as its state has it.</summary>
    public static WriteUnit Upsert(string organisation, string tokenHash, SessionState state) => new("sessions", new Statement(
        """
        INSERT INTO sessions (organisation, token_hash, session, kind, phase, subject, epoch, organisation_epoch, device, created_at,
            began_at, last_seen, elevated_at, elevated_until, ended_at, reason, sweep_at, version)
        VALUES (@organisation, @token_hash, @session, @kind, @phase, @subject, @epoch, @organisation_epoch, @device, @created_at,
            @began_at, @last_seen, @elevated_at, @elevated_until, @ended_at, @reason, @sweep_at, @version)
        ON CONFLICT (organisation, token_hash) DO UPDATE SET phase = excluded.phase, last_seen = excluded.last_seen,
            elevated_until = excluded.elevated_until, ended_at = excluded.ended_at, reason = excluded.reason, sweep_at = excluded.sweep_at,
            version = excluded.version
        WHERE sessions.version < excluded.version
        """,
        ("organisation", organisation), ("token_hash", tokenHash), ("session", state.SessionId), ("kind", (long)state.Kind),
        ("phase", (long)state.Phase), ("subject", state.Subject), ("epoch", (long)state.Epoch),
        ("organisation_epoch", (long)state.OrganisationEpoch), ("device", state.Device),
        ("created_at", state.CreatedAt), ("began_at", state.BeganAt), ("last_seen", state.LastSeen), ("elevated_at", state.ElevatedAt),
        ("elevated_until", state.ElevatedUntil), ("ended_at", state.EndedAt), ("reason", (long)state.End),
        ("sweep_at", Session.SweepAt(state)), ("version", state.Version)));

    /// <summary>Removes the row of a session that is forgotten.</summary>
    public static WriteUnit Delete(string organisation, string tokenHash) => new("sessions", new Statement(
        "DELETE FROM sessions WHERE organisation = @organisation AND token_hash = @token_hash",
        ("organisation", organisation), ("token_hash", tokenHash)));

    /// <summary>
    /// A subject's rows, newest first, without those that went on under another key and those that ended before <paramref name="since"/>.
    /// </summary>
    public static Task<IReadOnlyList<StoredSession>> OfSubjectAsync(Database database, string organisation, string subject,
        DateTimeOffset since, int limit) =>
        ReadAsync(database, $"""
            SELECT {Columns} FROM sessions
            WHERE organisation = @organisation AND subject = @subject AND phase IN ({(int)SessionPhase.Live}, {(int)SessionPhase.Ended})
                AND kind <> {(int)PrincipalKind.Kiosk}
                AND reason <> {(int)SessionEnd.Superseded} AND (ended_at IS NULL OR ended_at >= @since)
            ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, began_at DESC, token_hash LIMIT @limit
            """, new { organisation, subject, since = since.ToUnixTimeMilliseconds(), limit });

    /// <summary>A subject's rows that have not ended as far as the table knows, oldest first.</summary>
    public static Task<IReadOnlyList<StoredSession>> LiveOfSubjectAsync(Database database, string organisation, string subject,
        int limit) =>
        ReadAsync(database, $"""
            SELECT {Columns} FROM sessions
            WHERE organisation = @organisation AND subject = @subject AND phase = {(int)SessionPhase.Live}
            ORDER BY began_at, token_hash LIMIT @limit
            """, new { organisation, subject, limit });

    /// <summary>Keys of sessions whose time to be looked at has come, oldest first, after the place where the last page ended.</summary>
    public static Task<IReadOnlyList<SweepRow>> ToSweepAsync(Database database, DateTimeOffset now, SweepRow after, int limit) =>
        database.ReadAsync<IReadOnlyList<SweepRow>>(async connection =>
        {
            var rows = await connection.QueryAsync<(long SweepAt, string Organisation, string TokenHash)>("""
                SELECT sweep_at, organisation, token_hash FROM sessions
                WHERE sweep_at <= @now AND (sweep_at, organisation, token_hash) > (@SweepAt, @Organisation, @Key)
                ORDER BY sweep_at, organisation, token_hash LIMIT @limit
                """, new { now = now.ToUnixTimeMilliseconds(), after.SweepAt, after.Organisation, after.Key, limit });
            return [.. rows.Select(r => new SweepRow(r.SweepAt, r.Organisation, r.TokenHash))];
        });

    /// <summary>Sessions of all organisations that are live, as far as the table knows.</summary>
    public static Task<long> LiveAsync(Database database, DateTimeOffset now, CancellationToken ct)
    {
        // What is live has its time to be looked at before it, which the index is sorted by.
        var query = new CommandDefinition($"SELECT COUNT(*) FROM sessions WHERE sweep_at > @now AND phase = {(int)SessionPhase.Live}",
            new { now = now.ToUnixTimeMilliseconds() }, cancellationToken: ct);
        return database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(query), ct);
    }

    private static Task<IReadOnlyList<StoredSession>> ReadAsync(Database database, string sql, object parameters) =>
        database.ReadAsync<IReadOnlyList<StoredSession>>(async connection =>
            [.. (await connection.QueryAsync<Row>(sql, parameters)).Select(r => new StoredSession(r.Token_hash, StateOf(r)))]);

    private static SessionState StateOf(Row row) => new()
    {
        Phase = (SessionPhase)row.Phase,
        Kind = (PrincipalKind)row.Kind,
        Subject = row.Subject,
        Epoch = (int)row.Epoch,
        OrganisationEpoch = (int)row.Organisation_epoch,
        CreatedAt = Time(row.Created_at),
        BeganAt = Time(row.Began_at),
        LastSeen = Time(row.Last_seen),
        ElevatedAt = Time(row.Elevated_at),
        ElevatedUntil = Time(row.Elevated_until),
        Device = row.Device,
        SessionId = row.Session,
        EndedAt = Time(row.Ended_at),
        End = (SessionEnd)row.Reason,
    };

    private static DateTimeOffset Time(long at) => DateTimeOffset.FromUnixTimeMilliseconds(at);

    private static DateTimeOffset? Time(long? at) => at is { } value ? Time(value) : null;

    private sealed record Row(
        string Token_hash, string Session, long Kind, long Phase, string Subject, long Epoch, long Organisation_epoch, string Device,
        long Created_at, long Began_at, long Last_seen, long? Elevated_at, long? Elevated_until, long? Ended_at, long Reason);
}

/// <summary>A session as its row has it: as the state, without what only the grain needs.</summary>
/// <param name="TokenHash">Its key.</param>
/// <param name="State">What the row says.</param>
public sealed record StoredSession(string TokenHash, SessionState State);
