namespace Portal.Storage;

/// <summary>Limits of a <see cref="Database"/>. The defaults suit a clinic; every wait and every queue has a bound.</summary>
public sealed record DatabaseOptions
{
    /// <summary>Units committed in one transaction at most. Default 1,024: some 10 ms of work behind one sync of the disk.</summary>
    public int GroupLimit { get; init; } = 1024;

    /// <summary>Units that may wait for the writer; further callers wait for room. Default 4,096.</summary>
    public int QueueLimit { get; init; } = 4096;

    /// <summary>Read connections open at once; further readers wait. Default 16.</summary>
    public int ReadConnections { get; init; } = 16;

    /// <summary>Groups in flight at once on PostgreSQL (SQLite has one writer). 1 or 2. Default 1.</summary>
    public int PostgreSqlWriters { get; init; } = 1;

    /// <summary>
    /// How long a statement may run, and a caller wait for room in the queue or for a read connection. Default 15 seconds.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a caller waits for a database that is not there (PostgreSQL restarting) or locked by another program (SQLite)
    /// before <see cref="DatabaseUnavailableException"/>. Default 5 seconds.
    /// </summary>
    public TimeSpan UnavailableWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long <see cref="Database.CheckAsync"/> gives the database for its answer. Default 1 second: who asks decides every few seconds
    /// whether people are sent here.
    /// </summary>
    public TimeSpan CheckLimit { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The clock that stamps migrations; waits and latency are measured by the system's. Default the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
