using Npgsql;

namespace Portal.Storage.PostgreSql;

/// <summary>Opens connections, waiting a bounded time for a server that restarts.</summary>
internal static class PostgreSqlConnector
{
    // Short beside the wait it divides, long beside a refused connection attempt.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <param name="source">Where the connection comes from.</param>
    /// <param name="started">When the wait began, as a timestamp of the system's clock.</param>
    /// <param name="wait">How long it may last; one attempt is made in any case.</param>
    /// <param name="ct">Ends it.</param>
    public static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, long started, TimeSpan wait, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await source.OpenConnectionAsync(ct).ConfigureAwait(false);
            }
            catch (Exception error)
                when (PostgreSqlErrors.IsWorthAnotherAttempt(error) && TimeProvider.System.GetElapsedTime(started) < wait)
            {
                await Task.Delay(Pause, ct).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NpgsqlException || PostgreSqlErrors.IsConnectionLoss(error))
            {
                throw new DatabaseUnavailableException($"PostgreSQL cannot be reached: {error.Message}.", false, error);
            }
        }
    }
}
