using System.Text.Json;
using Dapper;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Wording;
using Portal.Storage;

namespace Portal.Grains.Messages;

/// <summary>A message as the mailbox page shows it.</summary>
/// <param name="Id">The message's id.</param>
/// <param name="Channel"><c>email</c> or <c>sms</c>.</param>
/// <param name="To">The address in full: this is development.</param>
/// <param name="Subject">Empty for a text message.</param>
/// <param name="Text">Plain text.</param>
/// <param name="Html">Empty for a text message.</param>
/// <param name="SentAt">When it left the outbox.</param>
public sealed record MailboxMessage(string Id, string Channel, string To, string Subject, string Text, string Html, DateTimeOffset SentAt);

/// <summary>
/// Where messages go in development, so that everything can be tried without an account anywhere. Keeps the newest in a table, so that
/// they survive a restart, and an index by recipient in memory. Never to be registered in Production: it stores codes and links readably.
/// </summary>
/// <param name="database">Where they are.</param>
/// <param name="clock">The present.</param>
/// <param name="options">Whether other processes fill it too: then it is read from the table each time.</param>
public sealed class DevelopmentMailbox(Database database, TimeProvider clock, DispatcherOptions? options = null)
{
    /// <summary>Messages kept. Ours.</summary>
    public const int Capacity = 20_000;

    /// <summary>Messages returned at once unless asked otherwise. Ours.</summary>
    public const int UsualPage = 50;

    // How many sends share one removal of what is too old.
    private const int TrimEvery = 500;

    private const string Insert = """
        INSERT INTO development_mailbox (id, sequence, sent_at, recipient, message) VALUES (@id, @sequence, @sent_at, @recipient, @message)
        ON CONFLICT (id) DO NOTHING
        """;

    private const string Trim = "DELETE FROM development_mailbox WHERE sequence <= @last";

    private const string Newest = """
        SELECT id AS Id, sequence AS Sequence, sent_at AS SentAt, recipient AS Recipient, message AS Message FROM development_mailbox
        ORDER BY sequence DESC LIMIT @most
        """;

    private const string NewestTo = """
        SELECT id AS Id, sequence AS Sequence, sent_at AS SentAt, recipient AS Recipient, message AS Message FROM development_mailbox
        WHERE recipient = @recipient OR @recipient = '' ORDER BY sent_at DESC, sequence DESC LIMIT @most
        """;

    private readonly bool _shared = options is { SoleProcess: false };
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly Queue<Entry> _all = new();
    private readonly Dictionary<string, Queue<Entry>> _byRecipient = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private long _sequence;
    private volatile bool _loaded;

    /// <summary>The transport that puts a channel's messages here.</summary>
    public IMessageTransport For(MessageChannel channel) => new Transport(this, channel);

    /// <summary>The newest messages, newest first.</summary>
    /// <param name="to">
    /// Only those to this address, whatever its letter case; a number may come without its plus, which an address bar turns into a space.
    /// All when null or empty.
    /// </param>
    /// <param name="most">How many at most; at least 1.</param>
    /// <param name="ct">Ends the wait for the first load.</param>
    public async Task<IReadOnlyList<MailboxMessage>> FindAsync(string? to, int most = UsualPage, CancellationToken ct = default)
    {
        if (_shared) return await ReadAsync(string.IsNullOrWhiteSpace(to) ? "" : Recipient(to), Math.Max(1, most), ct);
        await LoadAsync(ct);
        Entry[] found;
        lock (_lock)
        {
            var entries = string.IsNullOrWhiteSpace(to) ? _all : _byRecipient.GetValueOrDefault(Recipient(to)) ?? [];
            found = [.. entries.Skip(Math.Max(0, entries.Count - Math.Max(1, most)))];
        }
        Array.Reverse(found);
        return [.. found.Select(entry => entry.Show())];
    }

    private async Task<DeliveryOutcome> KeepAsync(OutgoingMessage message, CancellationToken ct)
    {
        await LoadAsync(ct);
        // What cannot be written must fail here and not on the page.
        _ = MessageTemplates.Render(message);
        var entry = new Entry { Id = message.Id, SentAt = clock.GetUtcNow(), Recipient = Recipient(message.To), Parsed = message };
        long sequence;
        lock (_lock)
        {
            sequence = ++_sequence;
            Add(entry);
        }
        if (sequence % TrimEvery == 0)
            await database.WriteAsync(new WriteUnit("development-mailbox", new Statement(Trim, ("last", sequence - Capacity))), ct);
        return new DeliveryOutcome.Sent
        {
            AlongWith = new Statement(Insert, ("id", message.Id), ("sequence", sequence), ("sent_at", entry.SentAt),
                ("recipient", entry.Recipient), ("message", JsonSerializer.Serialize(message, MessagesJson.Default.OutgoingMessage))),
        };
    }

    private Task<IReadOnlyList<MailboxMessage>> ReadAsync(string recipient, int most, CancellationToken ct) =>
        database.ReadAsync<IReadOnlyList<MailboxMessage>>(async connection =>
            [.. (await connection.QueryAsync<Row>(NewestTo, new { recipient, most = (long)most })).Select(row => row.Entry().Show())], ct);

    // Under the lock. A message sent a second time after a failed note is in the index already.
    private void Add(Entry entry)
    {
        if (!_ids.Add(entry.Id)) return;
        _all.Enqueue(entry);
        if (!_byRecipient.TryGetValue(entry.Recipient, out var own)) _byRecipient[entry.Recipient] = own = new Queue<Entry>();
        own.Enqueue(entry);
        if (_all.Count <= Capacity) return;
        var oldest = _all.Dequeue();
        _ids.Remove(oldest.Id);
        var others = _byRecipient[oldest.Recipient];
        others.Dequeue();
        if (others.Count == 0) _byRecipient.Remove(oldest.Recipient);
    }

    private async ValueTask LoadAsync(CancellationToken ct)
    {
        if (_loaded) return;
        await _loading.WaitAsync(ct);
        try
        {
            if (_loaded) return;
            var rows = await database.ReadAsync(async connection =>
                (await connection.QueryAsync<Row>(Newest, new { most = Capacity })).AsList(), ct);
            lock (_lock)
            {
                foreach (var row in Enumerable.Reverse(rows)) Add(row.Entry());
                _sequence = rows.Count == 0 ? 0 : rows[0].Sequence;
            }
            _loaded = true;
        }
        finally
        {
            _loading.Release();
        }
    }

    private static string Recipient(string to)
    {
        var address = to.Trim().ToLowerInvariant();
        return address.Length > 0 && address.All(c => char.IsAsciiDigit(c) || c == ' ')
            ? "+" + address.Replace(" ", "", StringComparison.Ordinal) : address;
    }

    private sealed class Transport(DevelopmentMailbox mailbox, MessageChannel channel) : IMessageTransport
    {
        public MessageChannel Channel => channel;

        public int Concurrency => 64;

        public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct) => mailbox.KeepAsync(message, ct);
    }

    // Twenty thousand are kept in memory, so the words are only written when somebody looks.
    private sealed class Entry
    {
        public required string Id { get; init; }
        public required DateTimeOffset SentAt { get; init; }
        public required string Recipient { get; init; }
        public OutgoingMessage? Parsed { get; init; }
        public string? Stored { get; init; }

        public MailboxMessage Show()
        {
            var message = Parsed ?? JsonSerializer.Deserialize(Stored!, MessagesJson.Default.OutgoingMessage)!;
            var words = MessageTemplates.Render(message);
            var channel = message.Channel == MessageChannel.Sms ? "sms" : "email";
            return new MailboxMessage(Id, channel, message.To, words.Subject, words.Text, words.Html, SentAt);
        }
    }

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public long Sequence { get; init; }
        public long SentAt { get; init; }
        public string Recipient { get; init; } = "";
        public string Message { get; init; } = "";

        public Entry Entry() =>
            new() { Id = Id, SentAt = DateTimeOffset.FromUnixTimeMilliseconds(SentAt), Recipient = Recipient, Stored = Message };
    }
}
