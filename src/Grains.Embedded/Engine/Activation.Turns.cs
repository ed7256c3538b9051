namespace Portal.Grains.Embedded;

/// <summary>The turns: which request may start, and one thread at a time that runs what is ready.</summary>
internal sealed partial class Activation
{
    // Turns run in a row before others on the thread pool get theirs.
    private const int Quantum = 64;

    private static readonly Action<object?> s_activate = static state => _ = ((Activation)state!).ActivateAsync();
    private static readonly Action<object?> s_deactivate = static state => _ = ((Activation)state!).DeactivateAsync();
    private static readonly Action<object?> s_run = static state => _ = ((Request)state!).RunAsync();

    // Lets the first turn of a request in, which is run rather than queued.
    [ThreadStatic]
    private static Activation? t_starting;

    private readonly Lock _lock = new();
    private RequestList _waiting;
    private RequestList _running;
    private Queue<Task>? _turns;
    private Stage _stage;
    private bool _pumping;
    private int _passing;

    private enum Stage : byte
    {
        New,
        Starting,
        Active,
        Ending,
        Leaving,
        Gone,
    }

    /// <summary>Requests waiting or being worked on.</summary>
    public int Load { get; private set; }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Takes a request.</summary>
    /// <param name="request">What to work on.</param>
    /// <param name="inline">If nothing else is going on, its first turn runs before this returns: no other thread is woken.</param>
    /// <returns>False when the activation has gone.</returns>
    public bool Submit(Request request, bool inline)
    {
        lock (_lock)
        {
            if (_stage == Stage.Gone) return false;
            request.Target = this;
            Load++;
            inline = inline && !_pumping && _waiting.IsEmpty && _turns is not { Count: > 0 } && Admits(request);
            if (inline)
            {
                _running.Add(request);
                _pumping = true;
            }
            else
            {
                _waiting.Add(request);
                if (request.Interleaves || request.IsReadOnly) _passing++;
                if (!TryStartPump()) return true;
            }
        }

        if (inline) Isolation.Run(static pair => pair.Activation.RunInline(pair.Request), (Activation: this, Request: request));
        else Silo.Schedule(this);
        return true;
    }

    /// <summary>A request is done: what waited for it may start.</summary>
    public void Finish(Request request)
    {
        lock (_lock)
        {
            request.Finished = true;
            if (Silo.IsKilled) return;
            _running.Remove(request);
            Load--;
            if (request.CountsAsUse) _lastUsed = Silo.Now;
            if (!TryStartPump()) return;
        }

        Silo.Schedule(this);
    }

    /// <summary>Runs turns; called by whoever <see cref="EmbeddedSilo.Schedule"/> found to do it.</summary>
    public void Execute()
    {
        for (var turns = Silo.Options.Deterministic ? 1 : Quantum; turns > 0; turns--)
        {
            if (TakeTurn() is not { } turn) return;
            if (turn.Status == TaskStatus.Created) RunFirst(turn);
            else TryExecuteTask(turn);
        }

        lock (_lock)
        {
            _pumping = false;
            if (!TryStartPump()) return;
        }

        Silo.Schedule(this);
    }

    protected override void QueueTask(Task task)
    {
        lock (_lock)
        {
            // Continuations of a killed silo go nowhere, as if the process had died.
            if (Silo.IsKilled) return;
            (_turns ??= new Queue<Task>(2)).Enqueue(task);
            if (!TryStartPump()) return;
        }

        Silo.Schedule(this);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
    {
        if (t_starting == this) t_starting = null;
        else if (taskWasPreviouslyQueued || Current != this || Silo.IsKilled) return false;
        return TryExecuteTask(task);
    }

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_lock) return _turns?.ToArray() ?? [];
    }

    private void RunFirst(Task turn)
    {
        t_starting = this;
        turn.RunSynchronously(this);
    }

    private void RunInline(Request request)
    {
        RunFirst(new Task(s_run, request));
        lock (_lock)
        {
            _pumping = false;
            if (!TryStartPump()) return;
        }

        Silo.Schedule(this);
    }

    // The following are called under the lock.
    private bool TryStartPump()
    {
        if (_pumping || !IsReady()) return false;
        _pumping = true;
        return true;
    }

    private bool IsReady() => _turns is { Count: > 0 } || _stage switch
    {
        Stage.New => true,
        Stage.Active => NextRequest() is not null,
        Stage.Ending => _running.IsEmpty,
        _ => false,
    };

    private Request? NextRequest()
    {
        for (var request = _waiting.First; request is not null; request = request.Next)
        {
            if (Admits(request)) return request;
            // All others are like this one and wait behind it.
            if (_passing == 0) return null;
        }

        return null;
    }

    private bool Admits(Request request)
    {
        if (_stage != Stage.Active) return false;
        if (kind.IsReentrant || request.Interleaves) return true;
        for (var running = _running.First; running is not null; running = running.Next)
            if (!running.Interleaves && !(running.IsReadOnly && request.IsReadOnly)) return false;
        return true;
    }

    private void Unqueue(Request request)
    {
        _waiting.Remove(request);
        if (request.Interleaves || request.IsReadOnly) _passing--;
    }

    private Task? TakeTurn()
    {
        lock (_lock)
        {
            if (Silo.IsKilled) return null;
            if (_turns is { Count: > 0 }) return _turns.Dequeue();
            switch (_stage)
            {
                case Stage.New:
                    _stage = Stage.Starting;
                    return new Task(s_activate, this);
                case Stage.Ending when _running.IsEmpty:
                    _stage = Stage.Leaving;
                    return new Task(s_deactivate, this);
                case Stage.Active when NextRequest() is { } request:
                    Unqueue(request);
                    _running.Add(request);
                    return new Task(s_run, request);
                default:
                    _pumping = false;
                    return null;
            }
        }
    }
}
