using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;
using Portal.Grains.Messages.Wording;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Messages;

/// <summary>What stays known of a message once it was queued.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Patient">The patient it is about; null where it is about none.</param>
public sealed record QueuedMessage(MessageKind Kind, string? Patient);

/// <summary>
/// Takes messages to be sent. Once queued, a message survives a crash and is sent at least once, and what it says is removed from the
/// database afterwards. Sending happens elsewhere (<see cref="OutboxDispatcher"/>), at once when that runs in this process: whoever
/// queues never waits for a mail server.
/// </summary>
/// <param name="database">Where it is kept.</param>
/// <param name="cipher">Encrypts what waits.</param>
/// <param name="metrics">Counted here and by the dispatcher.</param>
/// <param name="clock">The present.</param>
public sealed class Outbox(Database database, PayloadCipher cipher, MessageMetrics metrics, TimeProvider clock)
{
    /// <summary>The point of its writes, for fault injection.</summary>
    public const string Point = "outbox";

    /// <summary>The dispatcher that runs in this process; null while none does.</summary>
    internal OutboxDispatcher? Dispatcher { get; set; }

    /// <summary>
    /// Queues a message: durable when the task completes. A message whose id, or whose deduplication key in the same organisation, was
    /// queued before is not queued again, whatever else it says.
    /// </summary>
    /// <param name="message">What to send.</param>
    /// <param name="alongside">Another statement that is written with it, or not at all, so that it costs no write of its own; null:
    /// none.</param>
    /// <param name="ct">Given up while it still waits to be written.</param>
    /// <returns>Whether this call queued it.</returns>
    /// <exception cref="ArgumentException">
    /// The message cannot be sent: no id, an address that is none of its channel (line breaks included), a detail its kind needs missing.
    /// Nothing is queued. The message of the exception names no address.
    /// </exception>
    public async Task<bool> EnqueueAsync(OutgoingMessage message, Statement? alongside = null, CancellationToken ct = default)
    {
        message = Checked(message);
        var now = clock.GetUtcNow();
        var dispatcher = Dispatcher is { } running && running.HasRoom(message.Channel) ? running : null;
        // Taken in the same write when it is going to be sent from here: a write less, and no other process can be quicker.
        var leaseUntil = dispatcher is null ? now : now + OutboxLimits.LeaseOf(MessageTemplates.IsCode(message.Kind));
        var insert = OutboxTable.Inserting(message, OutboxTable.Seal(message, cipher), now, dispatcher?.Owner, leaseUntil);
        var rows = await database.WriteAsync(
            alongside is null ? new WriteUnit(Point, insert) : new WriteUnit(Point, insert, alongside), ct);
        if (rows[0] == 0) return false;
        metrics.Queued(message);
        dispatcher?.Accept(new ClaimedMessage(message, now, 1, leaseUntil));
        return true;
    }

    /// <summary>What was queued under an id; null where nothing was, or it is too long ago.</summary>
    /// <param name="id">The message.</param>
    /// <param name="ct">Ends the query.</param>
    public Task<QueuedMessage?> FindAsync(string id, CancellationToken ct = default) => OutboxTable.FindAsync(database, id, ct);

    /// <summary>When messages of one channel were queued, oldest first.</summary>
    /// <param name="organisation">The organisation.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="since">Older ones are left out.</param>
    /// <param name="most">The most there are; the newest ones count.</param>
    /// <param name="ct">Ends the query.</param>
    public Task<IReadOnlyList<DateTimeOffset>> QueuedAtAsync(
        string organisation, MessageChannel channel, DateTimeOffset since, int most, CancellationToken ct = default) =>
        OutboxTable.QueuedAtAsync(database, organisation, channel, since, most, ct);

    /// <summary>
    /// Notes what was heard of a message after it was sent: a bounce, a failed delivery. Changes nothing when the message is unknown,
    /// waits still, or was reported before.
    /// </summary>
    /// <param name="id">The message.</param>
    /// <param name="state"><see cref="DeliveryState.Bounced"/> or <see cref="DeliveryState.Failed"/>.</param>
    /// <param name="failure">Why.</param>
    /// <param name="detail">The other side's code; never free text. Cut to 40 characters.</param>
    /// <param name="ct">Given up while it still waits to be written.</param>
    /// <returns>Whether it was noted.</returns>
    public async Task<bool> ReportAsync(string id, DeliveryState state, DeliveryFailure failure, string? detail,
        CancellationToken ct = default)
    {
        if (state is not (DeliveryState.Bounced or DeliveryState.Failed)) throw new ArgumentOutOfRangeException(nameof(state));
        if (!IsName(id)) return false;
        var report = OutboxTable.Reporting(id, state, failure, detail is { Length: > 40 } ? detail[..40] : detail, clock.GetUtcNow());
        return (await database.WriteAsync(new WriteUnit(Point, report), ct))[0] > 0;
    }

    private static OutgoingMessage Checked(OutgoingMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!IsName(message.Id)) throw new ArgumentException("A message needs an id of printable ASCII without spaces.", nameof(message));
        if (message.DeduplicationKey is { } key && !IsName(key))
            throw new ArgumentException("A deduplication key is printable ASCII without spaces.", nameof(message));
        if (message.Organisation.Length == 0) throw new ArgumentException("A message is sent for an organisation.", nameof(message));
        // What goes nowhere is never written out, so it may lack what its kind needs.
        if (message.Channel != MessageChannel.None && MessageTemplates.Problem(message.Kind, message.Details) is { } problem)
            throw new ArgumentException(problem, nameof(message));
        return message.Channel switch
        {
            MessageChannel.Email when MimeMessage.Sendable(message.To) is not null => message,
            MessageChannel.Sms when SmsTransport.IsNumber(message.To) => message,
            // Goes nowhere, so it may be anything; but a long one must not cost more than a real address.
            MessageChannel.None => message with { To = MessageText.Tame(message.To, OutboxLimits.LongestAddress) },
            _ => throw new ArgumentException("The address is none of this channel.", nameof(message)),
        };
    }

    private static bool IsName(string? name) =>
        name is { Length: > 0 and <= OutboxLimits.LongestId } && name.All(c => c is > ' ' and < '\x7f');
}
