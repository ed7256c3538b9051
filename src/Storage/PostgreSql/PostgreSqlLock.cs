using Npgsql;

namespace Portal.Storage.PostgreSql;

/// <summary>
/// An advisory lock held by a connection of its own; the server frees it when that connection ends. When the connection breaks
/// it is taken again; only when another process has it by then is it <see cref="Lost"/>.
/// </summary>
internal sealed class PostgreSqlLock : ProcessLock
{
    /// <summary>The server may take a moment to notice that the process that held the lock is dead.</summary>
    private static readonly TimeSpan AcquireWait = TimeSpan.FromSeconds(2);

    /// <summary>After a broken network the server may hold the lock for our own old connection until its keepalive fails.</summary>
    private static readonly TimeSpan RegainWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource _source;
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _released = new();
    private readonly Task _watch;

    private PostgreSqlLock(NpgsqlDataSource source, NpgsqlConnection connection)
    {
        _source = source;
        _watch = WatchAsync(connection);
    }

    public override CancellationToken Lost => _lost.Token;

    /// <summary>The SQL that calls a lock function for one purpose; each schema of a database has its own locks.</summary>
    public static string Taking(string function, string purpose) =>
        $"SELECT {function}(hashtextextended('portal.{purpose}.' || current_schema(), 0))";

    public static async Task<PostgreSqlLock> AcquireAsync(NpgsqlDataSource source, DatabaseOptions options, CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var connection = await PostgreSqlConnector.OpenAsync(source, started, options.UnavailableWait, ct);
            if (await TryTakeAsync(connection, ct)) return new PostgreSqlLock(source, connection);
            await connection.DisposeAsync();
            if (TimeProvider.System.GetElapsedTime(started) > AcquireWait)
                throw new AlreadyRunningException($"Another process is already running on this PostgreSQL database. {Advice}");
            await Task.Delay(Pause, ct);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _released.CancelAsync();
        await _watch;
    }

    private static async Task<bool> TryTakeAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Taking("pg_try_advisory_lock", "process"), connection);
        return (bool)(await command.ExecuteScalarAsync(ct))!;
    }

    private async Task WatchAsync(NpgsqlConnection connection)
    {
        try
        {
            while (connection is not null && !_released.IsCancellationRequested)
            {
                await UntilBrokenAsync(connection);
                await connection.DisposeAsync();
                if (_released.IsCancellationRequested || await RegainAsync() is not { } regained) return;
                connection = regained;
            }
        }
        catch (OperationCanceledException) when (_released.IsCancellationRequested)
        {
            // Given back.
        }
    }

    private async Task UntilBrokenAsync(NpgsqlConnection connection)
    {
        try
        {
            while (true) await connection.WaitAsync(_released.Token);
        }
        catch (Exception error)
            when (error is OperationCanceledException or InvalidOperationException || PostgreSqlErrors.IsConnectionLoss(error))
        {
            // Given back or broken; the caller asks which.
        }
    }

    private async Task<NpgsqlConnection?> RegainAsync()
    {
        long refusedSince = 0;
        while (true)
        {
            try
            {
                var connection = await _source.OpenConnectionAsync(_released.Token);
                if (await TryTakeAsync(connection, _released.Token)) return connection;
                await connection.DisposeAsync();
                if (refusedSince == 0) refusedSince = TimeProvider.System.GetTimestamp();
                if (TimeProvider.System.GetElapsedTime(refusedSince) > RegainWait)
                {
                    await _lost.CancelAsync();
                    return null;
                }
            }
            catch (Exception error) when (error is NpgsqlException || PostgreSqlErrors.IsConnectionLoss(error))
            {
                // Away: nobody can write, so nothing is lost yet.
                refusedSince = 0;
            }

            await Task.Delay(Pause, _released.Token);
        }
    }
}
