using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Audit;

/// <inheritdoc cref="IAuditGrain" />
/// <remarks>
/// Appends interleave: while one write is under way the entries of later calls gather, and go into the next write together. The head of the
/// chain is written with its rows; the primary key refuses a second writer, which reads the head again.
/// </remarks>
public sealed class AuditGrain(Database database, KeyedHash keys, TimeProvider time) : PortalGrain(time), IAuditGrain
{
    private const int MaxRowsPerWrite = 512;
    private const int MaxTries = 5;
    private readonly AuditChain _chain = new(keys);
    private readonly Queue<Waiting> _waiting = new();
    private long _sequence = -1;
    private byte[] _head = [];
    private bool _writing;

    /// <inheritdoc />
    public Task Append(AuditEntry entry)
    {
        var waiting = new Waiting(entry, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        _waiting.Enqueue(waiting);
        if (!_writing) _ = WriteAllAsync();
        return waiting.Written.Task;
    }

    /// <inheritdoc />
    public Task AppendAll(IReadOnlyList<AuditEntry> entries)
    {
        Waiting[] all = [.. entries.Select(entry =>
            new Waiting(entry, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)))];
        foreach (var waiting in all) _waiting.Enqueue(waiting);
        if (!_writing) _ = WriteAllAsync();
        return Task.WhenAll(all.Select(waiting => waiting.Written.Task));
    }

    /// <inheritdoc />
    public Task<AuditHead?> Head() => Task.FromResult(
        _sequence < 0 ? null : new AuditHead { Sequence = _sequence, Hash = Convert.ToHexStringLower(_head) });

    // Runs on behalf of all callers; each waits for its own entry.
    private async Task WriteAllAsync()
    {
        _writing = true;
        List<Waiting> batch = new(MaxRowsPerWrite);
        while (_waiting.Count > 0)
        {
            batch.Clear();
            while (batch.Count < MaxRowsPerWrite && _waiting.TryDequeue(out var next)) batch.Add(next);
            try
            {
                await WriteBatchAsync(batch);
                foreach (var waiting in batch) waiting.Written.SetResult();
            }
            catch (Exception error)
            {
                _sequence = -1;
                foreach (var waiting in batch) waiting.Written.SetException(error);
            }
        }

        _writing = false;
    }

    private async Task WriteBatchAsync(List<Waiting> batch)
    {
        List<AuditEntry> entries = [.. batch.Select(w => w.Entry).DistinctBy(e => e.Id)];
        for (var attempt = 1; entries.Count > 0; attempt++)
        {
            if (_sequence < 0) (_sequence, _head) = _chain.Resume(Organisation, await AuditTable.EndsAsync(database, Organisation));
            var rows = _chain.Extend(_sequence, _head, entries);
            var (sequence, hash) = (rows[^1].Entry.Sequence, rows[^1].Hash);
            try
            {
                await database.WriteAsync(AuditTable.Append(rows, _chain.Seal(Organisation, sequence, hash)));
                (_sequence, _head) = (sequence, hash);
                foreach (var row in rows) AuditMetrics.Count(row.Entry);
                return;
            }
            catch (DuplicateKeyException) when (attempt < MaxTries)
            {
                // Another activation has written since, or an operation is being repeated: leave out what is there, and go on from the
                // newest row.
                _sequence = -1;
                var present = await AuditTable.PresentAsync(database, Organisation, [.. entries.Select(e => e.Id)]);
                entries.RemoveAll(e => present.Contains(e.Id));
            }
        }
    }

    private sealed record Waiting(AuditEntry Entry, TaskCompletionSource Written);
}
