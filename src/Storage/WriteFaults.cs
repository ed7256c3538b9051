namespace Portal.Storage;

/// <summary>What shall happen to one write; for simulation only.</summary>
public enum WriteFault
{
    /// <summary>Written and answered as always.</summary>
    None,

    /// <summary>Nothing is written, the caller gets <see cref="InjectedFaultException"/>.</summary>
    FailBefore,

    /// <summary>The write is durable, the caller gets <see cref="InjectedFaultException"/>.</summary>
    WriteThenThrow,

    /// <summary>
    /// The write is durable, <see cref="IWriteFaults.Kill"/> is called, then the caller gets <see cref="InjectedFaultException"/>.
    /// </summary>
    WriteThenKill,

    /// <summary>The write is durable at once, the caller's answer waits for <see cref="IWriteFaults.AnswerAsync"/>.</summary>
    AnswerLate,

    /// <summary>Nothing is written, the caller gets <see cref="WriteConflictException"/> as if another writer had been first.</summary>
    StaleETag,
}

/// <summary>
/// Decides the fate of each write. <see cref="Database.WriteAsync"/> asks <see cref="BeforeAsync"/> exactly once per call, on
/// the caller's thread and before anything is queued, so an implementation that counts its calls numbers the writes 1..N; on an
/// in-memory database the write itself then happens on that thread too, and the same run gives the same numbers. Migrations are
/// not asked about.
/// </summary>
public interface IWriteFaults
{
    /// <summary>Asked before a unit is written. An exception thrown here goes to the caller and nothing is written.</summary>
    ValueTask<WriteFault> BeforeAsync(WriteUnit unit);

    /// <summary>
    /// Called after a write chosen for <see cref="WriteFault.WriteThenKill"/> is durable: kill the silo here. The caller gets
    /// its exception afterwards.
    /// </summary>
    void Kill(WriteUnit unit);

    /// <summary>
    /// Awaited after a write chosen for <see cref="WriteFault.AnswerLate"/> is durable; the caller is answered when the task
    /// completes. Return the task of a <see cref="TaskCompletionSource"/> or a delay on the simulation's own
    /// <see cref="TimeProvider"/>; if it throws, so does the write.
    /// </summary>
    Task AnswerAsync(WriteUnit unit);
}
