using System.Security.Cryptography;
using Npgsql;

namespace Portal.Storage.PostgreSql;

/// <summary>Opens connections, waiting a bounded time for a server that restarts.</summary>
internal static class PostgreSqlConnector
{
    // Short beside the wait it divides, long beside a refused connection attempt; doubled from one attempt to the next.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <param name="source">Where the connection comes from.</param>
    /// <param name="started">When the wait began, as a timestamp of the system's clock.</param>
    /// <param name="wait">How long it may last; one attempt is made in any case.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, long started, TimeSpan wait, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await source.OpenConnectionAsync(ct).ConfigureAwait(false);
            }
            catch (Exception error)
                when (PostgreSqlErrors.IsWorthAnotherAttempt(error) && TimeProvider.System.GetElapsedTime(started) < wait)
            {
                await Task.Delay(PauseAfter(attempt), ct).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NpgsqlException || PostgreSqlErrors.IsConnectionLoss(error))
            {
                throw new DatabaseUnavailableException($"PostgreSQL cannot be reached: {error.Message}.", false, error);
            }
        }
    }

    /// <summary>
    /// How long to wait before the next attempt: twice as long each time, up to a second, and anything from half of it to all of it, so
    /// that those whom a restart cut off do not all come back at the same moment.
    /// </summary>
    internal static TimeSpan PauseAfter(int attempt)
    {
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Min(attempt, 10)));
        return pause * ((1 + RandomNumberGenerator.GetInt32(1000) / 1000.0) / 2);
    }
}
