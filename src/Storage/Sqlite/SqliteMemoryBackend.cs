using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Portal.Storage.Sqlite;

/// <summary>One private in-memory database: one connection under a lock, every write committed on the caller's thread.</summary>
internal sealed class SqliteMemoryBackend : IBackend
{
    private readonly DatabaseOptions _options;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;
    private bool _disposed;

    public SqliteMemoryBackend(DatabaseOptions options)
    {
        _options = options;
        SQLitePCL.Batteries_V2.Init();
        _connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        _connection.Open();
        _connection.Execute("PRAGMA foreign_keys=ON");
        _writer = new SqliteWriter(_connection, options.UnavailableWait);
    }

    public Dialect Dialect => Dialect.Sqlite;

    public async Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct)
    {
        await EnterAsync(ct).ConfigureAwait(false);
        try
        {
            return _writer.RunAlone(unit);
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(unit.Point, error);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct)
    {
        await EnterAsync(ct).ConfigureAwait(false);
        try
        {
            _writer.Run("PRAGMA query_only=1");
            return await read(_connection).ConfigureAwait(false);
        }
        finally
        {
            // A transaction left open would refuse the next write.
            _writer.Rollback();
            _writer.Run("PRAGMA query_only=0");
            _gate.Release();
        }
    }

    // One connection: while a read has it nothing is written.
    public Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct) => ReadAsync(read, ct);

    public async Task LoadAsync(Func<BulkLoad, Task> load, CancellationToken ct)
    {
        await EnterAsync(ct);
        try
        {
            await SqliteLoad.RunAsync(_connection, _options.TimeProvider, load);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task MigrateAsync(IReadOnlyList<SchemaComponent> components, CancellationToken ct)
    {
        await EnterAsync(ct);
        try
        {
            SqliteMigrator.Run(_connection, _options.TimeProvider, components, ct);
        }
        finally
        {
            _gate.Release();
        }
    }

    public Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct) => Task.FromResult<ProcessLock>(new NothingToLock());

    public async Task<DatabaseHealth> CheckAsync(CancellationToken ct)
    {
        var size = await ReadAsync(c => c.ExecuteScalarAsync<long>(SqliteConnections.Size), ct);
        return new DatabaseHealth(true, TimeSpan.Zero, size, 0, null);
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        if (!_disposed)
        {
            _disposed = true;
            _writer.Dispose();
            await _connection.DisposeAsync();
        }

        _gate.Release();
    }

    // A caller whose scheduler ends while it waits must still give the connection back: nothing after a wait runs there.
    private async ValueTask EnterAsync(CancellationToken ct)
    {
        if (!await _gate.WaitAsync(_options.Timeout, ct).ConfigureAwait(false))
            throw new DatabaseUnavailableException("The in-memory database is taken; does a read call the database it reads from?", false);
        if (!_disposed) return;
        _gate.Release();
        throw new ObjectDisposedException(nameof(Database));
    }

    private sealed class NothingToLock : ProcessLock
    {
        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
