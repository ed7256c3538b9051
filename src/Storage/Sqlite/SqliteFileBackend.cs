using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

/// <summary>A database file: one writer connection owned by the writer loop, a pool of readers beside it.</summary>
internal sealed class SqliteFileBackend : IBackend
{
    // A write that changes nothing and still goes through the log to the disk.
    private const string Touch =
        "UPDATE schema_migrations SET applied_at = applied_at "
        + "WHERE component = (SELECT min(component) FROM schema_migrations) AND number = 1";

    private readonly WriteHealth _health = new();
    private readonly string _path;
    private readonly DatabaseOptions _options;
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;
    private readonly GroupQueue _queue;
    private readonly StorageMetrics _metrics;
    private readonly Thread _loop;
    private readonly SemaphoreSlim _readers;
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private readonly List<ProcessLock> _locks = [];
    private int _disposed;

    public SqliteFileBackend(string path, DatabaseOptions options)
    {
        _path = Path.GetFullPath(path);
        _options = options;
        SqliteFile.Make(_path);
        _connection = SqliteConnections.OpenWriter(_path, options);
        _writer = new SqliteWriter(_connection, options.UnavailableWait);
        _readers = new SemaphoreSlim(options.ReadConnections, options.ReadConnections);
        _queue = new GroupQueue(options);
        _metrics = new StorageMetrics(Dialect.Sqlite, () => _queue.Length);
        // A thread of its own: it spends its time waiting for the disk, which would starve the thread pool of a small machine.
        _loop = new Thread(WriteLoop) { IsBackground = true, Name = "Portal.Storage writer" };
        _loop.Start();
    }

    public Dialect Dialect => Dialect.Sqlite;

    public Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct) => _queue.AddAsync(unit, ct);

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        // A caller whose scheduler ends while it waits must still give the connection back: nothing after a wait runs there.
        if (!await _readers.WaitAsync(_options.Timeout, ct).ConfigureAwait(false))
            throw new DatabaseUnavailableException("No read connection became free in time.", false);
        SqliteConnection? connection = null;
        try
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
            if (!_idle.TryTake(out connection)) connection = SqliteConnections.OpenReader(_path, _options);
            return await read(connection).ConfigureAwait(false);
        }
        finally
        {
            if (connection is not null) Return(connection);
            _readers.Release();
        }
    }

    public async Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        await using var connection = SqliteConnections.OpenReader(_path, _options);
        // The moment is that of the first read, which this is.
        await connection.ExecuteAsync("BEGIN; SELECT count(*) FROM sqlite_master");
        return await read(connection);
    }

    public async Task LoadAsync(Func<BulkLoad, Task> load, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        await using var connection = SqliteConnections.OpenWriter(_path, _options);
        await connection.ExecuteAsync(SqliteConnections.LargeCache);
        await SqliteLoad.RunAsync(connection, _options.TimeProvider, load);
        // What was loaded is in the log, as large as the database itself: it goes where it belongs before anybody starts.
        await connection.ExecuteAsync("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public async Task MigrateAsync(IReadOnlyList<SchemaComponent> components, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        await using var connection = SqliteConnections.OpenWriter(_path, _options);
        SqliteMigrator.Run(connection, _options.TimeProvider, components, ct);
    }

    public Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(Database));
        ProcessLock taken = SqliteFileLock.Acquire(_path);
        lock (_locks) _locks.Add(taken);
        return Task.FromResult(taken);
    }

    public async Task<DatabaseHealth> CheckAsync(CancellationToken ct)
    {
        var started = TimeProvider.System.GetTimestamp();
        try
        {
            // Where the last write failed, a write is asked for: a full or read-only disk answers reads as always.
            if (_health.Trouble is not null)
                await _queue.AddAsync(new WriteUnit("check", new Statement(Touch)), ct).WaitAsync(_options.CheckLimit, ct);
            var size = await ReadAsync(c => c.ExecuteScalarAsync<long>(SqliteConnections.Size), ct);
            var log = new FileInfo(_path + "-wal");
            if (log.Exists) size += log.Length;
            return new DatabaseHealth(true, TimeProvider.System.GetElapsedTime(started), size, _queue.Length, null);
        }
        catch (Exception error) when (error is StorageException or SqliteException or IOException or TimeoutException)
        {
            return new DatabaseHealth(false, TimeProvider.System.GetElapsedTime(started), 0, _queue.Length, error.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        _queue.Close();
        await Task.Run(_loop.Join);
        await CloseReadersAsync();
        // Last of all connections: SQLite then moves what the write-ahead log holds into the database and removes the log.
        _writer.Dispose();
        await _connection.DisposeAsync();
        ProcessLock[] locks;
        lock (_locks) locks = [.. _locks];
        foreach (var held in locks) await held.DisposeAsync();
        _metrics.Dispose();
    }

    private void Return(SqliteConnection connection)
    {
        // A read that left its transaction open would see old data for ever and keep the log from being reset.
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0) connection.Dispose();
        else _idle.Add(connection);
    }

    private async Task CloseReadersAsync()
    {
        var taken = 0;
        while (taken < _options.ReadConnections && await _readers.WaitAsync(_options.UnavailableWait)) taken++;
        while (_idle.TryTake(out var connection)) await connection.DisposeAsync();
        if (taken > 0) _readers.Release(taken);
    }

    private void WriteLoop()
    {
        var group = new List<WriteRequest>(_options.GroupLimit);
        while (_queue.Take(group))
        {
            _writer.RunGroup(group);
            _health.Learn(group);
            foreach (var request in group) request.Complete();
            _metrics.Committed(group);
            group.Clear();
        }
    }
}
