using System.Data.Common;

namespace Portal.Storage;

/// <summary>What <see cref="Database"/> promises, kept by one kind of database.</summary>
internal interface IBackend : IAsyncDisposable
{
    Dialect Dialect { get; }

    Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct);

    Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct);

    Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct);

    Task LoadAsync(Func<BulkLoad, Task> load, CancellationToken ct);

    Task MigrateAsync(IReadOnlyList<SchemaComponent> components, CancellationToken ct);

    Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct);

    Task<DatabaseHealth> CheckAsync(CancellationToken ct);
}
