using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Storage;

namespace Portal.Grains.Embedded;

/// <summary>
/// Reminders: rows of <c>reminders</c>, read when they are due. Only the time of the earliest is kept in memory. A tick is delivered first
/// and moved on afterwards, so one that meets a crash comes again.
/// </summary>
internal sealed class Reminders : IDisposable
{
    // Read at once, and moved on in one write: enough to fill the groups in which storage commits.
    private const int Page = 500;

    // Pages delivered side by side: while the last of one wait for the disk, the next ones fill its commits.
    private const int Pages = 3;

    private const string Point = "reminders";
    private const string Columns = "SELECT grain_type AS Type, grain_key AS Key, name AS Name, due AS Due, period AS Period FROM reminders";
    private const string OfGrain = "grain_type = @type AND grain_key = @key";

    // A look even when nothing is known to be due: the clock may have been set back, or a poll may have failed.
    private static readonly TimeSpan s_longest = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(10);
    private static readonly Method<(string, TickStatus), Nothing> s_receive =
        new(typeof(IRemindable).GetMethod(nameof(IRemindable.ReceiveReminder))!);

    private readonly EmbeddedSilo _silo;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<(string Type, string Key, string Name), Delivery> _deliveries = new();
    private readonly ITimer _timer;
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private bool _polling;

    public Reminders(EmbeddedSilo silo)
    {
        _silo = silo;
        _timer = silo.CreateTimer(static state => ((Reminders)state!).Wake(), this);
    }

    /// <summary>Delivers what became due while the process was down, then what becomes due.</summary>
    public void Start() => Arm(DateTimeOffset.MinValue);

    public void Dispose() => _timer.Dispose();

    public async Task<IGrainReminder> RegisterAsync(Activation activation, string name, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (activation.GrainInstance is not IRemindable)
            throw new InvalidOperationException($"{activation.GrainId} has to implement IRemindable to have reminders.");
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        var shortest = _silo.Options.MinimumReminderPeriod;
        if (period < shortest)
            throw new ArgumentException($"The period of a reminder is {shortest} or more, not {period}.", nameof(period));
        var due = _silo.Time.GetUtcNow() + dueTime;
        // Before the write: a delivery that begins after it is of the reminder as it is set now, and has to move it on.
        Touch(activation, name, removed: false);
        await WriteAsync(
            "INSERT INTO reminders (grain_type, grain_key, name, due, period) VALUES (@type, @key, @name, @due, @period) "
            + "ON CONFLICT (grain_type, grain_key, name) DO UPDATE SET due = excluded.due, period = excluded.period",
            activation, ("name", name), ("due", due), ("period", (long)period.TotalMilliseconds));
        Arm(due);
        return new Reminder(name);
    }

    public async Task UnregisterAsync(Activation activation, IGrainReminder reminder)
    {
        await WriteAsync($"DELETE FROM reminders WHERE {OfGrain} AND name = @name", activation, ("name", reminder.ReminderName));
        Touch(activation, reminder.ReminderName, removed: true);
    }

    public async Task<IGrainReminder?> FindAsync(Activation activation, string name)
    {
        // One that is being delivered asks for itself, to remove itself: nobody else writes reminders, so what it did is what there is.
        if (_deliveries.TryGetValue((activation.Kind.Type.ToString(), activation.Key, name), out var delivery))
            return delivery.Removed ? null : new Reminder(name);
        return (await AllAsync(activation)).Find(reminder => reminder.ReminderName == name);
    }

    public async Task<List<IGrainReminder>> AllAsync(Activation activation)
    {
        var key = new { type = activation.Kind.Type.ToString(), key = activation.Key };
        var rows = await QueryAsync($"{Columns} WHERE {OfGrain} ORDER BY name", key);
        return [.. rows.Select(row => new Reminder(row.Name))];
    }

    // A manual clock may fire in a grain's turn, which must not become the poll's.
    private void Wake() => _silo.Start(PollAsync);

    private async Task PollAsync()
    {
        lock (_lock)
        {
            if (_polling) return;
            _polling = true;
            _next = DateTimeOffset.MaxValue;
        }

        var next = _silo.Time.GetUtcNow() + s_afterFailure;
        try
        {
            await DeliverAllAsync();
            var earliest = await QueryAsync($"{Columns} ORDER BY due LIMIT 1", null);
            next = earliest.Count == 0 ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(earliest[0].Due);
        }
        catch (Exception error)
        {
            _silo.Logger.LogError(error, "Reminders could not be read or moved on; trying again in {Delay}", s_afterFailure);
        }

        lock (_lock) _polling = false;
        Arm(next);
    }

    // Wakes up at that time, or earlier if that was asked for before.
    private void Arm(DateTimeOffset due)
    {
        lock (_lock)
        {
            if (due < _next) _next = due;
            if (_polling || !_silo.IsRunning) return;
            due = _next;
        }

        // Outside the lock: a manual clock may fire at once.
        var now = _silo.Time.GetUtcNow();
        _timer.Change(due <= now ? TimeSpan.Zero : due - now > s_longest ? s_longest : due - now, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Delivers the reminders that are due, those longest due first, and moves them on.</summary>
    private async Task DeliverAllAsync()
    {
        var now = _silo.Time.GetUtcNow();
        var pages = new Queue<Task>();
        try
        {
            var last = new Row { Due = long.MinValue };
            for (var more = true; more && _silo.IsRunning;)
            {
                var rows = await QueryAsync(
                    $"{Columns} WHERE due <= @now AND (due, grain_type, grain_key, name) > (@Due, @Type, @Key, @Name) "
                    + $"ORDER BY due, grain_type, grain_key, name LIMIT {Page}",
                    new { now = now.ToUnixTimeMilliseconds(), last.Due, last.Type, last.Key, last.Name });
                if (rows.Count == 0) break;
                (more, last) = (rows.Count == Page, rows[^1]);
                pages.Enqueue(DeliverAsync(rows, now));
                if (pages.Count == Pages) await pages.Dequeue();
            }
        }
        finally
        {
            await Task.WhenAll(pages);
        }
    }

    private async Task DeliverAsync(List<Row> rows, DateTimeOffset now)
    {
        var touched = await Task.WhenAll(rows.Select(row => DeliverAsync(row, now)));
        // The grain may have removed it or set it anew: then there is nothing to move.
        var moves = rows.Where((_, i) => !touched[i]).Select(row => new Statement(
            $"UPDATE reminders SET due = @next WHERE {OfGrain} AND name = @name AND due = @due",
            ("type", row.Type), ("key", row.Key), ("name", row.Name), ("due", row.Due), ("next", row.After(now)))).ToArray();
        if (moves.Length > 0) await _silo.UnlessKilled(_silo.Database.WriteAsync(new WriteUnit(Point, moves)));
    }

    // Whether the grain removed the reminder or set it anew.
    private async Task<bool> DeliverAsync(Row row, DateTimeOffset now)
    {
        var delivery = _deliveries[(row.Type, row.Key, row.Name)] = new Delivery();
        try
        {
            var due = DateTimeOffset.FromUnixTimeMilliseconds(row.Due).UtcDateTime;
            var status = new TickStatus(due, TimeSpan.FromMilliseconds(row.Period), now.UtcDateTime);
            var reference = (GrainReference)_silo.Reference(typeof(IRemindable), GrainId.Create(row.Type, row.Key));
            await new Call<(string, TickStatus), Nothing>(reference, s_receive, (row.Name, status)) { FromEngine = true }.Send().AsTask();
        }
        catch (Exception error)
        {
            _silo.Logger.LogError(error, "The reminder {Reminder} of {Grain} failed; it comes again after its period", row.Name, row.Type);
        }

        _deliveries.TryRemove((row.Type, row.Key, row.Name), out _);
        return delivery.Touched;
    }

    private void Touch(Activation activation, string name, bool removed)
    {
        if (!_deliveries.TryGetValue((activation.Kind.Type.ToString(), activation.Key, name), out var delivery)) return;
        (delivery.Removed, delivery.Touched) = (removed, true);
    }

    private async Task WriteAsync(string sql, Activation activation, params (string Name, object? Value)[] values)
    {
        var statement = new Statement(sql, [("type", activation.Kind.Type.ToString()), ("key", activation.Key), .. values]);
        await _silo.UnlessKilled(_silo.Database.WriteAsync(new WriteUnit(Point, statement)));
    }

    private Task<List<Row>> QueryAsync(string sql, object? parameters) => _silo.UnlessKilled(
        _silo.Database.ReadAsync(async (DbConnection connection) => (await connection.QueryAsync<Row>(sql, parameters)).AsList()));

    private sealed record Reminder(string ReminderName) : IGrainReminder;

    /// <summary>What became of a reminder while it is being delivered.</summary>
    private sealed class Delivery
    {
        /// <summary>The grain removed it or set it anew.</summary>
        public volatile bool Touched;

        /// <summary>The grain removed it.</summary>
        public volatile bool Removed;
    }

    private sealed class Row
    {
        public string Type { get; init; } = "";

        public string Key { get; init; } = "";

        public string Name { get; init; } = "";

        public long Due { get; init; }

        public long Period { get; init; }

        /// <summary>The first due time after now, without drift.</summary>
        public long After(DateTimeOffset now) => Due + (((now.ToUnixTimeMilliseconds() - Due) / Period) + 1) * Period;
    }
}
