using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Storage;

namespace Portal.Grains.Audit;

/// <summary>The rows of the audit log: table <c>audit_log</c>, never changed or deleted but by retention (6 years).</summary>
public static class AuditTable
{
    /// <summary>Its migrations, component <c>audit</c>.</summary>
    public static readonly IReadOnlyList<Migration> Migrations =
    [
        new(1, "audit log", """
            CREATE TABLE audit_log (
                organisation TEXT NOT NULL,
                sequence BIGINT NOT NULL,
                id TEXT NOT NULL,
                at BIGINT NOT NULL,
                actor_kind TEXT NOT NULL,
                actor TEXT NOT NULL,
                on_behalf_of TEXT NOT NULL,
                patient TEXT NOT NULL,
                action TEXT NOT NULL,
                outcome BIGINT NOT NULL,
                reason TEXT NOT NULL,
                address TEXT NOT NULL,
                session_hash TEXT NOT NULL,
                details TEXT NOT NULL,
                hash BYTEA NOT NULL,
                PRIMARY KEY (organisation, sequence)
            );
            CREATE UNIQUE INDEX audit_log_once ON audit_log (organisation, id);
            CREATE INDEX audit_log_of_patient ON audit_log (organisation, patient, sequence);
            """),
        new(2, "audit heads", """
            CREATE TABLE audit_heads (
                organisation TEXT NOT NULL PRIMARY KEY,
                sequence BIGINT NOT NULL,
                hash BYTEA NOT NULL,
                seal BYTEA NOT NULL
            );
            """),
        new(3, "audit by time", "CREATE INDEX audit_log_by_time ON audit_log (organisation, at, sequence)"),
    ];

    private const string Insert = """
        INSERT INTO audit_log (organisation, sequence, id, at, actor_kind, actor, on_behalf_of, patient,
            action, outcome, reason, address, session_hash, details, hash)
        VALUES (@organisation, @sequence, @id, @at, @actor_kind, @actor, @on_behalf_of, @patient,
            @action, @outcome, @reason, @address, @session_hash, @details, @hash)
        """;

    private const string Columns = """
        organisation, sequence, id, at, actor_kind, actor, on_behalf_of, patient,
        action, outcome, reason, address, session_hash, details, hash
        """;

    private const string TimeOf = "SELECT at FROM audit_log WHERE organisation = @organisation AND sequence = @before";

    private const string NoDetails = "{}";
    private static readonly long LatestTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Writes rows that have their place and hash, and the head that they lead to: all of them or none.</summary>
    /// <param name="rows">The rows of one organisation, at least one.</param>
    /// <param name="head">The last of them, sealed.</param>
    public static WriteUnit Append(IReadOnlyList<ChainedEntry> rows, SealedHead head) =>
        new("audit", [.. rows.Select(Row), Head(rows[^1].Entry.Organisation, head)]);

    /// <summary>The newest row's place and hash, and the head beside the rows.</summary>
    public static Task<AuditEnds> EndsAsync(Database database, string organisation) => database.ReadAsync(async connection =>
    {
        var newest = await connection.QueryFirstOrDefaultAsync<HeadRow>(
            "SELECT sequence, hash FROM audit_log WHERE organisation = @organisation ORDER BY sequence DESC LIMIT 1", new { organisation });
        var head = await connection.QueryFirstOrDefaultAsync<HeadRow>(
            "SELECT sequence, hash, seal FROM audit_heads WHERE organisation = @organisation", new { organisation });
        return new AuditEnds(
            newest?.Sequence ?? 0, newest?.Hash ?? [], head is null ? null : new SealedHead(head.Sequence, head.Hash, head.Seal));
    });

    /// <summary>Which of these ids are in the log already.</summary>
    public static Task<HashSet<string>> PresentAsync(Database database, string organisation, string[] ids)
    {
        // Dapper writes the list out for SQLite and sends PostgreSQL an array.
        var oneOf = database.Dialect == Dialect.PostgreSql ? "= ANY(@ids)" : "IN @ids";
        var sql = $"SELECT id FROM audit_log WHERE organisation = @organisation AND id {oneOf}";
        return database.ReadAsync(async connection =>
            (await connection.QueryAsync<string>(sql, new { organisation, ids })).ToHashSet());
    }

    /// <summary>A page, newest first.</summary>
    /// <param name="database">Where the log is.</param>
    /// <param name="organisation">The organisation.</param>
    /// <param name="query">Which rows; its page size does not count.</param>
    /// <param name="limit">The most rows.</param>
    /// <param name="others">Leaves out what the patient who is asked about did, signed in or on the way in.</param>
    public static Task<IReadOnlyList<AuditEntry>> PageAsync(
        Database database, string organisation, AuditQuery query, int limit, bool others = false)
    {
        List<string> conditions = ["organisation = @organisation"];
        if (query.Patient is not null) conditions.Add("patient = @patient");
        if (query.Action is not null) conditions.Add("action LIKE @action ESCAPE '!'");
        if (query.Outcome is not null) conditions.Add("outcome = @outcome");
        if (query.Actor is not null) conditions.Add("actor = @actor");
        if (query.From is not null) conditions.Add("at >= @from");
        if (query.To is not null) conditions.Add("at < @to");
        if (others) conditions.Add("actor_kind <> 'visitor' AND NOT (actor_kind = 'patient' AND actor = @patient)");
        // By time and not by place in the chain: what was done while the log could not be reached was chained later.
        if (query.Before is not null) conditions.Add($"(at, sequence) < (({TimeOf}), @before)");
        var sql = $"SELECT {Columns} FROM audit_log WHERE {string.Join(" AND ", conditions)} ORDER BY at DESC, sequence DESC LIMIT @limit";
        return EntriesAsync(database, sql, new
        {
            organisation,
            limit,
            patient = query.Patient,
            action = query.Action is null ? null : LikePrefix(query.Action),
            outcome = (long?)query.Outcome,
            before = query.Before,
            actor = query.Actor,
            from = query.From?.ToUnixTimeMilliseconds(),
            to = query.To?.ToUnixTimeMilliseconds(),
        });
    }

    /// <summary>The newest rows about a patient's ways in.</summary>
    public static Task<IReadOnlyList<AuditEntry>> SignInEventsAsync(Database database, string organisation, string patient, int limit) =>
        EntriesAsync(
        database,
        $"""
        SELECT {Columns} FROM audit_log WHERE organisation = @organisation AND patient = @patient
        AND (action LIKE 'sign-in.%' OR action LIKE 'code.%' OR action LIKE 'session.%'
            OR action LIKE 'elevation.%' OR action LIKE 'invitation.%' OR action LIKE 'link.%')
        ORDER BY sequence DESC LIMIT @limit
        """,
        new { organisation, patient, limit });

    /// <summary>Rows after a place, oldest first, with their hashes, for the verifier.</summary>
    public static Task<IReadOnlyList<ChainedEntry>> ChainAsync(Database database, string organisation, long after, int limit) =>
        database.ReadAsync<IReadOnlyList<ChainedEntry>>(async connection =>
        {
            var rows = await connection.QueryAsync<TableRow>(
                $"SELECT {Columns} FROM audit_log WHERE organisation = @organisation AND sequence > @after ORDER BY sequence LIMIT @limit",
                new { organisation, after, limit });
            return [.. rows.Select(r => new ChainedEntry(Entry(r), r.Hash))];
        });

    private static string LikePrefix(string text) => text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_") + "%";

    private static Statement Row(ChainedEntry row)
    {
        var entry = row.Entry;
        return new Statement(
            Insert,
            ("organisation", entry.Organisation), ("sequence", entry.Sequence), ("id", entry.Id), ("at", entry.At.ToUnixTimeMilliseconds()),
            ("actor_kind", entry.ActorKind), ("actor", entry.Actor), ("on_behalf_of", entry.OnBehalfOf), ("patient", entry.Patient),
            ("action", entry.Action), ("outcome", (long)entry.Outcome), ("reason", entry.Reason), ("address", entry.Address),
            ("session_hash", entry.SessionHash),
                ("details", entry.Details.Count == 0 ? NoDetails : JsonSerializer.Serialize(entry.Details)), ("hash", row.Hash));
    }

    private static Task<IReadOnlyList<AuditEntry>> EntriesAsync(Database database, string sql, object parameters) =>
        database.ReadAsync<IReadOnlyList<AuditEntry>>(async connection =>
            [.. (await connection.QueryAsync<TableRow>(sql, parameters)).Select(Entry)]);

    private static Statement Head(string organisation, SealedHead head) => new(
        """
        INSERT INTO audit_heads (organisation, sequence, hash, seal) VALUES (@organisation, @sequence, @hash, @seal)
        ON CONFLICT (organisation) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash, seal = excluded.seal
        """,
        ("organisation", organisation), ("sequence", head.Sequence), ("hash", head.Hash), ("seal", head.Seal));

    // What somebody wrote into the table by hand is read too, and then has the wrong hash.
    private static IReadOnlyDictionary<string, string> Details(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
        }
        catch (JsonException)
        {
            return new Dictionary<string, string> { ["unreadable"] = json };
        }
    }

    private static AuditEntry Entry(TableRow row) => new()
    {
        Id = row.Id,
        Organisation = row.Organisation,
        Sequence = row.Sequence,
        At = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(row.At, 0, LatestTime)),
        ActorKind = row.Actor_kind,
        Actor = row.Actor,
        OnBehalfOf = row.On_behalf_of,
        Patient = row.Patient,
        Action = row.Action,
        Outcome = (AuditOutcome)row.Outcome,
        Reason = row.Reason,
        Address = row.Address,
        SessionHash = row.Session_hash,
        Details = Details(row.Details),
    };

    private sealed class HeadRow
    {
        public long Sequence { get; init; }
        public byte[] Hash { get; init; } = [];
        public byte[] Seal { get; init; } = [];
    }

    private sealed class TableRow
    {
        public string Organisation { get; init; } = "";
        public long Sequence { get; init; }
        public string Id { get; init; } = "";
        public long At { get; init; }
        public string Actor_kind { get; init; } = "";
        public string Actor { get; init; } = "";
        public string On_behalf_of { get; init; } = "";
        public string Patient { get; init; } = "";
        public string Action { get; init; } = "";
        public long Outcome { get; init; }
        public string Reason { get; init; } = "";
        public string Address { get; init; } = "";
        public string Session_hash { get; init; } = "";
        public string Details { get; init; } = "";
        public byte[] Hash { get; init; } = [];
    }
}
