using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

/// <summary>A database file: one writer connection owned by the writer loop, a pool of readers beside it.</summary>
internal sealed class SqliteFileBackend : IBackend
{
    private readonly string _path;
    private readonly DatabaseOptions _options;
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;
    private readonly GroupQueue _queue;
    private readonly Thread _loop;
    private readonly SemaphoreSlim _readers;
    private readonly System.Collections.Concurrent.ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _disposed;

    public SqliteFileBackend(string path, DatabaseOptions options)
    {
        _path = Path.GetFullPath(path);
        _options = options;
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        _connection = SqliteConnections.OpenWriter(_path, options);
        _writer = new SqliteWriter(_connection);
        _readers = new SemaphoreSlim(options.ReadConnections, options.ReadConnections);
        _queue = new GroupQueue(options);
        _loop = new Thread(WriteLoop) { IsBackground = true, Name = "Portal.Storage writer" };
        _loop.Start();
    }

    public Dialect Dialect => Dialect.Sqlite;

    public Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct) => _queue.AddAsync(unit, ct);

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(Database));
        if (!await _readers.WaitAsync(_options.Timeout, ct)) throw new DatabaseUnavailableException("No read connection became free in time.", false);
        SqliteConnection? connection = null;
        try
        {
            if (!_idle.TryTake(out connection)) connection = SqliteConnections.OpenReader(_path, _options);
            return await read(connection);
        }
        finally
        {
            if (connection is not null) _idle.Add(connection);
            _readers.Release();
        }
    }

    public async Task MigrateAsync(string component, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_disposed, typeof(Database));
        await using var connection = SqliteConnections.OpenWriter(_path, _options);
        SqliteMigrator.Run(connection, _options.TimeProvider, component, migrations, ct);
    }

    public Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct) => Task.FromResult<ProcessLock>(SqliteFileLock.Acquire(_path));

    public async Task<DatabaseHealth> CheckAsync(CancellationToken ct)
    {
        var started = _options.TimeProvider.GetTimestamp();
        var size = await ReadAsync(c => c.ExecuteScalarAsync<long>(SqliteConnections.Size), ct);
        return new DatabaseHealth(true, _options.TimeProvider.GetElapsedTime(started), size, _queue.Length, null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        _queue.Close();
        await Task.Run(_loop.Join);
        while (_idle.TryTake(out var connection)) await connection.DisposeAsync();
    }

    private void WriteLoop()
    {
        var group = new List<WriteRequest>(_options.GroupLimit);
        while (_queue.Take(group))
        {
            _writer.RunGroup(group);
            foreach (var request in group) request.Complete();
            group.Clear();
        }

        _writer.Dispose();
        _connection.Dispose();
    }
}
