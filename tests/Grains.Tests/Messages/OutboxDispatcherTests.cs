using System.Diagnostics.Metrics;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>The dispatcher at work in the background.</summary>
public sealed class OutboxDispatcherTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static OutgoingMessage Code(int i) => TestMessages.Of(MessageKind.SignInCode, id: $"code-{i}");

    private static OutgoingMessage Invitation(int i) => TestMessages.Of(MessageKind.Invitation, id: $"invitation-{i}");

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!await reached())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "It did not happen in time.");
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_message_queued_in_this_process_leaves_without_the_clock_moving()
    {
        await using var host = await OutboxHost.StartAsync();
        await host.Dispatcher.StartAsync(CancellationToken.None);
        await host.Outbox.EnqueueAsync(Code(1));
        await UntilAsync(async () => (await host.RecordAsync("code-1")).State == DeliveryState.Sent);
        Assert.Null(await host.PayloadAsync("code-1"));
        await host.Dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_a_crash_left_is_found_at_the_start_and_what_failed_when_its_time_has_come()
    {
        await using var host = await OutboxHost.StartAsync();
        await host.Outbox.EnqueueAsync(Code(1));
        host.Email.Say(new DeliveryOutcome.Later(DeliveryFailure.Deferred));
        await host.Dispatcher.StartAsync(CancellationToken.None);
        await UntilAsync(async () => (await host.RecordAsync("code-1")).Failure == DeliveryFailure.Deferred);
        host.Email.Say(new DeliveryOutcome.Sent());
        await UntilAsync(async () =>
        {
            host.Clock.Advance(OutboxLimits.PollInterval);
            return (await host.RecordAsync("code-1")).State == DeliveryState.Sent;
        });
        Assert.InRange(host.Clock.GetUtcNow() - TestMessages.Monday, TimeSpan.FromSeconds(4), TimeSpan.FromHours(1));
        await host.Dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Stopping_finishes_what_is_under_way_and_gives_back_the_rest()
    {
        await using var host = await OutboxHost.StartAsync();
        var (begun, go) = (new SemaphoreSlim(0), new TaskCompletionSource());
        host.Email.Answer = async (_, _) =>
        {
            begun.Release();
            await go.Task;
            return new DeliveryOutcome.Sent();
        };
        await host.Dispatcher.StartAsync(CancellationToken.None);
        for (var i = 0; i < 20; i++) await host.Outbox.EnqueueAsync(Code(i));
        for (var i = 0; i < host.Email.Concurrency; i++) await begun.WaitAsync();
        var stopping = host.Dispatcher.StopAsync(CancellationToken.None);
        go.SetResult();
        await stopping;
        Assert.Equal(host.Email.Concurrency, host.Email.Given.Count);

        await using var another = host.Another();
        Assert.Equal(20 - host.Email.Concurrency, await another.Dispatcher.DeliverDueAsync());
        Assert.Equal(20, host.Email.Given.Concat(another.Email.Given).Select(message => message.Id).Distinct().Count());
        var records = await host.Log.OfPatientAsync("riverside", "p-alice", 50);
        Assert.All(records, record => Assert.Equal((DeliveryState.Sent, 1), (record.State, record.Attempts)));
    }

    [Fact]
    public async Task A_stop_that_may_not_wait_breaks_off_and_loses_nothing()
    {
        await using var host = await OutboxHost.StartAsync();
        var (begun, never) = (new TaskCompletionSource(), new TaskCompletionSource<DeliveryOutcome>());
        host.Email.Answer = async (_, ct) =>
        {
            begun.SetResult();
            return await never.Task.WaitAsync(ct);
        };
        await host.Dispatcher.StartAsync(CancellationToken.None);
        await host.Outbox.EnqueueAsync(Code(1));
        await begun.Task;
        await host.Dispatcher.StopAsync(new CancellationToken(canceled: true));
        await using var another = host.Another();
        Assert.Equal(1, await another.Dispatcher.DeliverDueAsync());
        Assert.Equal(DeliveryState.Sent, (await host.RecordAsync("code-1")).State);
    }

    [Fact]
    public async Task A_queue_of_invitations_holds_up_no_code()
    {
        await using var host = await OutboxHost.StartAsync();
        var go = new TaskCompletionSource();
        host.Email.Answer = async (message, _) =>
        {
            if (message.Kind == MessageKind.Invitation) await go.Task;
            return new DeliveryOutcome.Sent();
        };
        await host.Dispatcher.StartAsync(CancellationToken.None);
        for (var i = 0; i < 50; i++) await host.Outbox.EnqueueAsync(Invitation(i));
        await host.Outbox.EnqueueAsync(Code(1));
        await UntilAsync(async () => (await host.RecordAsync("code-1")).State == DeliveryState.Sent);
        Assert.Equal(6, host.Email.Given.Count(message => message.Kind == MessageKind.Invitation));
        go.SetResult();
        await UntilAsync(() => Task.FromResult(host.Email.Given.Count == 51));
        await host.Dispatcher.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_message_that_waited_until_its_lease_runs_out_is_left_to_whoever_takes_it_next()
    {
        await using var host = await OutboxHost.StartAsync();
        var (begun, go) = (new SemaphoreSlim(0), new TaskCompletionSource());
        host.Email.Answer = async (_, _) =>
        {
            begun.Release();
            await go.Task;
            return new DeliveryOutcome.Sent();
        };
        await host.Dispatcher.StartAsync(CancellationToken.None);
        for (var i = 0; i <= host.Email.Concurrency; i++) await host.Outbox.EnqueueAsync(Code(i));
        for (var i = 0; i < host.Email.Concurrency; i++) await begun.WaitAsync();
        host.Clock.Advance(OutboxLimits.LeaseOfCode - OutboxLimits.AttemptOfCode / 2);
        go.SetResult();
        await host.Dispatcher.StopAsync(CancellationToken.None);
        Assert.Equal(host.Email.Concurrency, host.Email.Given.Count);
    }

    [Fact]
    public async Task The_only_process_on_a_database_need_not_wait_for_the_lease_of_one_that_died()
    {
        await using var host = await OutboxHost.StartAsync();
        await using var dead = host.Another();
        dead.Outbox.Dispatcher = dead.Dispatcher;
        var never = new TaskCompletionSource<DeliveryOutcome>();
        dead.Email.Answer = (_, _) => never.Task;
        await dead.Outbox.EnqueueAsync(Code(1));
        await UntilAsync(() => Task.FromResult(dead.Email.Given.Count == 1));

        using var sole = new OutboxDispatcher(host.Outbox, host.Database, new(OutboxHost.Secret), [host.Email], host.Metrics, host.Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<OutboxDispatcher>.Instance, new DispatcherOptions { SoleProcess = true });
        await sole.StartAsync(CancellationToken.None);
        await UntilAsync(async () => (await host.RecordAsync("code-1")).State == DeliveryState.Sent);
        await sole.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Old_messages_leave_the_log_and_waiting_ones_do_not()
    {
        await using var host = await OutboxHost.StartAsync();
        await host.Outbox.EnqueueAsync(Invitation(1));
        await host.Outbox.EnqueueAsync(Invitation(2) with { Channel = MessageChannel.None });
        await host.Dispatcher.DeliverDueAsync();
        host.Clock.Advance(OutboxLimits.RetentionOfNone + TimeSpan.FromMinutes(1));
        await host.Dispatcher.StartAsync(CancellationToken.None);
        await UntilAsync(async () => await host.RowsAsync() == 1);
        await host.Dispatcher.StopAsync(CancellationToken.None);
        Assert.Equal(DeliveryState.Sent, (await host.RecordAsync("invitation-1")).State);

        host.Clock.Advance(OutboxLimits.Retention);
        await host.Outbox.EnqueueAsync(Invitation(3));
        await using var another = host.Another();
        another.Email.Say(new DeliveryOutcome.Later(DeliveryFailure.Deferred));
        await another.Dispatcher.StartAsync(CancellationToken.None);
        await UntilAsync(async () => await host.RowsAsync() == 1);
        await another.Dispatcher.StopAsync(CancellationToken.None);
        Assert.Equal(DeliveryState.Queued, (await host.RecordAsync("invitation-3")).State);
    }

    [Fact]
    public async Task A_channel_without_a_transport_keeps_its_messages_and_says_why()
    {
        await using var host = await OutboxHost.StartAsync();
        using var bare = new OutboxDispatcher(host.Outbox, host.Database, new(OutboxHost.Secret), [], host.Metrics, host.Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<OutboxDispatcher>.Instance, new DispatcherOptions());
        await host.Outbox.EnqueueAsync(Invitation(1));
        await bare.DeliverDueAsync();
        var record = await host.RecordAsync("invitation-1");
        Assert.Equal((DeliveryState.Queued, DeliveryFailure.NotConfigured), (record.State, record.Failure));
    }

    [Fact]
    public async Task Messages_are_counted_without_naming_anybody()
    {
        var counted = new List<(string Name, double Value, string Tags)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Name == MessageMetrics.MeterName) me.EnableMeasurementEvents(instrument);
        };
        void Count<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
            where T : struct, IConvertible
        {
            lock (counted) counted.Add((instrument.Name, value.ToDouble(null), string.Join(',', tags.ToArray().Select(tag => tag.Value))));
        }
        listener.SetMeasurementEventCallback<long>(Count);
        listener.SetMeasurementEventCallback<double>(Count);
        listener.Start();
        await using var host = await OutboxHost.StartAsync();
        await host.Outbox.EnqueueAsync(Invitation(1));
        host.Email.Say(new DeliveryOutcome.Later(DeliveryFailure.Deferred));
        await host.Dispatcher.DeliverDueAsync();
        host.Clock.Advance(TimeSpan.FromSeconds(6));
        host.Email.Say(DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused));
        await host.Dispatcher.DeliverDueAsync();
        await host.Outbox.EnqueueAsync(TestMessages.Of(MessageKind.SignInCode, MessageChannel.Sms, "m-2"));
        await host.Dispatcher.DeliverDueAsync();
        lock (counted)
        {
            // Other tests of the same process count too; these come from here alone.
            Assert.Contains(("portal.messages.queued", 1, "Email,Invitation"), counted);
            Assert.Contains(("portal.messages.retried", 1, "Email,Deferred"), counted);
            Assert.Contains(("portal.messages.failed", 1, "Email,Invitation,AddressRefused"), counted);
            Assert.Contains(("portal.messages.sent", 1, "Sms,SignInCode"), counted);
            Assert.Contains(("portal.messages.delay", 0, "Sms"), counted);
        }
    }
}

/// <summary>The same statements on PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public sealed class OutboxOnPostgresTests(PostgresServer server)
{
    [PostgresFact]
    public async Task A_message_is_queued_tried_again_sent_reported_and_purged()
    {
        await using var host = await OutboxHost.StartAsync(await server.CreateDatabaseAsync());
        var message = TestMessages.Invitation with { DeduplicationKey = "row-1" };
        Assert.True(await host.Outbox.EnqueueAsync(message));
        Assert.False(await host.Outbox.EnqueueAsync(message));
        Assert.False(await host.Outbox.EnqueueAsync(message with { Id = "m-2" }));
        host.Email.Say(new DeliveryOutcome.Later(DeliveryFailure.Deferred, "450"));
        Assert.Equal(1, await host.Dispatcher.DeliverDueAsync());
        host.Clock.Advance(TimeSpan.FromSeconds(6));
        host.Email.Say(new DeliveryOutcome.Sent());
        Assert.Equal(1, await host.Dispatcher.DeliverDueAsync());
        Assert.Null(await host.PayloadAsync("m-1"));
        Assert.True(await host.Outbox.ReportAsync("m-1", DeliveryState.Bounced, DeliveryFailure.AddressRefused, "550"));
        Assert.Equal((DeliveryState.Bounced, 2), ((await host.RecordAsync("m-1")).State, (await host.RecordAsync("m-1")).Attempts));
        Assert.Single(await host.Log.UndeliveredAsync("riverside", 10));

        host.Clock.Advance(OutboxLimits.Retention + TimeSpan.FromDays(1));
        await host.Dispatcher.StartAsync(CancellationToken.None);
        var since = TimeProvider.System.GetTimestamp();
        while (await host.RowsAsync() > 0) Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(20));
        await host.Dispatcher.StopAsync(CancellationToken.None);
    }
}
