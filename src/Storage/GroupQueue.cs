using System.Threading.Channels;

namespace Portal.Storage;

/// <summary>Units waiting for the writer, handed out in groups in the order they came.</summary>
internal sealed class GroupQueue(DatabaseOptions options)
{
    private readonly Channel<WriteRequest> _channel = Channel.CreateBounded<WriteRequest>(new BoundedChannelOptions(options.QueueLimit)
    {
        FullMode = BoundedChannelFullMode.Wait,
    });

    public int Length => _channel.Reader.Count;

    /// <summary>Queues a unit; the task ends when the writer has dealt with it.</summary>
    public Task<int[]> AddAsync(WriteUnit unit, CancellationToken ct)
    {
        if (ct.IsCancellationRequested) return Task.FromCanceled<int[]>(ct);
        var request = new WriteRequest(unit, TimeProvider.System.GetTimestamp());
        return !ct.CanBeCanceled && _channel.Writer.TryWrite(request) ? request.Task : AddSlowlyAsync(request, ct);
    }

    /// <summary>Blocks until something waits; see <see cref="TakeAsync"/>.</summary>
    public bool Take(List<WriteRequest> group) => TakeAsync(group).AsTask().GetAwaiter().GetResult();

    /// <summary>Fills the group with everything that waits, at least one, at most the limit. False when closed and empty.</summary>
    public async ValueTask<bool> TakeAsync(List<WriteRequest> group)
    {
        while (group.Count == 0)
        {
            if (!await _channel.Reader.WaitToReadAsync().ConfigureAwait(false)) return false;
            while (group.Count < options.GroupLimit && _channel.Reader.TryRead(out var request))
            {
                if (request.TryTake()) group.Add(request);
            }
        }

        return true;
    }

    /// <summary>Refuses further units; what waits is still handed out.</summary>
    public void Close() => _channel.Writer.TryComplete();

    private async Task<int[]> AddSlowlyAsync(WriteRequest request, CancellationToken ct)
    {
        if (!_channel.Writer.TryWrite(request)) await WaitForRoomAsync(request, ct).ConfigureAwait(false);
        using var withdrawal = ct.UnsafeRegister(static (state, token) => ((WriteRequest)state!).Withdraw(token), request);
        return await request.Task.ConfigureAwait(false);
    }

    private async Task WaitForRoomAsync(WriteRequest request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Timeout);
        try
        {
            await _channel.Writer.WriteAsync(request, limit.Token).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            throw new ObjectDisposedException(nameof(Database));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new DatabaseUnavailableException("The queue of writes stayed full for too long.", false);
        }
    }
}
