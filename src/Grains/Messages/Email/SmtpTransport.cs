using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Wording;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// Sends email through a mail server and keeps its connections for the next message. At least once: when the connection breaks after the
/// message and before the answer, it is sent again later, with the same Message-ID.
/// </summary>
public sealed class SmtpTransport : IMessageTransport, IAsyncDisposable
{
    private readonly SmtpOptions _options;
    private readonly TimeProvider _clock;
    private readonly ConcurrentStack<SmtpConnection> _idle = new();
    private readonly ITimer _sweeper;

    /// <summary>A transport to one server; nothing is connected before the first message.</summary>
    /// <exception cref="ArgumentException">The options cannot work.</exception>
    public SmtpTransport(SmtpOptions options, TimeProvider clock)
    {
        options.Check();
        _options = options;
        _clock = clock;
        _sweeper = clock.CreateTimer(_ => _ = SweepAsync(), null, options.IdleTimeout, options.IdleTimeout);
    }

    /// <inheritdoc/>
    public MessageChannel Channel => MessageChannel.Email;

    /// <inheritdoc/>
    public int Concurrency => _options.Connections;

    /// <inheritdoc/>
    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        if (MimeMessage.Sendable(message.To) is not { } to) return DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused);
        var words = MessageTemplates.Render(message);
        var mail = MimeMessage.Write(message.Id, new MessageTemplates.Words(message.Branding).Portal, _options.From, to, words,
            _clock.GetUtcNow());
        try
        {
            return await SendAsync(to, mail, ct);
        }
        catch (SmtpRefusedException refused)
        {
            return refused.Reply.Outcome(refused.Step);
        }
        catch (SmtpNotSecureException)
        {
            return new DeliveryOutcome.Later(DeliveryFailure.NotSecure);
        }
        catch (Exception error) when (error is IOException or SocketException or AuthenticationException or ObjectDisposedException
            || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new DeliveryOutcome.Later(DeliveryFailure.Unreachable);
        }
    }

    private async Task<DeliveryOutcome> SendAsync(string to, byte[] mail, CancellationToken ct)
    {
        if (TakeIdle() is { } kept)
        {
            try
            {
                return await SendAsync(kept, to, mail, ct);
            }
            catch (Exception error) when (!kept.ContentGiven && (error is IOException or SmtpRefusedException { Reply.Code: 421 }))
            {
                // The server gave up a connection that lay idle before it had the message; that says nothing about the message.
            }
        }
        using var opening = new TimeLimit(_options.ConnectTimeout, _clock, ct);
        return await SendAsync(await SmtpConnection.OpenAsync(_options, opening.Token), to, mail, ct);
    }

    private async Task<DeliveryOutcome> SendAsync(SmtpConnection connection, string to, byte[] mail, CancellationToken ct)
    {
        using var sending = new TimeLimit(_options.MessageTimeout, _clock, ct);
        try
        {
            await connection.SendAsync(to, mail, sending.Token);
            return new DeliveryOutcome.Sent();
        }
        finally
        {
            await KeepAsync(connection);
        }
    }

    private SmtpConnection? TakeIdle()
    {
        while (_idle.TryPop(out var connection))
        {
            if (_clock.GetElapsedTime(connection.LastUsed) < _options.IdleTimeout) return connection;
            _ = connection.DisposeAsync();
        }
        return null;
    }

    private async Task KeepAsync(SmtpConnection connection)
    {
        if (connection.IsUsable && connection.Messages < _options.MessagesPerConnection && _idle.Count < _options.Connections)
        {
            connection.LastUsed = _clock.GetTimestamp();
            _idle.Push(connection);
            return;
        }
        await connection.DisposeAsync();
    }

    private async Task SweepAsync()
    {
        var kept = new List<SmtpConnection>();
        while (_idle.TryPop(out var connection))
        {
            if (_clock.GetElapsedTime(connection.LastUsed) < _options.IdleTimeout) kept.Add(connection);
            else await connection.DisposeAsync();
        }
        kept.Reverse();
        if (kept.Count > 0) _idle.PushRange([.. kept]);
    }

    /// <summary>Closes the idle connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync();
        while (_idle.TryPop(out var connection)) await connection.DisposeAsync();
    }
}
