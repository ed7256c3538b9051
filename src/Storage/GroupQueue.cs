using System.Threading.Channels;

namespace Portal.Storage;

/// <summary>Units waiting for the writer, handed out in groups.</summary>
internal sealed class GroupQueue(DatabaseOptions options)
{
    private readonly Channel<WriteRequest> _channel = Channel.CreateBounded<WriteRequest>(new BoundedChannelOptions(options.QueueLimit)
    {
        SingleReader = true,
        FullMode = BoundedChannelFullMode.Wait,
    });

    public int Length => _channel.Reader.Count;

    public async Task<int[]> AddAsync(WriteUnit unit, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var request = new WriteRequest(unit, options.TimeProvider.GetTimestamp());
        if (!_channel.Writer.TryWrite(request)) await WaitForRoomAsync(request, ct);
        using var withdrawal = ct.UnsafeRegister(static (state, token) => ((WriteRequest)state!).Withdraw(token), request);
        return await request.Task;
    }

    /// <summary>Fills the group with everything that waits, at least one, at most the limit. False when closed and empty.</summary>
    public bool Take(List<WriteRequest> group)
    {
        while (group.Count == 0)
        {
            if (!_channel.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult()) return false;
            while (group.Count < options.GroupLimit && _channel.Reader.TryRead(out var request))
            {
                if (request.TryTake()) group.Add(request);
            }
        }

        return true;
    }

    public void Close() => _channel.Writer.TryComplete();

    private async ValueTask WaitForRoomAsync(WriteRequest request, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.Timeout);
        try
        {
            await _channel.Writer.WriteAsync(request, limit.Token);
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
