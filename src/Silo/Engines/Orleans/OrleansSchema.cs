using Portal.Storage;

namespace Portal.Silo.Engines;

/// <summary>
/// The PostgreSQL tables behind Orleans' ADO.NET providers. The providers read every statement they run from the table
/// <c>OrleansQuery</c>, by the names and with the parameters they document; tables and statements here are our own, brought up to
/// date by numbered migrations like all others. Each is a single statement and therefore atomic: who loses a race finds no row.
/// </summary>
internal static class OrleansSchema
{
    /// <summary>Name of the component in <c>schema_migrations</c>.</summary>
    public const string Component = "orleans";

    /// <summary>All migrations, for <see cref="Database.MigrateAsync"/>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "queries", "CREATE TABLE OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL)"),
        new(2, "membership", Membership + Queries(
            ("InsertMembershipVersionKey", InsertMembershipVersion),
            ("MembershipReadAllKey", ReadMembership),
            ("MembershipReadRowKey", ReadMember),
            ("InsertMembershipKey", InsertMember),
            ("UpdateMembershipKey", UpdateMember),
            ("UpdateIAmAlivetimeKey", UpdateAlive),
            ("GatewaysQueryKey", Gateways),
            ("DeleteMembershipTableEntriesKey", DeleteMembership),
            ("CleanupDefunctSiloEntriesKey", DeleteDefunct))),
        new(3, "grain state", GrainState + Queries(
            ("ReadFromStorageKey", ReadState),
            ("WriteToStorageKey", WriteState),
            ("ClearStorageKey", ClearState),
            ("DeleteStorageKey", DeleteState))),
        new(4, "reminders", Reminders + Queries(
            ("UpsertReminderRowKey", UpsertReminder),
            ("ReadReminderRowKey", ReadReminder),
            ("ReadReminderRowsKey", ReadRemindersOfGrain),
            ("ReadRangeRows1Key", ReadReminderRange),
            ("ReadRangeRows2Key", ReadReminderRangeAroundZero),
            ("DeleteReminderRowKey", DeleteReminder),
            ("DeleteReminderRowsKey", DeleteReminders))),
    ];

    private const string Membership = """
        CREATE TABLE orleans_cluster (
            cluster TEXT PRIMARY KEY,
            version INTEGER NOT NULL
        );
        CREATE TABLE orleans_member (
            cluster TEXT NOT NULL REFERENCES orleans_cluster (cluster) ON DELETE CASCADE,
            address TEXT NOT NULL,
            port INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            silo_name TEXT NOT NULL,
            host_name TEXT NOT NULL,
            status INTEGER NOT NULL,
            gateway_port INTEGER NOT NULL,
            suspected TEXT,
            started_at TIMESTAMPTZ NOT NULL,
            alive_at TIMESTAMPTZ NOT NULL,
            PRIMARY KEY (cluster, address, port, generation)
        );

        """;

    // A cluster's version row is made once; the answer is whether this silo made it.
    private const string InsertMembershipVersion = """
        WITH made AS (
            INSERT INTO orleans_cluster (cluster, version) VALUES (@DeploymentId, 0) ON CONFLICT (cluster) DO NOTHING RETURNING 1
        )
        SELECT EXISTS (SELECT 1 FROM made)
        """;

    private const string MemberColumns = """
        c.version AS "Version", m.address AS "Address", m.port AS "Port", m.generation AS "Generation", m.silo_name AS "SiloName",
        m.host_name AS "HostName", m.status AS "Status", m.gateway_port AS "ProxyPort", m.suspected AS "SuspectTimes",
        m.started_at AS "StartTime", m.alive_at AS "IAmAliveTime"
        """;

    // Without members the version comes alone, which is why these are outer joins.
    private const string ReadMembership = $"""
        SELECT {MemberColumns} FROM orleans_cluster c LEFT JOIN orleans_member m ON m.cluster = c.cluster WHERE c.cluster = @DeploymentId
        """;

    private const string ReadMember = $"""
        SELECT {MemberColumns} FROM orleans_cluster c LEFT JOIN orleans_member m
            ON m.cluster = c.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
        WHERE c.cluster = @DeploymentId
        """;

    // The version row is the lock: two silos that read the same version can't both change the membership.
    private const string InsertMember = """
        WITH turn AS (
            UPDATE orleans_cluster SET version = version + 1
            WHERE cluster = @DeploymentId AND version = @Version AND NOT EXISTS (
                SELECT 1 FROM orleans_member
                WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
            RETURNING cluster
        ), joined AS (
            INSERT INTO orleans_member
                (cluster, address, port, generation, silo_name, host_name, status, gateway_port, started_at, alive_at)
            SELECT cluster, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
            FROM turn
            RETURNING 1
        )
        SELECT EXISTS (SELECT 1 FROM joined)
        """;

    private const string UpdateMember = """
        WITH turn AS (
            UPDATE orleans_cluster SET version = version + 1
            WHERE cluster = @DeploymentId AND version = @Version AND EXISTS (
                SELECT 1 FROM orleans_member
                WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
            RETURNING cluster
        ), changed AS (
            UPDATE orleans_member m SET status = @Status, suspected = @SuspectTimes, alive_at = @IAmAliveTime
            FROM turn WHERE m.cluster = turn.cluster AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
            RETURNING 1
        )
        SELECT EXISTS (SELECT 1 FROM changed)
        """;

    private const string UpdateAlive = """
        UPDATE orleans_member SET alive_at = @IAmAliveTime
        WHERE cluster = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
        """;

    private const string Gateways = """
        SELECT address AS "Address", gateway_port AS "ProxyPort", generation AS "Generation" FROM orleans_member
        WHERE cluster = @DeploymentId AND status = @Status AND gateway_port > 0
        """;

    private const string DeleteMembership = "DELETE FROM orleans_cluster WHERE cluster = @DeploymentId";

    // 6 is SiloStatus.Dead.
    private const string DeleteDefunct = """
        DELETE FROM orleans_member WHERE cluster = @DeploymentId AND status = 6 AND alive_at < @IAmAliveTime
        """;

    // The provider splits a key that reads as a number or a GUID into n0 and n1 and leaves its text empty.
    private const string GrainState = """
        CREATE TABLE orleans_grain_state (
            service TEXT NOT NULL,
            grain_type TEXT NOT NULL,
            key_text TEXT NOT NULL,
            key_n0 BIGINT NOT NULL,
            key_n1 BIGINT NOT NULL,
            version INTEGER NOT NULL,
            payload BYTEA,
            written_at TIMESTAMPTZ NOT NULL DEFAULT now(),
            PRIMARY KEY (service, grain_type, key_text, key_n0, key_n1)
        );

        """;

    private const string ThisGrain = """
        service = @ServiceId AND grain_type = @GrainTypeString AND key_text = COALESCE(@GrainIdExtensionString, '')
            AND key_n0 = @GrainIdN0 AND key_n1 = @GrainIdN1
        """;

    private const string ReadState = $"""
        SELECT payload AS "PayloadBinary", version AS "Version" FROM orleans_grain_state WHERE {ThisGrain}
        """;

    // No version: the grain found nothing and may only insert. A version: it may only replace that one. No row in the answer is a conflict.
    private const string WriteState = $"""
        WITH inserted AS (
            INSERT INTO orleans_grain_state (service, grain_type, key_text, key_n0, key_n1, version, payload)
            SELECT @ServiceId, @GrainTypeString, COALESCE(@GrainIdExtensionString, ''), @GrainIdN0, @GrainIdN1, 1, @PayloadBinary
            WHERE @GrainStateVersion IS NULL
            ON CONFLICT DO NOTHING
            RETURNING version
        ), replaced AS (
            UPDATE orleans_grain_state SET payload = @PayloadBinary, version = version + 1, written_at = now()
            WHERE {ThisGrain} AND version = @GrainStateVersion
            RETURNING version
        )
        SELECT version AS "NewGrainStateVersion" FROM inserted UNION ALL SELECT version FROM replaced
        """;

    private const string ClearState = $"""
        UPDATE orleans_grain_state SET payload = NULL, version = version + 1, written_at = now()
        WHERE {ThisGrain} AND version = @GrainStateVersion
        RETURNING version AS "NewGrainStateVersion"
        """;

    // The provider compares the answer with the version it had and takes an equal one for a conflict, hence + 1.
    private const string DeleteState = $"""
        DELETE FROM orleans_grain_state WHERE {ThisGrain} AND version = @GrainStateVersion RETURNING version + 1 AS "NewGrainStateVersion"
        """;

    private const string Reminders = """
        CREATE TABLE orleans_reminder (
            service TEXT NOT NULL,
            grain TEXT NOT NULL,
            name TEXT NOT NULL,
            grain_hash INTEGER NOT NULL,
            start_at TIMESTAMPTZ NOT NULL,
            period_ms BIGINT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (service, grain, name)
        );
        CREATE INDEX orleans_reminder_by_hash ON orleans_reminder (service, grain_hash);

        """;

    private const string UpsertReminder = """
        INSERT INTO orleans_reminder AS r (service, grain, name, grain_hash, start_at, period_ms, version)
        VALUES (@ServiceId, @GrainId, @ReminderName, @GrainHash, @StartTime, @Period, 0)
        ON CONFLICT (service, grain, name) DO UPDATE
            SET grain_hash = excluded.grain_hash, start_at = excluded.start_at, period_ms = excluded.period_ms, version = r.version + 1
        RETURNING version AS "Version"
        """;

    private const string ReminderColumns = """
        grain AS "GrainId", name AS "ReminderName", start_at AS "StartTime", period_ms AS "Period", version AS "Version"
        """;

    private const string ReadReminder = $"""
        SELECT {ReminderColumns} FROM orleans_reminder WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName
        """;

    private const string ReadRemindersOfGrain = $"""
        SELECT {ReminderColumns} FROM orleans_reminder WHERE service = @ServiceId AND grain = @GrainId
        """;

    // A range is open at its beginning and closed at its end; the second kind runs over the largest hash into the smallest.
    private const string ReadReminderRange = $"""
        SELECT {ReminderColumns} FROM orleans_reminder WHERE service = @ServiceId AND grain_hash > @BeginHash AND grain_hash <= @EndHash
        """;

    private const string ReadReminderRangeAroundZero = $"""
        SELECT {ReminderColumns} FROM orleans_reminder WHERE service = @ServiceId AND (grain_hash > @BeginHash OR grain_hash <= @EndHash)
        """;

    private const string DeleteReminder = """
        WITH gone AS (
            DELETE FROM orleans_reminder
            WHERE service = @ServiceId AND grain = @GrainId AND name = @ReminderName AND version = @Version
            RETURNING 1
        )
        SELECT EXISTS (SELECT 1 FROM gone)
        """;

    private const string DeleteReminders = "DELETE FROM orleans_reminder WHERE service = @ServiceId";

    private static string Queries(params (string Key, string Text)[] queries) => string.Concat(
        queries.Select(query => $"INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES ('{query.Key}', $query${query.Text}$query$);\n"));
}
