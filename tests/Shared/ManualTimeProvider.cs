namespace Portal.Tests;

/// <summary>
/// A clock that moves only when it is told to. Timers fire while it is being advanced, each at its own time and in the order of those
/// times; timers that are due at once fire at once, on the thread that made them due. Safe for any number of threads, but only one may
/// advance it.
/// </summary>
public sealed class ManualTimeProvider(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<ManualTimer, (long Due, long Order)> _timers = new();
    private long _now = start.UtcTicks;
    private long _order;

    /// <summary>A clock that starts on Monday 2026-11-23 at 09:00 UTC.</summary>
    public ManualTimeProvider() : this(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero)) { }

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(Volatile.Read(ref _now), TimeSpan.Zero);

    public override long GetTimestamp() => Volatile.Read(ref _now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves the clock, firing what becomes due on the way. With a deterministic silo, all that leads to is done when this returns.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        AdvanceTo(GetUtcNow() + by);
    }

    /// <summary>Moves the clock at one go, as when a machine slept; what became due meanwhile fires then.</summary>
    public void Leap(TimeSpan by)
    {
        Interlocked.Add(ref _now, by.Ticks);
        AdvanceTo(GetUtcNow());
    }

    /// <summary>Moves the clock to a time that is not in its past.</summary>
    public void AdvanceTo(DateTimeOffset time)
    {
        while (TakeDue(time.UtcTicks) is { } timer) timer.Fire();
        Volatile.Write(ref _now, Math.Max(Volatile.Read(ref _now), time.UtcTicks));
    }

    /// <summary>Same, and after each timer waits for what it led to, so that everything happens at its own time.</summary>
    public async Task AdvanceAsync(TimeSpan by, Func<Task> settle)
    {
        var until = GetUtcNow() + by;
        while (TakeDue(until.UtcTicks) is { } timer)
        {
            timer.Fire();
            await settle();
        }

        AdvanceTo(until);
    }

    private ManualTimer? TakeDue(long until)
    {
        lock (_lock)
        {
            while (_timers.TryPeek(out var timer, out var at) && at.Due <= until)
            {
                _timers.Dequeue();
                if (timer.Order != at.Order) continue;
                Volatile.Write(ref _now, Math.Max(_now, at.Due));
                timer.Rearm(at.Due);
                return timer;
            }

            return null;
        }
    }

    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        /// <summary>Which entry of the queue is this timer's; others are of times it no longer waits for.</summary>
        public long Order { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                if (Order < 0) return false;
                _period = period;
                Order = 0;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                if (dueTime > TimeSpan.Zero)
                {
                    Enqueue(clock._now + dueTime.Ticks);
                    return true;
                }

                if (period > TimeSpan.Zero) Enqueue(clock._now + period.Ticks);
            }

            Fire();
            return true;
        }

        public void Rearm(long due)
        {
            Order = 0;
            if (_period > TimeSpan.Zero) Enqueue(due + _period.Ticks);
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._lock) Order = -1;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Enqueue(long due) => clock._timers.Enqueue(this, (due, Order = ++clock._order));
    }
}
