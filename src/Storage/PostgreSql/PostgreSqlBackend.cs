using System.Data.Common;
using Dapper;
using Npgsql;

namespace Portal.Storage.PostgreSql;

/// <summary>
/// A PostgreSQL database: one or two writing connections fed in groups, a pool of read-only connections, one connection for the
/// process lock.
/// </summary>
internal sealed class PostgreSqlBackend : IBackend
{
    /// <summary>Statements kept prepared per connection, unless the setting says otherwise.</summary>
    private const int PreparedStatements = 200;

    /// <summary>A write that changes nothing and still needs the log and the disk.</summary>
    private const string Touch =
        "UPDATE schema_migrations SET applied_at = applied_at "
        + "WHERE component = (SELECT min(component) FROM schema_migrations) AND number = 1";

    private readonly DatabaseOptions _options;
    private readonly NpgsqlDataSource _writing;
    private readonly NpgsqlDataSource _reading;
    private readonly NpgsqlDataSource _single;
    private readonly GroupQueue _queue;
    private readonly StorageMetrics _metrics;
    private readonly WriteHealth _health = new();
    private readonly Task[] _loops;
    private readonly List<ProcessLock> _locks = [];
    private int _disposed;

    public PostgreSqlBackend(string connectionString, DatabaseOptions options)
    {
        _options = options;
        _queue = new GroupQueue(options);
        _metrics = new StorageMetrics(Dialect.PostgreSql, () => _queue.Length);
        _writing = Source(connectionString, s => s.MaxPoolSize = Math.Max(1, options.PostgreSqlWriters), EnsureDurable);
        _reading = Source(connectionString, ReadOnly);
        _single = Source(connectionString, SingleUse);
        _loops = [.. Enumerable.Range(0, options.PostgreSqlWriters).Select(_ => Task.Run(WriteLoopAsync))];
    }

    public Dialect Dialect => Dialect.PostgreSql;

    public Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct) => _queue.AddAsync(unit, ct);

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
            var started = TimeProvider.System.GetTimestamp();
            await using var connection = await PostgreSqlConnector.OpenAsync(_reading, started, _options.UnavailableWait, ct);
            try
            {
                return await read(connection);
            }
            catch (Exception error) when (error is NpgsqlException && PostgreSqlErrors.IsConnectionLoss(error))
            {
                // The pooled connections are of before the restart: the second attempt gets a new one.
                if (attempt == 1 && error.InnerException is not TimeoutException) _reading.Clear();
                else throw new DatabaseUnavailableException("PostgreSQL was lost during a read, or took too long.", false, error);
            }
        }
    }

    public async Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        await using var connection = await OpenSingleAsync(ct);
        await connection.ExecuteAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        try
        {
            return await read(connection);
        }
        catch (Exception error) when (error is NpgsqlException && PostgreSqlErrors.IsConnectionLoss(error))
        {
            throw new DatabaseUnavailableException("PostgreSQL was lost during a read, or took too long.", false, error);
        }
    }

    public async Task LoadAsync(Func<BulkLoad, Task> load, CancellationToken ct)
    {
        await using var connection = await OpenSingleAsync(ct);
        await EnsureDurable(connection);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await connection.ExecuteAsync(PostgreSqlLock.Taking("pg_advisory_xact_lock", "migrations"));
            await load(new PostgreSqlLoad(connection, _options.TimeProvider));
            await transaction.CommitAsync(ct);
        }
        catch (PostgresException error) when (!PostgreSqlErrors.IsConnectionLoss(error))
        {
            throw PostgreSqlErrors.Translate("load", error);
        }
        catch (NpgsqlException error) when (PostgreSqlErrors.IsConnectionLoss(error))
        {
            throw new DatabaseUnavailableException("PostgreSQL was lost while tables were filled.", true, error);
        }
    }

    public async Task MigrateAsync(IReadOnlyList<SchemaComponent> components, CancellationToken ct)
    {
        await using var connection = await OpenSingleAsync(ct);
        await PostgreSqlMigrator.RunAsync(connection, _options.TimeProvider, components, ct);
    }

    public async Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        var taken = await PostgreSqlLock.AcquireAsync(_single, _options, ct);
        lock (_locks) _locks.Add(taken);
        return taken;
    }

    public async Task<DatabaseHealth> CheckAsync(CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            return await AskAsync(started, ct).WaitAsync(_options.CheckLimit, ct);
        }
        catch (Exception error) when (error is StorageException or DbException or TimeoutException)
        {
            return new DatabaseHealth(false, TimeProvider.System.GetElapsedTime(started), 0, _queue.Length, error.Message);
        }
    }

    private async Task<DatabaseHealth> AskAsync(long started, CancellationToken ct)
    {
        // Where the last write failed, a write is asked for: a full disk and a standby answer reads as always.
        if (_health.Trouble is not null) await _queue.AddAsync(new WriteUnit("check", new Statement(Touch)), ct);
        var size = await ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT pg_database_size(current_database())"), ct);
        return new DatabaseHealth(true, TimeProvider.System.GetElapsedTime(started), size, _queue.Length, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _queue.Close();
        await Task.WhenAll(_loops);
        ProcessLock[] locks;
        lock (_locks) locks = [.. _locks];
        foreach (var held in locks) await held.DisposeAsync();
        await _writing.DisposeAsync();
        await _reading.DisposeAsync();
        await _single.DisposeAsync();
        _metrics.Dispose();
    }

    private async Task WriteLoopAsync()
    {
        await using var writer = new PostgreSqlWriter(_writing, _options);
        var group = new List<WriteRequest>(_options.GroupLimit);
        while (await _queue.TakeAsync(group))
        {
            await writer.RunGroupAsync(group);
            _health.Learn(group);
            _metrics.Committed(group);
            group.Clear();
        }
    }

    private async Task<NpgsqlConnection> OpenSingleAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        return await PostgreSqlConnector.OpenAsync(_single, TimeProvider.System.GetTimestamp(), _options.UnavailableWait, ct);
    }

    private NpgsqlDataSource Source(
        string connectionString, Action<NpgsqlConnectionStringBuilder> adjust, Func<NpgsqlConnection, Task>? opened = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Connecting is one attempt of those that fit into the wait.
            Timeout = Math.Max(1, (int)_options.UnavailableWait.TotalSeconds),
            CommandTimeout = Math.Max(1, (int)_options.Timeout.TotalSeconds),
            // Otherwise the server's detail, which holds the values of a row, would reach the logs.
            IncludeErrorDetail = false,
            // Tells which unit of a group failed; taken off the exception at once, for the same reason.
            IncludeFailedBatchedCommand = true,
            // Nothing here leaves state on a connection, and clearing it costs every use some tens of microseconds.
            NoResetOnClose = true,
        };
        if (!settings.ShouldSerialize("Max Auto Prepare")) settings.MaxAutoPrepare = PreparedStatements;
        if (!settings.ShouldSerialize("Auto Prepare Min Usages")) settings.AutoPrepareMinUsages = 2;
        settings.ApplicationName ??= "portal";
        adjust(settings);
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        if (opened is not null) builder.UsePhysicalConnectionInitializer(c => opened(c).GetAwaiter().GetResult(), opened);
        return builder.Build();
    }

    private void ReadOnly(NpgsqlConnectionStringBuilder settings)
    {
        settings.MaxPoolSize = Math.Max(1, _options.ReadConnections);
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on".TrimStart();
    }

    private static void SingleUse(NpgsqlConnectionStringBuilder settings)
    {
        settings.Pooling = false;
        // Seconds: a lock whose connection is dead is noticed about this soon.
        settings.KeepAlive = 10;
    }

    /// <summary>
    /// Every promise of durability rests on this setting, which an administrator may have turned off for the whole server.
    /// </summary>
    private static async Task EnsureDurable(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'", connection);
        await command.ExecuteNonQueryAsync();
    }
}
