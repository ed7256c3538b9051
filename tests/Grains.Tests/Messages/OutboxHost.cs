using System.Collections.Concurrent;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Shared;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>A transport that does as a test tells it to and remembers what it was given.</summary>
internal sealed class FakeTransport(MessageChannel channel, int concurrency = 8) : IMessageTransport
{
    public MessageChannel Channel => channel;

    public int Concurrency => concurrency;

    public ConcurrentQueue<OutgoingMessage> Given { get; } = new();

    public Func<OutgoingMessage, CancellationToken, Task<DeliveryOutcome>> Answer { get; set; } = (_, _) =>
        Task.FromResult<DeliveryOutcome>(new DeliveryOutcome.Sent());

    public void Say(DeliveryOutcome outcome) => Answer = (_, _) => Task.FromResult(outcome);

    public Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        Given.Enqueue(message);
        return Answer(message, ct);
    }
}

/// <summary>An outbox with everything around it, on a database in memory and a clock moved by hand. Nothing is started.</summary>
internal sealed class OutboxHost : IAsyncDisposable
{
    public static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private OutboxHost(Database database, bool owned, byte[] secret, ManualTimeProvider clock)
    {
        (Database, _owned, Clock) = (database, owned, clock);
        var cipher = new PayloadCipher(secret);
        Outbox = new Outbox(database, cipher, Metrics, clock);
        Log = new DeliveryLog(database);
        Dispatcher = new OutboxDispatcher(Outbox, database, cipher, [Email, Sms], Metrics, clock, NullLogger<OutboxDispatcher>.Instance,
            new DispatcherOptions());
    }

    private readonly bool _owned;

    public Database Database { get; }
    public ManualTimeProvider Clock { get; }
    public MessageMetrics Metrics { get; } = new();
    public FakeTransport Email { get; } = new(MessageChannel.Email);
    public FakeTransport Sms { get; } = new(MessageChannel.Sms);
    public Outbox Outbox { get; }
    public DeliveryLog Log { get; }
    public OutboxDispatcher Dispatcher { get; }

    public static async Task<OutboxHost> StartAsync(string storage = "sqlite::memory:")
    {
        var database = Database.Open(storage);
        await database.MigrateAsync(MessagesMigrations.Component, MessagesMigrations.All);
        return new OutboxHost(database, true, Secret, new ManualTimeProvider(TestMessages.Monday));
    }

    /// <summary>Another process on the same database.</summary>
    public OutboxHost Another(byte[]? secret = null) => new(Database, false, secret ?? Secret, Clock);

    public async Task<DeliveryRecord> RecordAsync(string id) =>
        Assert.Single(await Log.OfPatientAsync("riverside", "p-alice", 200), record => record.Id == id);

    /// <summary>The bytes of a row's payload; null once it is gone.</summary>
    public Task<byte[]?> PayloadAsync(string id) => Database.ReadAsync(connection =>
        connection.ExecuteScalarAsync<byte[]?>("SELECT payload FROM outbox WHERE id = @id", new { id }));

    public Task<long> RowsAsync() => Database.ReadAsync(connection => connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox"));

    public async ValueTask DisposeAsync()
    {
        Dispatcher.Dispose();
        Metrics.Dispose();
        if (_owned) await Database.DisposeAsync();
    }
}
