namespace Portal.Grains.Embedded;

/// <summary>
/// The one queue of a deterministic silo. Whoever adds work to it while nobody runs it runs it, until there is none left; so a call from a
/// test, or the clock being advanced, returns when everything it led to is done. With a seed the order is random, and the same for the same
/// seed.
/// </summary>
internal sealed class TurnQueue(int? seed)
{
    private readonly Lock _lock = new();
    private readonly List<IThreadPoolWorkItem> _ready = [];
    private readonly Random? _random = seed is { } value ? new Random(value) : null;
    private bool _running;

    /// <summary>Whether nothing waits and nothing runs, but for whoever asks.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock) return _ready.Count == 0 && (!_running || IsCurrent);
        }
    }

    /// <summary>Whether a scenario on a queue is what runs on this thread.</summary>
    public static bool IsCurrent => SynchronizationContext.Current is QueueContext;

    public void Add(IThreadPoolWorkItem item)
    {
        lock (_lock)
        {
            _ready.Add(item);
            if (_running) return;
            _running = true;
        }

        Isolation.Run(static queue => queue.Run(), this);
    }

    /// <summary>Runs code on the queue that belongs to nobody.</summary>
    public void Start(Func<Task> work) => new QueueContext(this).Post(_ => _ = work(), null);

    /// <summary>Runs code on the queue, so that what it awaits comes back as items of the queue too.</summary>
    public Task RunAsync(Func<Task> scenario)
    {
        var done = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        var context = ExecutionContext.Capture();
        var onQueue = new QueueContext(this);
        onQueue.Post(_ =>
        {
            try
            {
                if (context is not null) ExecutionContext.Restore(context);
                done.SetResult(scenario());
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        }, null);
        return done.Task.Unwrap();
    }

    private void Run()
    {
        while (TryTake() is { } item)
        {
            try
            {
                item.Execute();
            }
            catch
            {
                lock (_lock) _running = false;
                throw;
            }
        }
    }

    private IThreadPoolWorkItem? TryTake()
    {
        lock (_lock)
        {
            if (_ready.Count == 0)
            {
                _running = false;
                return null;
            }

            var index = _random?.Next(_ready.Count) ?? 0;
            var item = _ready[index];
            _ready.RemoveAt(index);
            return item;
        }
    }

    private sealed class QueueContext(TurnQueue queue) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => queue.Add(new Item(this, d, state));

        public override SynchronizationContext CreateCopy() => this;
    }

    private sealed class Item(SynchronizationContext context, SendOrPostCallback callback, object? state) : IThreadPoolWorkItem
    {
        public void Execute() => Isolation.Run(static item => item.ExecuteHere(), this);

        private void ExecuteHere()
        {
            SynchronizationContext.SetSynchronizationContext(context);
            try
            {
                callback(state);
            }
            finally
            {
                SynchronizationContext.SetSynchronizationContext(null);
            }
        }
    }
}
