using System.Collections.Concurrent;
using System.Globalization;

namespace Portal.Silo.Development;

/// <summary>
/// The clock of Development: the system's, and an offset that can be moved forward to see what happens after three days. Timers fire
/// when it is moved past them. The offset is kept in a file beside the data, so that a restart never moves the time back under what was
/// written. Production has the system's clock.
/// </summary>
public sealed class DevelopmentClock : TimeProvider
{
    /// <summary>
    /// The furthest it can be moved altogether. Ours; far enough for a record to be kept six years, near enough for every calendar.
    /// </summary>
    public static readonly TimeSpan MaxOffset = TimeSpan.FromDays(3_650);

    private readonly ConcurrentDictionary<ClockTimer, byte> _timers = new();
    private readonly string? _file;
    private readonly TimeProvider _real;
    private readonly Lock _gate = new();
    private long _offset;

    /// <summary>Begins where the file says.</summary>
    /// <param name="file">Where the offset is kept; null: nowhere.</param>
    /// <param name="real">The clock underneath; the system's by default.</param>
    public DevelopmentClock(string? file, TimeProvider? real = null)
    {
        _file = file;
        _real = real ?? System;
        if (!File.Exists(file)) return;
        if (TimeSpan.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var kept)) _offset = kept.Ticks;
    }

    /// <summary>How far it is ahead of the system's clock.</summary>
    public TimeSpan Offset => TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => _real.GetUtcNow() + Offset;

    /// <inheritdoc />
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc />
    public override long GetTimestamp() => _real.GetElapsedTime(0).Ticks + Interlocked.Read(ref _offset);

    /// <summary>
    /// Moves the clock forward and fires the timers that are due by then, each once. The offset is on the disk before anybody can see
    /// the new time.
    /// </summary>
    /// <param name="by">How far; never back.</param>
    /// <returns>False, and nothing has changed, where it is negative or leads beyond <see cref="MaxOffset"/>.</returns>
    public bool Advance(TimeSpan by)
    {
        lock (_gate)
        {
            if (by < TimeSpan.Zero || by > MaxOffset - Offset) return false;
            Keep(Offset + by);
            Interlocked.Add(ref _offset, by.Ticks);
        }

        foreach (var timer in _timers.Keys) timer.Arm();
        return true;
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ClockTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private void Keep(TimeSpan offset)
    {
        if (_file is null) return;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
        var beside = _file + ".new";
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            stream.Write(global::System.Text.Encoding.ASCII.GetBytes(offset.ToString("c", CultureInfo.InvariantCulture)));
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, _file, overwrite: true);
    }

    /// <summary>A timer by this clock, on a timer of the real one that is set anew whenever the clock was moved.</summary>
    private sealed class ClockTimer : ITimer
    {
        // The system's timers take at most 49 days: longer ones are reached in several steps.
        private static readonly TimeSpan LongestStep = TimeSpan.FromDays(20);

        private readonly DevelopmentClock _clock;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private readonly ITimer _real;
        private readonly Lock _gate = new();
        private long? _due;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public ClockTimer(DevelopmentClock clock, TimerCallback callback, object? state)
        {
            (_clock, _callback, _state) = (clock, callback, state);
            TimerCallback elapsed = static self => ((ClockTimer)self!).Elapsed();
            _real = clock._real.CreateTimer(elapsed, this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_gate)
            {
                if (_disposed) return false;
                _period = period == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : period;
                _due = dueTime < TimeSpan.Zero ? null : _clock.GetTimestamp() + dueTime.Ticks;
                // Only timers that are set are kept alive by the clock.
                if (_due is null) _clock._timers.TryRemove(this, out _);
                else _clock._timers[this] = 0;
            }

            Arm();
            return true;
        }

        public void Arm()
        {
            lock (_gate)
            {
                if (_disposed) return;
                var wait = Timeout.InfiniteTimeSpan;
                if (_due is { } due) wait = TimeSpan.FromTicks(Math.Clamp(due - _clock.GetTimestamp(), 0, LongestStep.Ticks));
                _real.Change(wait, Timeout.InfiniteTimeSpan);
            }
        }

        private void Elapsed()
        {
            lock (_gate)
            {
                if (_disposed || _due is not { } due) return;
                var now = _clock.GetTimestamp();
                var early = now < due;
                // A jump over many periods is one tick, not as many as were jumped over.
                if (!early) _due = _period < TimeSpan.Zero ? null : now + _period.Ticks;
                if (_due is null) _clock._timers.TryRemove(this, out _);
                else Arm();
                if (early) return;
            }

            _callback(_state);
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _disposed = true;
                _due = null;
                _clock._timers.TryRemove(this, out _);
                _real.Dispose();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
