using System.Data.Common;

namespace Portal.Storage.PostgreSql;

internal sealed class PostgreSqlBackend(string connectionString, DatabaseOptions options) : IBackend
{
    private readonly string _connectionString = connectionString + options.GroupLimit;

    public Dialect Dialect => Dialect.PostgreSql;

    public Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct) => throw new NotSupportedException(_connectionString);

    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct) => throw new NotSupportedException();

    public Task MigrateAsync(string component, IReadOnlyList<Migration> migrations, CancellationToken ct) => throw new NotSupportedException();

    public Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct) => throw new NotSupportedException();

    public Task<DatabaseHealth> CheckAsync(CancellationToken ct) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
