using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages.Wording;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Messages.Delivery;

/// <summary>How a dispatcher runs.</summary>
public sealed record DispatcherOptions
{
    /// <summary>
    /// Whether this is the only process on the database: then what another one had taken when it died is sent at once instead of after
    /// its lease. Default false.
    /// </summary>
    public bool SoleProcess { get; init; }
}

/// <summary>
/// Sends what is in the outbox: what is queued in this process at once, what was left by a crash or has to be tried again by searching
/// the table. Any number of processes may run one; a message is taken by one of them at a time.
/// </summary>
public sealed partial class OutboxDispatcher : BackgroundService
{
    private const int MarkTries = 3;
    private static readonly TimeSpan OldestInterval = TimeSpan.FromSeconds(15);

    private readonly Outbox _outbox;
    private readonly Database _database;
    private readonly PayloadCipher _cipher;
    private readonly MessageMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger<OutboxDispatcher> _logger;
    private readonly DispatcherOptions _options;
    private readonly FrozenDictionary<MessageChannel, IMessageTransport> _transports;
    private readonly FrozenDictionary<MessageChannel, DeliveryLane> _lanes;
    private readonly CancellationTokenSource _abandon = new();

    /// <summary>
    /// A dispatcher; it does nothing before it is started. A channel without a transport keeps its messages until there is one.
    /// </summary>
    public OutboxDispatcher(Outbox outbox, Database database, PayloadCipher cipher, IEnumerable<IMessageTransport> transports,
        MessageMetrics metrics, TimeProvider clock, ILogger<OutboxDispatcher> logger, DispatcherOptions options)
    {
        (_outbox, _database, _cipher, _metrics, _clock, _logger, _options) = (outbox, database, cipher, metrics, clock, logger, options);
        var byChannel = transports.ToDictionary(t => t.Channel);
        byChannel.TryAdd(MessageChannel.None, new NowhereTransport());
        foreach (var channel in Enum.GetValues<MessageChannel>()) byChannel.TryAdd(channel, new MissingTransport(channel));
        _transports = byChannel.ToFrozenDictionary();
        _lanes = byChannel.ToFrozenDictionary(
            t => t.Key, t => new DeliveryLane(t.Value.Concurrency, message => DeliverAsync(message, MarkTries)));
    }

    /// <summary>The name under which this process takes messages.</summary>
    internal string Owner { get; } = Ids.New("silo");

    /// <summary>Whether a message queued now would be sent from here.</summary>
    internal bool HasRoom(MessageChannel channel) => _lanes[channel].Room > 0;

    /// <summary>Takes a message that was just queued.</summary>
    internal void Accept(ClaimedMessage message) => _lanes[message.Message.Channel].Add(message);

    /// <summary>
    /// Sends everything that is due now, one message after the other, and returns how many attempts it made. For simulations and tests,
    /// which run no background work: messages queued while no dispatcher is started wait for this.
    /// </summary>
    public async Task<int> DeliverDueAsync(CancellationToken ct = default)
    {
        var delivered = 0;
        foreach (var channel in Enum.GetValues<MessageChannel>())
        {
            foreach (var message in await ClaimAsync(channel, OutboxLimits.MostClaimed, ct))
            {
                await DeliverAsync(message, 1);
                delivered++;
            }
        }
        return delivered;
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_options.SoleProcess) await WriteAsync(cancellationToken, OutboxTable.ReleasingAll(_clock.GetUtcNow()));
        _outbox.Dispatcher = this;
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Finishes what is under way and gives back the rest, so that another process sends it at once.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_outbox.Dispatcher == this) _outbox.Dispatcher = null;
        var stopped = Task.WhenAll(_lanes.Values.Select(lane => lane.StopAsync()));
        await base.StopAsync(cancellationToken);
        try
        {
            await stopped.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The host waits no longer. What is broken off here is sent again, perhaps a second time.
            await _abandon.CancelAsync();
            await stopped;
        }

        // Also where the host waits no longer: what still searches the table would find the database closed.
        if (ExecuteTask is { } searching) await TryAsync(() => searching);
        await TryAsync(() => WriteAsync(CancellationToken.None, OutboxTable.Releasing(Owner, _clock.GetUtcNow())));
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (measured, purged) = (DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        do
        {
            await TryAsync(() => PollAsync(stoppingToken));
            var now = _clock.GetUtcNow();
            if (now - measured >= OldestInterval)
            {
                measured = now;
                await TryAsync(() => MeasureAsync(stoppingToken));
            }
            if (now - purged >= OutboxLimits.PurgeInterval)
            {
                purged = now;
                await TryAsync(() => PurgeAsync(stoppingToken));
            }
        }
        while (await WaitAsync(stoppingToken));
    }

    // Not a periodic timer: a clock that jumps by days would fire it for every second of them.
    private async Task<bool> WaitAsync(CancellationToken ct)
    {
        try
        {
            await Task.Delay(OutboxLimits.PollInterval, _clock, ct);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // The database may be away for a while; the next round finds what this one missed.
    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
        catch (Exception error)
        {
            LogSearchFailed(error.GetType().Name);
        }
    }

    private async Task PollAsync(CancellationToken ct)
    {
        foreach (var (channel, lane) in _lanes)
        {
            if (lane.Wanted is not (> 0 and var wanted)) continue;
            foreach (var message in await ClaimAsync(channel, wanted, ct)) lane.Add(message);
        }
    }

    private async Task MeasureAsync(CancellationToken ct)
    {
        var oldest = await OutboxTable.OldestAsync(_database, ct);
        _metrics.Oldest(oldest is { } since ? _clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(since) : TimeSpan.Zero);
    }

    private async Task PurgeAsync(CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        await PurgeAsync(now - OutboxLimits.RetentionOfNone, onlyNone: true, ct);
        await PurgeAsync(now - OutboxLimits.Retention, onlyNone: false, ct);
    }

    private async Task PurgeAsync(DateTimeOffset before, bool onlyNone, CancellationToken ct)
    {
        while ((await WriteAsync(ct, OutboxTable.Purging(before, onlyNone)))[0] >= OutboxLimits.MostPurged)
        {
            ct.ThrowIfCancellationRequested();
        }
    }

    private Task<int[]> WriteAsync(CancellationToken ct, params Statement[] statements) =>
        _database.WriteAsync(new WriteUnit(Outbox.Point, statements), ct);

    private async Task<List<ClaimedMessage>> ClaimAsync(MessageChannel channel, int most, CancellationToken ct)
    {
        var claimed = new List<ClaimedMessage>();
        foreach (var priority in OutboxTable.Priorities)
        {
            if (claimed.Count >= most) break;
            var now = _clock.GetUtcNow();
            var rows = await OutboxTable.DueAsync(_database, channel, priority, now, most - claimed.Count, ct);
            if (rows.Count == 0) continue;
            var until = now + OutboxLimits.LeaseOf(priority == OutboxTable.PriorityOfCodes);
            var won = await WriteAsync(ct, [.. rows.Select(row => OutboxTable.Claiming(row, Owner, until))]);
            foreach (var (row, _) in rows.Zip(won).Where(pair => pair.Second == 1))
            {
                if (OutboxTable.Open(row, _cipher) is { } message) claimed.Add(OutboxTable.Claimed(row, message, until));
                else await LeaveUnreadAsync(row, now, ct);
            }
        }
        return claimed;
    }

    // During an upgrade or a change of the secret another process may be able to read it, so it is not given up before its time.
    private async Task LeaveUnreadAsync(OutboxTable.DueRow row, DateTimeOffset now, CancellationToken ct)
    {
        LogUnreadable(row.Id);
        var late = DateTimeOffset.FromUnixTimeMilliseconds(row.QueuedAt) + OutboxLimits.GiveUpAfter <= now;
        await WriteAsync(ct, late
            ? OutboxTable.Settling(row.Id, new AfterAttempt.Settled(DeliveryState.Failed, DeliveryFailure.Unreadable, null), now)
            : OutboxTable.Postponing(row.Id, Owner,
                new AfterAttempt.Again(now + OutboxLimits.WaitOfUnread, DeliveryFailure.Unreadable, null)));
    }

    private async Task DeliverAsync(ClaimedMessage claimed, int markTries)
    {
        var now = _clock.GetUtcNow();
        // It waited here so long that its lease could end under way: the table gives it out again.
        if (now + OutboxLimits.AttemptOf(MessageTemplates.IsCode(claimed.Message.Kind)) > claimed.LeaseUntil) return;
        DeliveryOutcome outcome;
        if (now >= RetrySchedule.Deadline(claimed.Message, claimed.QueuedAt))
        {
            var (why, detail) = claimed.Before ?? (DeliveryFailure.TooLate, null);
            outcome = DeliveryOutcome.Failed(why, detail);
        }
        else
        {
            try
            {
                outcome = await AttemptAsync(claimed.Message);
            }
            catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
            {
                return;
            }
        }
        await MarkAsync(claimed, outcome, markTries);
    }

    private async Task<DeliveryOutcome> AttemptAsync(OutgoingMessage message)
    {
        using var limit = new TimeLimit(OutboxLimits.AttemptOf(MessageTemplates.IsCode(message.Kind)), _clock, _abandon.Token);
        try
        {
            return await _transports[message.Channel].SendAsync(message, limit.Token);
        }
        catch (OperationCanceledException) when (_abandon.IsCancellationRequested)
        {
            throw;
        }
        catch (ArgumentException error)
        {
            // It was checked when it was queued, perhaps by an older version; trying again would not mend it.
            LogAttemptFailed(message.Id, message.Channel, error.GetType().Name);
            return DeliveryOutcome.Failed(DeliveryFailure.MessageRefused);
        }
        catch (Exception error)
        {
            // Its message may quote an address.
            LogAttemptFailed(message.Id, message.Channel, error.GetType().Name);
            return new DeliveryOutcome.Later(DeliveryFailure.Unreachable);
        }
    }

    private async Task MarkAsync(ClaimedMessage claimed, DeliveryOutcome outcome, int tries)
    {
        var (message, now) = (claimed.Message, _clock.GetUtcNow());
        var chance = RandomNumberGenerator.GetInt32(1001) / 1000.0;
        var after = RetrySchedule.After(message, claimed.QueuedAt, claimed.Attempts, outcome, now, chance);
        var note = after is AfterAttempt.Settled settled ? OutboxTable.Settling(message.Id, settled, now)
            : OutboxTable.Postponing(message.Id, Owner, (AfterAttempt.Again)after);
        Statement[] statements = outcome is DeliveryOutcome.Sent { AlongWith: { } along } ? [along, note] : [note];
        for (var left = tries - 1; ; left--)
        {
            try
            {
                await WriteAsync(CancellationToken.None, statements);
                break;
            }
            catch (Exception error)
            {
                // If it stays unnoted it is sent once more when its lease has ended.
                LogNoteFailed(message.Id, error.GetType().Name);
                if (left <= 0 || _abandon.IsCancellationRequested) return;
            }
        }
        Count(claimed, after, now);
    }

    private void Count(ClaimedMessage claimed, AfterAttempt after, DateTimeOffset now)
    {
        switch (after)
        {
            case AfterAttempt.Settled settled:
                _metrics.Settled(claimed.Message, settled, now - claimed.QueuedAt);
                if (settled.State != DeliveryState.Sent)
                    LogGivenUp(claimed.Message.Id, claimed.Message.Channel, settled.State, settled.Failure, settled.Detail);
                break;
            case AfterAttempt.Again again:
                _metrics.Retried(claimed.Message, again.Failure);
                LogPostponed(claimed.Message.Id, claimed.Message.Channel, claimed.Attempts, again.Failure, again.Detail);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _abandon.Dispose();
        base.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {Message} by {Channel} is {State}: {Failure} {Detail}")]
    private partial void LogGivenUp(string message, MessageChannel channel, DeliveryState state, DeliveryFailure failure, string? detail);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Message {Message} by {Channel} is tried again after attempt {Attempt}: {Failure} {Detail}")]
    private partial void LogPostponed(string message, MessageChannel channel, int attempt, DeliveryFailure failure, string? detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt to send message {Message} by {Channel} broke off with {Error}")]
    private partial void LogAttemptFailed(string message, MessageChannel channel, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of message {Message} could not be noted: {Error}")]
    private partial void LogNoteFailed(string message, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Message {Message} cannot be read here: another secret, or a newer version, wrote it")]
    private partial void LogUnreadable(string message);

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox could not be searched: {Error}")]
    private partial void LogSearchFailed(string error);

    // Nothing leaves; the message is written, encrypted, taken, worded and noted like any other: the next request of whoever asked must
    // not tell by its time that nobody got it.
    private sealed class NowhereTransport : IMessageTransport
    {
        public MessageChannel Channel => MessageChannel.None;

        public int Concurrency => 64;

        public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
        {
            _ = MessageTemplates.Render(message);
            return Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Sent());
        }
    }

    private sealed class MissingTransport(MessageChannel channel) : IMessageTransport
    {
        public MessageChannel Channel => channel;

        public int Concurrency => 4;

        public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct) =>
            Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Later(DeliveryFailure.NotConfigured));
    }
}
