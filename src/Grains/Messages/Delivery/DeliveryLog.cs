using Dapper;
using Portal.Grains.Abstractions.Messages;
using Portal.Storage;

namespace Portal.Grains.Messages.Delivery;

/// <summary>What became of the messages that were queued, as staff see it. Read from the outbox itself, so it is never behind.</summary>
public sealed class DeliveryLog(Database database)
{
    private const string Columns = """
        SELECT id AS Id, kind AS Kind, channel AS Channel, masked_to AS MaskedTo, state AS State, queued_at AS QueuedAt,
            settled_at AS SettledAt, next_attempt_at AS NextAttemptAt, attempts AS Attempts, failure AS Failure, detail AS Detail
        FROM outbox
        """;

    private const string OfPatient = Columns + """
         WHERE organisation = @organisation AND patient = @patient ORDER BY queued_at DESC, id LIMIT @most
        """;

    private const string Undelivered = Columns + """
         WHERE organisation = @organisation AND state >= 2 AND channel <> 0 ORDER BY queued_at DESC, id LIMIT @most
        """;

    private const string CountUndelivered =
        "SELECT COUNT(*) FROM outbox WHERE organisation = @organisation AND state >= 2 AND channel <> 0 AND queued_at >= @since";

    /// <summary>The newest messages about a patient, newest first.</summary>
    /// <param name="organisation">The organisation; another one's messages are never among them.</param>
    /// <param name="patient">The patient.</param>
    /// <param name="most">How many at most, 1 to 200.</param>
    /// <param name="ct">Ends the query.</param>
    public Task<DeliveryRecord[]> OfPatientAsync(string organisation, string patient, int most, CancellationToken ct = default) =>
        QueryAsync(OfPatient, new { organisation, patient, most = (long)Bounded(most) }, ct);

    /// <summary>The newest messages of an organisation that bounced or were given up, newest first.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="most">How many at most, 1 to 200.</param>
    /// <param name="ct">Ends the query.</param>
    public Task<DeliveryRecord[]> UndeliveredAsync(string organisation, int most, CancellationToken ct = default) =>
        QueryAsync(Undelivered, new { organisation, most = (long)Bounded(most) }, ct);

    /// <summary>How many messages that were queued since a moment bounced or were given up.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="since">The moment.</param>
    /// <param name="ct">Ends the query.</param>
    public Task<int> CountUndeliveredAsync(string organisation, DateTimeOffset since, CancellationToken ct = default) =>
        database.ReadAsync(connection => connection.ExecuteScalarAsync<int>(new CommandDefinition(
            CountUndelivered, new { organisation, since = since.ToUnixTimeMilliseconds() }, cancellationToken: ct)), ct);

    private static int Bounded(int most) => Math.Clamp(most, 1, OutboxLimits.MostRecords);

    private Task<DeliveryRecord[]> QueryAsync(string sql, object parameters, CancellationToken ct) => database.ReadAsync(async connection =>
    {
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(sql, parameters, cancellationToken: ct));
        return rows.Select(row => row.Show()).ToArray();
    }, ct);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Kind { get; init; } = "";
        public long Channel { get; init; }
        public string MaskedTo { get; init; } = "";
        public long State { get; init; }
        public long QueuedAt { get; init; }
        public long? SettledAt { get; init; }
        public long NextAttemptAt { get; init; }
        public long Attempts { get; init; }
        public long Failure { get; init; }
        public string? Detail { get; init; }

        public DeliveryRecord Show() => new()
        {
            Id = Id,
            // A name this version does not know was written by a newer one during an upgrade.
            Kind = Enum.TryParse<MessageKind>(Kind, out var kind) ? kind : MessageKind.PortalLink,
            Channel = (MessageChannel)Channel,
            MaskedTo = MaskedTo,
            State = (DeliveryState)State,
            QueuedAt = DateTimeOffset.FromUnixTimeMilliseconds(QueuedAt),
            SettledAt = SettledAt is { } settled ? DateTimeOffset.FromUnixTimeMilliseconds(settled) : null,
            NextAttemptAt = State == (long)DeliveryState.Queued ? DateTimeOffset.FromUnixTimeMilliseconds(NextAttemptAt) : null,
            Attempts = (int)Attempts,
            Failure = (DeliveryFailure)Failure,
            Detail = Detail,
        };
    }
}
