using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Wording;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Messages;

/// <summary>A message taken from the table, or just written to it, for sending.</summary>
/// <param name="Message">The message.</param>
/// <param name="QueuedAt">When it was queued.</param>
/// <param name="Attempts">Attempts, the one that follows included.</param>
/// <param name="LeaseUntil">Until when no other process takes it.</param>
internal sealed record ClaimedMessage(OutgoingMessage Message, DateTimeOffset QueuedAt, int Attempts, DateTimeOffset LeaseUntil)
{
    /// <summary>What went wrong the last time; null before the first attempt.</summary>
    public (DeliveryFailure Why, string? Detail)? Before { get; init; }
}

/// <summary>
/// The statements of the table <c>outbox</c>. A row that is being sent is not marked as such: its <c>next_attempt_at</c> is the end of
/// the sender's lease, so a crash needs no repair.
/// </summary>
internal static class OutboxTable
{
    private const string Insert = """
        INSERT INTO outbox (id, deduplication_key, organisation, patient, kind, channel, masked_to, state, priority, attempts, queued_at,
            next_attempt_at, owner, settled_at, failure, detail, payload)
        VALUES (@id, @deduplication_key, @organisation, @patient, @kind, @channel, @masked_to, 0, @priority, @attempts, @queued_at,
            @next_attempt_at, @owner, NULL, 0, NULL, @payload)
        ON CONFLICT DO NOTHING
        """;

    private const string Claim = """
        UPDATE outbox SET attempts = attempts + 1, next_attempt_at = @until, owner = @owner
        WHERE id = @id AND state = 0 AND next_attempt_at = @seen
        """;

    // Whoever holds the row now: the message is out, and that is what counts. The payload goes, so no code stays behind.
    private const string Settle = """
        UPDATE outbox SET state = @state, settled_at = @now, failure = @failure, detail = @detail, owner = NULL, payload = NULL
        WHERE id = @id AND state = 0
        """;

    private const string Again = """
        UPDATE outbox SET next_attempt_at = @at, failure = @failure, detail = @detail, owner = NULL
        WHERE id = @id AND state = 0 AND owner = @owner
        """;

    private const string Report = """
        UPDATE outbox SET state = @state, settled_at = @now, failure = @failure, detail = @detail WHERE id = @id AND state = 1
        """;

    private const string Release = """
        UPDATE outbox SET next_attempt_at = @now, attempts = attempts - 1, owner = NULL WHERE state = 0 AND owner = @owner
        """;

    private const string ReleaseAll = "UPDATE outbox SET next_attempt_at = @now, owner = NULL WHERE state = 0 AND owner IS NOT NULL";

    private const string Purge = """
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE queued_at < @before AND state <> 0 LIMIT @most)
        """;

    private const string PurgeNone = """
        DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE queued_at < @before AND state <> 0 AND channel = 0 LIMIT @most)
        """;

    private const string Due = """
        SELECT id AS Id, attempts AS Attempts, queued_at AS QueuedAt, next_attempt_at AS NextAttemptAt, failure AS Failure,
            detail AS Detail, payload AS Payload
        FROM outbox WHERE state = 0 AND channel = @channel AND priority = @priority AND next_attempt_at <= @now
        ORDER BY next_attempt_at LIMIT @most
        """;

    public static Statement Inserting(OutgoingMessage message, byte[] payload, DateTimeOffset now, string? owner,
        DateTimeOffset nextAttemptAt) => new(Insert,
        ("id", message.Id), ("deduplication_key", message.DeduplicationKey), ("organisation", message.Organisation),
        ("patient", message.Patient), ("kind", message.Kind.ToString()), ("channel", (int)message.Channel),
            ("masked_to", MaskedAddress.Of(message.Channel, message.To)),
        ("priority", Priority(message.Kind)), ("attempts", owner is null ? 0 : 1), ("queued_at", now), ("next_attempt_at", nextAttemptAt),
        ("owner", owner), ("payload", payload));

    public static Statement Claiming(DueRow row, string owner, DateTimeOffset until) =>
        new(Claim, ("id", row.Id), ("seen", row.NextAttemptAt), ("owner", owner), ("until", until));

    public static Statement Settling(string id, AfterAttempt.Settled settled, DateTimeOffset now) => new(Settle,
        ("id", id), ("state", (int)settled.State), ("now", now), ("failure", (int)settled.Failure), ("detail", settled.Detail));

    public static Statement Postponing(string id, string owner, AfterAttempt.Again again) => new(Again,
        ("id", id), ("owner", owner), ("at", again.At), ("failure", (int)again.Failure), ("detail", again.Detail));

    public static Statement Reporting(string id, DeliveryState state, DeliveryFailure failure, string? detail, DateTimeOffset now) =>
        new(Report, ("id", id), ("state", (int)state), ("now", now), ("failure", (int)failure), ("detail", detail));

    /// <summary>Gives back what a process had taken and not begun.</summary>
    public static Statement Releasing(string owner, DateTimeOffset now) => new(Release, ("owner", owner), ("now", now));

    /// <summary>Gives back what a process that is gone had taken; only where no other process can be at work.</summary>
    public static Statement ReleasingAll(DateTimeOffset now) => new(ReleaseAll, ("now", now));

    /// <summary>Removes some of what is settled and was queued before an instant; only what went nowhere, or all.</summary>
    public static Statement Purging(DateTimeOffset before, bool onlyNone) =>
        new(onlyNone ? PurgeNone : Purge, ("before", before), ("most", OutboxLimits.MostPurged));

    public static Task<IReadOnlyList<DueRow>> DueAsync(
        Database database, MessageChannel channel, int priority, DateTimeOffset now, int most, CancellationToken ct)
    {
        var parameters = new { channel = (long)channel, priority = (long)priority, now = now.ToUnixTimeMilliseconds(), most = (long)most };
        var query = new CommandDefinition(Due, parameters, cancellationToken: ct);
        return database.ReadAsync<IReadOnlyList<DueRow>>(async connection => (await connection.QueryAsync<DueRow>(query)).AsList(), ct);
    }

    /// <summary>What is known of a message; null when there is no such row.</summary>
    public static Task<QueuedMessage?> FindAsync(Database database, string id, CancellationToken ct)
    {
        var query = new CommandDefinition("SELECT kind, patient FROM outbox WHERE id = @id", new { id }, cancellationToken: ct);
        return database.ReadAsync(async connection =>
        {
            var row = await connection.QueryFirstOrDefaultAsync<(string Kind, string? Patient)>(query);
            return Enum.TryParse<MessageKind>(row.Kind, out var kind) ? new QueuedMessage(kind, row.Patient) : null;
        }, ct);
    }

    /// <summary>When the oldest message that waits was queued; null when none does.</summary>
    public static Task<IReadOnlyList<DateTimeOffset>> QueuedAtAsync(
        Database database, string organisation, MessageChannel channel, DateTimeOffset since, int most, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<DateTimeOffset>>(async connection =>
        {
            var newest = await connection.QueryAsync<long>(new CommandDefinition("""
                SELECT queued_at FROM outbox WHERE organisation = @organisation AND channel = @channel AND queued_at > @since
                ORDER BY queued_at DESC LIMIT @most
                """, new { organisation, channel = (long)channel, since = since.ToUnixTimeMilliseconds(), most = (long)most },
                cancellationToken: ct));
            return [.. newest.Reverse().Select(DateTimeOffset.FromUnixTimeMilliseconds)];
        }, ct);

    public static Task<long?> OldestAsync(Database database, CancellationToken ct)
    {
        var query = new CommandDefinition("SELECT MIN(queued_at) FROM outbox WHERE state = 0", cancellationToken: ct);
        return database.ReadAsync(connection => connection.ExecuteScalarAsync<long?>(query), ct);
    }

    /// <summary>The priorities there are, the one that goes first first.</summary>
    public static readonly int[] Priorities = [PriorityOfCodes, 1];

    /// <summary>The priority that only codes have.</summary>
    public const int PriorityOfCodes = 0;

    public static int Priority(MessageKind kind) => MessageTemplates.IsCode(kind) ? PriorityOfCodes : 1;

    public static byte[] Seal(OutgoingMessage message, PayloadCipher cipher) =>
        cipher.Encrypt(JsonSerializer.SerializeToUtf8Bytes(message, MessagesJson.Default.OutgoingMessage), Purpose(message.Id));

    /// <summary>The message of a row, or null when it cannot be read any more.</summary>
    public static OutgoingMessage? Open(DueRow row, PayloadCipher cipher)
    {
        if (row.Payload is null || cipher.Decrypt(row.Payload, Purpose(row.Id)) is not { } plain) return null;
        try
        {
            return JsonSerializer.Deserialize(plain, MessagesJson.Default.OutgoingMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The row as it is sent, its message opened.</summary>
    public static ClaimedMessage Claimed(DueRow row, OutgoingMessage message, DateTimeOffset until) =>
        new(message, DateTimeOffset.FromUnixTimeMilliseconds(row.QueuedAt), (int)row.Attempts + 1, until)
        {
            Before = row.Failure == 0 ? null : ((DeliveryFailure)row.Failure, row.Detail),
        };

    private static string Purpose(string id) => "outbox:" + id;

    /// <summary>A row whose time has come.</summary>
    public sealed class DueRow
    {
        public string Id { get; init; } = "";
        public long Attempts { get; init; }
        public long QueuedAt { get; init; }
        public long NextAttemptAt { get; init; }
        public long Failure { get; init; }
        public string? Detail { get; init; }
        public byte[]? Payload { get; init; }
    }
}
