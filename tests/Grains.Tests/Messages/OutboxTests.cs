using System.Text;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Shared;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>Queued, tried again, given up, never lost: one step at a time, without background work.</summary>
public sealed class OutboxTests : IAsyncLifetime
{
    private OutboxHost _host = null!;

    public async Task InitializeAsync() => _host = await OutboxHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    private Task<bool> QueueAsync(string id = "m-1", MessageKind kind = MessageKind.Invitation, DateTimeOffset? notAfter = null) =>
        _host.Outbox.EnqueueAsync(TestMessages.Of(kind, id: id) with { NotAfter = notAfter });

    [Fact]
    public async Task A_queued_message_is_sent_once_and_its_content_removed()
    {
        Assert.True(await QueueAsync());
        Assert.NotNull(await _host.PayloadAsync("m-1"));
        Assert.Equal(1, await _host.Dispatcher.DeliverDueAsync());
        Assert.Equal(0, await _host.Dispatcher.DeliverDueAsync());
        var given = Assert.Single(_host.Email.Given);
        Assert.Equal(TestMessages.Invitation, given);
        Assert.Null(await _host.PayloadAsync("m-1"));
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Sent, DeliveryFailure.None, 1), (record.State, record.Failure, record.Attempts));
        Assert.Equal(_host.Clock.GetUtcNow(), record.SettledAt);
        Assert.Null(record.NextAttemptAt);
    }

    [Fact]
    public async Task What_waits_is_unreadable_in_the_database()
    {
        await QueueAsync(kind: MessageKind.SignInCode);
        var payload = (await _host.PayloadAsync("m-1"))!;
        foreach (var secret in new[] { "204816", "alice@example.org", "Alice", TestMessages.Link })
            Assert.True(payload.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0);
        Assert.Equal("a•••@example.org", (await _host.RecordAsync("m-1")).MaskedTo);
    }

    [Fact]
    public async Task The_same_id_is_queued_once_even_after_it_was_sent()
    {
        Assert.True(await QueueAsync());
        Assert.False(await QueueAsync());
        await _host.Dispatcher.DeliverDueAsync();
        Assert.False(await QueueAsync());
        Assert.Equal(0, await _host.Dispatcher.DeliverDueAsync());
        Assert.Single(_host.Email.Given);
    }

    [Fact]
    public async Task A_deduplication_key_sends_one_of_several_ids_in_each_organisation()
    {
        var message = TestMessages.Invitation with { DeduplicationKey = "batch-1/row-7" };
        Assert.True(await _host.Outbox.EnqueueAsync(message));
        Assert.False(await _host.Outbox.EnqueueAsync(message with { Id = "m-2" }));
        Assert.True(await _host.Outbox.EnqueueAsync(message with { Id = "m-3", Organisation = "hilltop" }));
        Assert.True(await _host.Outbox.EnqueueAsync(message with { Id = "m-4", DeduplicationKey = null }));
        Assert.Equal(3, await _host.Dispatcher.DeliverDueAsync());
    }

    [Fact]
    public async Task A_deferred_message_is_tried_again_after_growing_waits()
    {
        _host.Email.Say(new DeliveryOutcome.Later(DeliveryFailure.Deferred, "450 4.2.0"));
        await QueueAsync();
        await _host.Dispatcher.DeliverDueAsync();
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Queued, DeliveryFailure.Deferred, "450 4.2.0", 1),
            (record.State, record.Failure, record.Detail, record.Attempts));
        Assert.InRange(record.NextAttemptAt!.Value - _host.Clock.GetUtcNow(), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6));

        Assert.Equal(0, await _host.Dispatcher.DeliverDueAsync());
        _host.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1, await _host.Dispatcher.DeliverDueAsync());
        Assert.InRange((await _host.RecordAsync("m-1")).NextAttemptAt!.Value - _host.Clock.GetUtcNow(), TimeSpan.FromSeconds(8),
            TimeSpan.FromSeconds(12));

        _host.Email.Say(new DeliveryOutcome.Sent());
        _host.Clock.Advance(TimeSpan.FromSeconds(12));
        await _host.Dispatcher.DeliverDueAsync();
        record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Sent, DeliveryFailure.None, 3), (record.State, record.Failure, record.Attempts));
    }

    [Fact]
    public async Task A_message_that_cannot_be_sent_is_given_up_after_two_days_and_its_content_removed()
    {
        _host.Email.Say(new DeliveryOutcome.Later(DeliveryFailure.Unreachable));
        await QueueAsync();
        for (var hour = 0; hour < 49; hour++)
        {
            await _host.Dispatcher.DeliverDueAsync();
            _host.Clock.Advance(TimeSpan.FromHours(1.2));
        }
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Failed, DeliveryFailure.Unreachable), (record.State, record.Failure));
        Assert.InRange(record.Attempts, 35, OutboxLimits.MostAttempts);
        Assert.Null(await _host.PayloadAsync("m-1"));
    }

    [Fact]
    public async Task A_refused_address_is_shown_as_bounced_and_not_tried_again()
    {
        _host.Email.Say(DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused, "550 5.1.1"));
        await QueueAsync();
        await _host.Dispatcher.DeliverDueAsync();
        _host.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await _host.Dispatcher.DeliverDueAsync());
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Bounced, DeliveryFailure.AddressRefused, "550 5.1.1"), (record.State, record.Failure, record.Detail));
        Assert.Equal("m-1", Assert.Single(await _host.Log.UndeliveredAsync("riverside", 10)).Id);
    }

    [Fact]
    public async Task An_expired_code_is_never_sent()
    {
        await QueueAsync(kind: MessageKind.SignInCode, notAfter: _host.Clock.GetUtcNow().AddMinutes(10));
        _host.Clock.Advance(TimeSpan.FromMinutes(10));
        await _host.Dispatcher.DeliverDueAsync();
        Assert.Empty(_host.Email.Given);
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Failed, DeliveryFailure.TooLate), (record.State, record.Failure));
        Assert.Null(await _host.PayloadAsync("m-1"));
    }

    [Fact]
    public async Task A_message_to_nowhere_takes_the_same_way_and_is_not_sent()
    {
        var message = TestMessages.MailedCode with { Channel = MessageChannel.None, Patient = null, To = "whoever\r\n@x", Details = new() };
        Assert.True(await _host.Outbox.EnqueueAsync(message));
        Assert.Equal(new QueuedMessage(MessageKind.SignInCode, null), await _host.Outbox.FindAsync("m-1"));
        Assert.Null(await _host.Outbox.FindAsync("m-2"));
        Assert.NotNull(await _host.PayloadAsync("m-1"));
        Assert.Equal(1, await _host.Dispatcher.DeliverDueAsync());
        Assert.Null(await _host.PayloadAsync("m-1"));
        Assert.Empty(_host.Email.Given);
        Assert.Empty(_host.Sms.Given);
    }

    [Fact]
    public async Task A_crash_between_sending_and_noting_sends_once_more_after_the_lease()
    {
        await QueueAsync();
        _host.Database.Faults = new FailingWrites(1);
        await _host.Dispatcher.DeliverDueAsync();
        _host.Database.Faults = null;
        Assert.Single(_host.Email.Given);
        Assert.Equal(DeliveryState.Queued, (await _host.RecordAsync("m-1")).State);

        await using var another = _host.Another();
        Assert.Equal(0, await another.Dispatcher.DeliverDueAsync());
        _host.Clock.Advance(OutboxLimits.Lease);
        Assert.Equal(1, await another.Dispatcher.DeliverDueAsync());
        Assert.Equal(DeliveryState.Sent, (await _host.RecordAsync("m-1")).State);
        Assert.Equal("m-1", Assert.Single(another.Email.Given).Id);
    }

    [Fact]
    public async Task A_code_that_a_process_died_with_is_sent_by_another_within_a_minute()
    {
        Assert.True(OutboxLimits.LeaseOfCode <= TimeSpan.FromMinutes(1));
        Assert.True(OutboxLimits.AttemptOfCode < OutboxLimits.LeaseOfCode);
        await QueueAsync(kind: MessageKind.SignInCode);
        _host.Database.Faults = new FailingWrites(1);
        await _host.Dispatcher.DeliverDueAsync();
        _host.Database.Faults = null;
        await using var another = _host.Another();
        Assert.Equal(0, await another.Dispatcher.DeliverDueAsync());
        _host.Clock.Advance(OutboxLimits.LeaseOfCode);
        Assert.Equal(1, await another.Dispatcher.DeliverDueAsync());
    }

    [Fact]
    public async Task A_note_that_was_written_but_not_answered_sends_nothing_twice()
    {
        await QueueAsync();
        _host.Database.Faults = new FailingWrites(1, WriteFault.WriteThenThrow);
        await _host.Dispatcher.DeliverDueAsync();
        _host.Database.Faults = null;
        _host.Clock.Advance(OutboxLimits.Lease);
        Assert.Equal(0, await _host.Dispatcher.DeliverDueAsync());
        Assert.Single(_host.Email.Given);
    }

    [Fact]
    public async Task A_queuing_that_failed_can_be_repeated_whether_or_not_it_was_written()
    {
        foreach (var (id, fault) in new[] { ("m-1", WriteFault.FailBefore), ("m-2", WriteFault.WriteThenThrow) })
        {
            _host.Database.Faults = new FailingWrites(0, fault);
            await Assert.ThrowsAnyAsync<Exception>(() => QueueAsync(id));
            _host.Database.Faults = null;
            await QueueAsync(id);
        }
        Assert.Equal(2, await _host.Dispatcher.DeliverDueAsync());
    }

    [Fact]
    public async Task Of_two_processes_each_message_is_sent_by_one()
    {
        for (var i = 0; i < 100; i++) await QueueAsync($"m-{i}");
        await using var another = _host.Another();
        await Task.WhenAll(_host.Dispatcher.DeliverDueAsync(), another.Dispatcher.DeliverDueAsync());
        Assert.Equal(100, _host.Email.Given.Concat(another.Email.Given).Select(message => message.Id).Distinct().Count());
        Assert.Equal(100, _host.Email.Given.Count + another.Email.Given.Count);
    }

    [Fact]
    public async Task A_message_that_one_process_cannot_read_is_left_to_another_for_two_days()
    {
        await QueueAsync("m-1");
        await using var stranger = _host.Another([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
        Assert.Equal(0, await stranger.Dispatcher.DeliverDueAsync());
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Queued, DeliveryFailure.Unreadable), (record.State, record.Failure));
        _host.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await _host.Dispatcher.DeliverDueAsync());
        Assert.Equal(DeliveryState.Sent, (await _host.RecordAsync("m-1")).State);

        await QueueAsync("m-2");
        _host.Clock.Advance(OutboxLimits.GiveUpAfter);
        Assert.Equal(0, await stranger.Dispatcher.DeliverDueAsync());
        record = await _host.RecordAsync("m-2");
        Assert.Equal((DeliveryState.Failed, DeliveryFailure.Unreadable), (record.State, record.Failure));
        Assert.Null(await _host.PayloadAsync("m-2"));
    }

    [Fact]
    public async Task A_message_of_a_newer_version_is_left_to_that()
    {
        await QueueAsync();
        var newer = "{\"Id\":\"m-1\",\"Kind\":\"LetterByPigeon\"}"u8;
        var payload = new PayloadCipher(OutboxHost.Secret).Encrypt(newer, "outbox:m-1");
        await _host.Database.WriteAsync(new WriteUnit("test", new Statement("UPDATE outbox SET payload = @payload", ("payload", payload))));
        Assert.Equal(0, await _host.Dispatcher.DeliverDueAsync());
        Assert.Equal(DeliveryState.Queued, (await _host.RecordAsync("m-1")).State);
        Assert.NotNull(await _host.PayloadAsync("m-1"));
    }

    [Fact]
    public async Task A_transport_that_throws_is_tried_again()
    {
        _host.Email.Answer = (_, _) => throw new InvalidOperationException("alice@example.org");
        await QueueAsync();
        await _host.Dispatcher.DeliverDueAsync();
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Queued, DeliveryFailure.Unreachable, null), (record.State, record.Failure, record.Detail));
    }

    [Theory]
    [InlineData("", "alice@example.org", MessageChannel.Email)]
    [InlineData("m 1", "alice@example.org", MessageChannel.Email)]
    [InlineData("m\r\n1", "alice@example.org", MessageChannel.Email)]
    [InlineData("m-1", "alice@example.org\r\nBcc: charlie@example.org", MessageChannel.Email)]
    [InlineData("m-1", "+447700900123", MessageChannel.Email)]
    [InlineData("m-1", "alice@example.org", MessageChannel.Sms)]
    [InlineData("m-1", "", MessageChannel.Email)]
    [InlineData("m-1", "alice@example.org", (MessageChannel)9)]
    public async Task What_cannot_be_sent_is_refused_when_it_is_queued(string id, string to, MessageChannel channel)
    {
        var message = TestMessages.MailedCode with { Id = id, To = to, Channel = channel };
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => _host.Outbox.EnqueueAsync(message));
        Assert.DoesNotContain("example.org", refused.Message);
        Assert.Equal(0, await _host.RowsAsync());
    }

    [Fact]
    public async Task A_bounce_reported_later_is_noted_once_and_only_for_a_sent_message()
    {
        await QueueAsync();
        Assert.False(await _host.Outbox.ReportAsync("m-1", DeliveryState.Bounced, DeliveryFailure.AddressRefused, null));
        await _host.Dispatcher.DeliverDueAsync();
        Assert.True(await _host.Outbox.ReportAsync("m-1", DeliveryState.Bounced, DeliveryFailure.AddressRefused, new string('5', 1000)));
        Assert.False(await _host.Outbox.ReportAsync("m-1", DeliveryState.Failed, DeliveryFailure.MessageRefused, null));
        Assert.False(await _host.Outbox.ReportAsync("m-2", DeliveryState.Failed, DeliveryFailure.MessageRefused, null));
        var record = await _host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Bounced, new string('5', 40)), (record.State, record.Detail));
    }

    [Fact]
    public async Task Charlie_cannot_see_what_another_organisation_sent()
    {
        await QueueAsync();
        Assert.Empty(await _host.Log.OfPatientAsync("hilltop", "p-alice", 10));
        Assert.Empty(await _host.Log.UndeliveredAsync("hilltop", 10));
    }

    [Fact]
    public async Task The_newest_messages_of_a_patient_come_first_and_no_more_than_asked_for()
    {
        for (var i = 0; i < 5; i++)
        {
            await QueueAsync($"m-{i}");
            _host.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal(["m-4", "m-3"], (await _host.Log.OfPatientAsync("riverside", "p-alice", 2)).Select(record => record.Id));
        Assert.Single(await _host.Log.OfPatientAsync("riverside", "p-alice", -1));
        Assert.Empty(await _host.Log.OfPatientAsync("riverside", "p-bob", 10));
    }

    /// <summary>Lets some writes pass and fails all that follow.</summary>
    private sealed class FailingWrites(int pass, WriteFault fault = WriteFault.FailBefore) : IWriteFaults
    {
        private int _left = pass;

        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit) => new(_left-- > 0 ? WriteFault.None : fault);

        public void Kill(WriteUnit unit)
        {
        }

        public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;
    }
}
