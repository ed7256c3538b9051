using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;
using Portal.Grains.Shared;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>The mailbox of development, and what is registered where.</summary>
public sealed class DevelopmentMailboxTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _clock = new(TestMessages.Monday);
    private Database _database = null!;
    private ServiceProvider _services = null!;

    public async Task InitializeAsync()
    {
        _database = Database.Open("sqlite::memory:");
        await _database.MigrateAsync(MessagesMigrations.Component, MessagesMigrations.All);
        _services = Services(development: true);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _database.DisposeAsync();
    }

    private ServiceProvider Services(bool development, params (string Key, string Value)[] settings)
    {
        var pairs = settings.ToDictionary(s => s.Key, s => (string?)s.Value);
        return new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_clock).AddSingleton(_database)
            .AddSingleton(new PayloadCipher(OutboxHost.Secret))
            .AddMessages(new ConfigurationBuilder().AddInMemoryCollection(pairs).Build(), development, soleProcess: true)
            .BuildServiceProvider();
    }

    private async Task SendAsync(params OutgoingMessage[] messages)
    {
        foreach (var message in messages) await _services.GetRequiredService<Outbox>().EnqueueAsync(message);
        await _services.GetRequiredService<OutboxDispatcher>().DeliverDueAsync();
    }

    private DevelopmentMailbox Mailbox => _services.GetRequiredService<DevelopmentMailbox>();

    [Fact]
    public async Task Messages_are_found_newest_first_with_all_they_say()
    {
        await SendAsync(TestMessages.Of(MessageKind.Invitation, id: "m-1"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        await SendAsync(TestMessages.Of(MessageKind.SignInCode, id: "m-2"),
            TestMessages.Of(MessageKind.SignInCode, MessageChannel.Sms, "m-3"));
        var all = await Mailbox.FindAsync(null);
        Assert.Equal(["m-3", "m-2", "m-1"], all.Select(message => message.Id));
        var own = await Mailbox.FindAsync(" Alice@Example.ORG ");
        Assert.Equal(["m-2", "m-1"], own.Select(message => message.Id));
        Assert.Equal(("email", "alice@example.org", "Your sign-in code for Riverside Portal"), (own[0].Channel, own[0].To, own[0].Subject));
        Assert.Contains("204816", own[0].Text);
        Assert.Contains("<!doctype html>", own[0].Html);
        Assert.Equal(_clock.GetUtcNow(), own[0].SentAt);
        Assert.Single(await Mailbox.FindAsync(null, 1));
        Assert.Empty(await Mailbox.FindAsync("charlie@example.org"));
    }

    [Theory]
    [InlineData("+447700900123")]
    [InlineData(" 447700900123")]
    [InlineData("447700900123")]
    public async Task A_number_is_found_although_the_address_bar_turned_its_plus_into_a_space(string to)
    {
        await SendAsync(TestMessages.TextedCode);
        Assert.Equal("sms", Assert.Single(await Mailbox.FindAsync(to)).Channel);
    }

    [Fact]
    public async Task A_restart_keeps_the_mailbox()
    {
        await SendAsync(TestMessages.Of(MessageKind.Invitation, id: "m-1"), TestMessages.Of(MessageKind.SignInCode, id: "m-2"));
        await _services.DisposeAsync();
        _services = Services(development: true);
        var found = await Mailbox.FindAsync("alice@example.org");
        Assert.Equal(["m-1", "m-2"], found.Select(message => message.Id).Order());
        Assert.Contains(found, message => message.Text.Contains("204816", StringComparison.Ordinal));
        await SendAsync(TestMessages.Of(MessageKind.SignInCode, id: "m-3"));
        Assert.Equal("m-3", (await Mailbox.FindAsync(null))[0].Id);
    }

    [Fact]
    public async Task What_goes_nowhere_is_not_in_the_mailbox()
    {
        await SendAsync(TestMessages.MailedCode with { Channel = MessageChannel.None });
        Assert.Empty(await Mailbox.FindAsync(null));
    }

    [Fact]
    public async Task A_message_sent_twice_after_a_crash_is_there_once()
    {
        var transport = Mailbox.For(MessageChannel.Email);
        await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None);
        await SendAsync(TestMessages.MailedCode);
        Assert.Single(await Mailbox.FindAsync(null));
    }

    [Fact]
    public async Task Beyond_its_capacity_the_oldest_go()
    {
        var transport = Mailbox.For(MessageChannel.Email);
        for (var i = 0; i < DevelopmentMailbox.Capacity + 500; i++)
        {
            var sent = await transport.SendAsync(TestMessages.MailedCode with { Id = $"m-{i}" }, CancellationToken.None);
            if (i % 1000 == 0) await _database.WriteAsync(new WriteUnit("test", ((DeliveryOutcome.Sent)sent).AlongWith!));
        }
        var all = await Mailbox.FindAsync(null, int.MaxValue);
        Assert.Equal(DevelopmentMailbox.Capacity, all.Count);
        Assert.Equal(("m-20499", "m-500"), (all[0].Id, all[^1].Id));
        await _services.DisposeAsync();
        _services = Services(development: true);
        Assert.Equal(20, (await Mailbox.FindAsync(null, int.MaxValue)).Count);
    }

    [Fact]
    public async Task Outside_development_a_channel_that_is_not_configured_keeps_its_messages()
    {
        await using var services = Services(development: false);
        Assert.Null(services.GetService<DevelopmentMailbox>());
        Assert.Empty(services.GetServices<IMessageTransport>());
        await services.GetRequiredService<Outbox>().EnqueueAsync(TestMessages.Invitation);
        await services.GetRequiredService<OutboxDispatcher>().DeliverDueAsync();
        var record = Assert.Single(await services.GetRequiredService<DeliveryLog>().OfPatientAsync("riverside", "p-alice", 1));
        Assert.Equal((DeliveryState.Queued, DeliveryFailure.NotConfigured), (record.State, record.Failure));
    }

    [Fact]
    public async Task Configured_channels_are_used_in_development_too()
    {
        await using var services = Services(development: true,
            ("Portal:Smtp:Host", "mail.example.org"), ("Portal:Smtp:From", "portal@riverside.example"),
            ("Portal:Smtp:Security", "Tls"), ("Portal:Smtp:Connections", "3"),
            ("Portal:Sms:AccountSid", "AC1"), ("Portal:Sms:AuthToken", "t"), ("Portal:Sms:From", "+4416"),
                ("Portal:PublicAddress", "https://portal.riverside.example/"));
        Assert.Equal([typeof(SmtpTransport), typeof(SmsTransport)],
            services.GetServices<IMessageTransport>().Select(transport => transport.GetType()));
        Assert.Equal(3, services.GetServices<IMessageTransport>().First().Concurrency);
        Assert.NotNull(services.GetService<SmsStatusReports>());
    }

    [Theory]
    [InlineData("Portal:Smtp:Host", "mail.example.org")]
    [InlineData("Portal:Sms:AccountSid", "AC1")]
    public void Half_a_configuration_is_refused_at_the_start(string key, string value) =>
        Assert.Throws<ArgumentException>(() => Services(development: false, (key, value)));
}
