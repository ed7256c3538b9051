using System.Data.Common;
using Portal.Storage.PostgreSql;
using Portal.Storage.Sqlite;

namespace Portal.Storage;

/// <summary>
/// One SQLite file, one private in-memory SQLite database, or one PostgreSQL database. Writes of concurrent callers are
/// committed in groups; reads run beside them on their own connections. Safe for any number of threads.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private readonly IBackend _backend;

    private Database(IBackend backend) => _backend = backend;

    /// <summary>The SQL it speaks.</summary>
    public Dialect Dialect => _backend.Dialect;

    /// <summary>Fault injection, for simulation only; null, the default, in every running system.</summary>
    public IWriteFaults? Faults { get; set; }

    /// <summary>
    /// Opens a database. A SQLite file and its folder are made when missing; PostgreSQL is first contacted by the first call.
    /// </summary>
    /// <param name="setting">
    /// <c>sqlite:data/portal.db</c> (a path, relative to the working directory), <c>sqlite::memory:</c> (private, gone when
    /// disposed, for tests), <c>postgres:Host=…;Database=…</c>, or anything else with <c>Host=</c>, which is taken as
    /// PostgreSQL.
    /// </param>
    /// <param name="options">Limits; the defaults when null.</param>
    /// <exception cref="ArgumentException">The setting is none of these. The message does not repeat it: it may hold a
    /// password.</exception>
    public static Database Open(string setting, DatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(setting);
        options ??= new DatabaseOptions();
        if (setting.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
        {
            var path = setting["sqlite:".Length..].Trim();
            if (path.Length == 0) throw new ArgumentException("A SQLite setting needs a path: sqlite:data/portal.db", nameof(setting));
            return new Database(path == ":memory:" ? new SqliteMemoryBackend(options) : new SqliteFileBackend(path, options));
        }

        if (setting.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase))
            return new Database(new PostgreSqlBackend(setting["postgres:".Length..], options));
        if (setting.Contains("Host=", StringComparison.OrdinalIgnoreCase)) return new Database(new PostgreSqlBackend(setting, options));
        throw new ArgumentException("A storage setting is sqlite:<path>, sqlite::memory: or postgres:Host=…;Database=…", nameof(setting));
    }

    /// <summary>
    /// Writes a unit. When the task completes it is durable (on the disk's platter, not in a cache) and every later read sees
    /// it. All statements are committed or none; an error concerns this caller only, never those whose units shared its group.
    /// </summary>
    /// <param name="unit">What to write.</param>
    /// <param name="ct">Takes the unit back while it still waits; once the writer has taken it, it is ignored.</param>
    /// <returns>Rows affected, one figure per statement.</returns>
    /// <exception cref="WriteConflictException">A <see cref="Statement.MustAffect"/> was not met.</exception>
    /// <exception cref="DuplicateKeyException">A unique index or primary key was violated.</exception>
    /// <exception cref="DatabaseUnavailableException">The database is away; see
    /// <see cref="DatabaseUnavailableException.OutcomeUnknown"/>.</exception>
    /// <exception cref="StorageException">The database refused a statement.</exception>
    public Task<int[]> WriteAsync(WriteUnit unit, CancellationToken ct = default)
    {
        Values.Check(unit);
        return StorageTraces.AreOn ? StorageTraces.WriteAsync(unit, () => WriteNowAsync(unit, ct)) : WriteNowAsync(unit, ct);
    }

    /// <summary>
    /// Reads on a pooled connection that refuses writes. Sees everything acknowledged before the call.
    /// </summary>
    /// <param name="read">
    /// Queries the connection it is given and keeps nothing of it. It must not call this database again (in memory there is one
    /// connection, and it is taken). It may be run a second time when PostgreSQL closed the pooled connection.
    /// </param>
    /// <param name="ct">Ends the wait for a connection; the function passes it to its own queries.</param>
    /// <exception cref="DatabaseUnavailableException">The database is away or no connection became free in time.</exception>
    public Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        return _backend.ReadAsync(read, ct);
    }

    /// <summary>
    /// Reads everything as it was at one moment, however long it takes and whatever is written meanwhile: one read transaction on a
    /// connection of its own, without a time limit. On SQLite the write-ahead log grows until it ends.
    /// </summary>
    /// <param name="read">As for <see cref="ReadAsync"/>, but run once.</param>
    /// <param name="ct">Ends the wait for the connection; the function passes it to its own queries.</param>
    /// <exception cref="DatabaseUnavailableException">The database is away.</exception>
    public Task<T> SnapshotAsync<T>(Func<DbConnection, Task<T>> read, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        return _backend.SnapshotAsync(read, ct);
    }

    /// <summary>
    /// Changes tables and fills them with any number of rows in one transaction: all of it is durable when the task completes, and
    /// nothing where it fails. Not for a running portal: it holds everybody else's writes up for as long as it takes.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The database is away or full.</exception>
    public Task LoadAsync(Func<BulkLoad, Task> load, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(load);
        return _backend.LoadAsync(load, ct);
    }

    /// <summary>Brings one component's tables up to date, as <see cref="MigrateAllAsync"/>
    /// does for all.</summary>
    public Task MigrateAsync(string component, IReadOnlyList<Migration> migrations, CancellationToken ct = default) =>
        MigrateAllAsync([new SchemaComponent(component, migrations)], ct);

    /// <summary>
    /// Brings tables up to date: runs the migrations that <c>schema_migrations(component, number, name, applied_at)</c> does not have yet,
    /// each in its own transaction and under a lock, so that several processes may start at once. A migration that fails leaves nothing of
    /// itself; those before it stay. Where nothing is missing nothing but that is read, so that a user without the right to
    /// change tables may start the program.
    /// </summary>
    /// <param name="components">Each with all its migrations, numbered 1, 2, 3 …. Run in this order.</param>
    /// <param name="ct">Stops before the next migration.</param>
    /// <exception cref="DatabaseNewerException">The database has a migration this program does not know. Nothing was changed.</exception>
    public async Task MigrateAllAsync(IReadOnlyList<SchemaComponent> components, CancellationToken ct = default)
    {
        foreach (var component in components) Migrations.Check(component);
        if (Migrations.IsBehind(await SchemaAsync(ct), components)) await _backend.MigrateAsync(components, ct);
    }

    /// <summary>The number of the newest migration of each component the database has; empty for an empty database.</summary>
    public Task<IReadOnlyDictionary<string, long>> SchemaAsync(CancellationToken ct = default) =>
        ReadAsync(connection => Catalog.VersionsAsync(connection, ct), ct);

    /// <summary>
    /// Makes this process the only one on the database, without waiting for another to end. SQLite: an exclusively locked file
    /// beside the database (<c>portal.db.lock</c>); PostgreSQL: an advisory lock on a connection of its own; in memory: nothing
    /// to do.
    /// </summary>
    /// <returns>The lock; also given back when the database is disposed.</returns>
    /// <exception cref="AlreadyRunningException">Another process has it.</exception>
    public Task<ProcessLock> AcquireProcessLockAsync(CancellationToken ct = default) => _backend.AcquireProcessLockAsync(ct);

    /// <summary>Asks the database for an answer and its size. Never throws for a database that is away: the answer says so.</summary>
    public Task<DatabaseHealth> CheckAsync(CancellationToken ct = default) => _backend.CheckAsync(ct);

    /// <summary>Writes what waits, refuses what comes later, closes all connections. May be called twice.</summary>
    public ValueTask DisposeAsync() => _backend.DisposeAsync();

    private Task<int[]> WriteNowAsync(WriteUnit unit, CancellationToken ct) =>
        Faults is { } faults ? WriteWithFaultAsync(faults, unit, ct) : _backend.WriteAsync(unit, ct);

    // Without ConfigureAwait: a simulation keeps every continuation on its own scheduler.
    private async Task<int[]> WriteWithFaultAsync(IWriteFaults faults, WriteUnit unit, CancellationToken ct)
    {
        var fault = await faults.BeforeAsync(unit);
        if (fault == WriteFault.FailBefore) throw new InjectedFaultException(unit.Point, fault);
        if (fault == WriteFault.StaleETag) throw new WriteConflictException(unit.Point, 0, unit.Statements[0].MustAffect ?? 1, 0);
        var rows = await _backend.WriteAsync(unit, ct);
        if (fault == WriteFault.WriteThenKill) faults.Kill(unit);
        if (fault is WriteFault.WriteThenThrow or WriteFault.WriteThenKill) throw new InjectedFaultException(unit.Point, fault);
        if (fault == WriteFault.AnswerLate) await faults.AnswerAsync(unit);
        return rows;
    }
}
