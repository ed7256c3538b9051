namespace Portal.Storage;

/// <summary>A unit on its way through the writer, and the task its caller waits for.</summary>
internal sealed class WriteRequest(WriteUnit unit, long started)
    : TaskCompletionSource<int[]>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Waiting = 0, Taken = 1, Withdrawn = 2;
    private int _state;

    public WriteUnit Unit { get; } = unit;

    /// <summary>Timestamp of the call, for the latency metric.</summary>
    public long Started { get; } = started;

    /// <summary>Rows affected, once its statements have run; the answer when the group commits.</summary>
    public int[]? Rows { get; set; }

    /// <summary>Why it failed, if it did.</summary>
    public Exception? Error { get; set; }

    /// <summary>The writer's claim; false when the caller has withdrawn.</summary>
    public bool TryTake() => Interlocked.CompareExchange(ref _state, Taken, Waiting) == Waiting;

    /// <summary>The caller's withdrawal; does nothing once the writer has taken it.</summary>
    public void Withdraw(CancellationToken ct)
    {
        if (Interlocked.CompareExchange(ref _state, Withdrawn, Waiting) == Waiting) TrySetCanceled(ct);
    }

    public void Complete()
    {
        if (Error is not null) TrySetException(Error);
        else TrySetResult(Rows!);
    }
}
