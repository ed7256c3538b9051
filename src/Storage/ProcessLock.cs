namespace Portal.Storage;

/// <summary>
/// The right of this process to be the only one on a database. Given back by disposing it or its <see cref="Database"/>, and by
/// the operating system or the server when the process dies in any way.
/// </summary>
public abstract class ProcessLock : IAsyncDisposable
{
    internal const string Advice = "The embedded engine is one process on one database. "
        + "Stop the other process first, or build the Orleans engine (-p:PortalEngine=orleans) to run several.";

    /// <summary>
    /// Cancelled when the lock was lost to another process (PostgreSQL only, after a lost connection): stop at once. Never
    /// cancelled on SQLite, and not while the server is merely away, when nobody can write.
    /// </summary>
    public virtual CancellationToken Lost => CancellationToken.None;

    /// <summary>Gives the lock back. May be called twice.</summary>
    public abstract ValueTask DisposeAsync();
}
