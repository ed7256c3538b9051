using Dapper;
using Portal.Grains.Abstractions.Messages;
using Portal.Storage;

namespace Portal.Grains.Messages;

/// <summary>
/// How the outbox is, for whoever watches the system; both figures are those of the database, the same from every process.
/// </summary>
public static class OutboxHealthTable
{
    /// <summary>Waiting messages beyond which they are not counted any further.</summary>
    public const int MostCounted = 100_000;

    /// <summary>For how long the oldest code has been due that nobody has taken to send; zero when there is none.</summary>
    public static async Task<TimeSpan> OldestDueCodeAsync(Database database, DateTimeOffset now, CancellationToken ct)
    {
        // One channel at a time, as the index of what is due begins with it.
        var ages = new List<TimeSpan>();
        foreach (var channel in new[] { MessageChannel.Email, MessageChannel.Sms })
        {
            var query = new CommandDefinition(
                """
                SELECT MIN(next_attempt_at) FROM outbox
                WHERE state = 0 AND channel = @channel AND priority = 0 AND next_attempt_at <= @now
                """,
                new { channel = (long)channel, now = now.ToUnixTimeMilliseconds() }, cancellationToken: ct);
            var due = await database.ReadAsync(connection => connection.ExecuteScalarAsync<long?>(query), ct);
            if (due is { } since) ages.Add(now - DateTimeOffset.FromUnixTimeMilliseconds(since));
        }

        return ages.Count == 0 ? TimeSpan.Zero : ages.Max();
    }

    /// <summary>Messages that wait to be sent, up to <see cref="MostCounted"/>.</summary>
    public static Task<long> DepthAsync(Database database, CancellationToken ct)
    {
        var query = new CommandDefinition(
            "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE state = 0 LIMIT @most) AS waiting", new { most = (long)MostCounted },
            cancellationToken: ct);
        return database.ReadAsync(connection => connection.ExecuteScalarAsync<long>(query), ct);
    }
}
