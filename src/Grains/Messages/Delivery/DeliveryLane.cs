using Portal.Grains.Messages.Wording;

namespace Portal.Grains.Messages.Delivery;

/// <summary>
/// Messages of one channel on their way: as many at once as the transport takes, codes before everything else, and a quarter of the
/// places (one at least) for codes only, so that ten thousand invitations do not hold one up.
/// </summary>
internal sealed class DeliveryLane
{
    private readonly Lock _lock = new();
    private readonly Queue<ClaimedMessage> _codes = new();
    private readonly Queue<ClaimedMessage> _others = new();
    private readonly Func<ClaimedMessage, Task> _deliver;
    private readonly int _places;
    private readonly int _placesForOthers;
    private int _running;
    private TaskCompletionSource? _stopped;

    /// <summary>A lane with a number of places.</summary>
    /// <param name="places">Messages under way at once, at least 1.</param>
    /// <param name="deliver">Delivers one; must not throw.</param>
    public DeliveryLane(int places, Func<ClaimedMessage, Task> deliver)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(places, 1);
        _places = places;
        _placesForOthers = places == 1 ? 1 : places - Math.Max(1, places / 4);
        _deliver = deliver;
    }

    /// <summary>How many more may wait in memory.</summary>
    public int Room
    {
        get
        {
            lock (_lock) return _stopped is null ? OutboxLimits.MostWaiting - _codes.Count - _others.Count : 0;
        }
    }

    /// <summary>How many a search of the table should bring.</summary>
    public int Wanted
    {
        get
        {
            var most = Math.Min(OutboxLimits.ClaimedPerPlace * _places, OutboxLimits.MostClaimed);
            lock (_lock) return _stopped is null ? Math.Max(0, most - _codes.Count - _others.Count) : 0;
        }
    }

    /// <summary>Takes a message; it is sent as soon as there is a place. A lane that has stopped drops it: its row stays.</summary>
    public void Add(ClaimedMessage message)
    {
        lock (_lock)
        {
            if (_stopped is not null) return;
            (MessageTemplates.IsCode(message.Message.Kind) ? _codes : _others).Enqueue(message);
            Start();
        }
    }

    /// <summary>Starts no more, and completes when what is under way has ended.</summary>
    public Task StopAsync()
    {
        lock (_lock)
        {
            _stopped ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _codes.Clear();
            _others.Clear();
            if (_running == 0) _stopped.TrySetResult();
            return _stopped.Task;
        }
    }

    private void Start()
    {
        while (_running < _places && (_codes.TryDequeue(out var next) || (_running < _placesForOthers && _others.TryDequeue(out next))))
        {
            _running++;
            // Neither on the scheduler nor in the context of the grain that queued the message.
            var message = next;
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(message), null);
        }
    }

    private async Task RunAsync(ClaimedMessage message)
    {
        try
        {
            await _deliver(message);
        }
        finally
        {
            lock (_lock)
            {
                _running--;
                if (_stopped is null) Start();
                else if (_running == 0) _stopped.TrySetResult();
            }
        }
    }
}
