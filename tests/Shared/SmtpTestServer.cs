using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;

namespace Portal.Tests.Shared;

/// <summary>One mail as the server got it.</summary>
/// <param name="From">The MAIL command after its verb.</param>
/// <param name="To">The RCPT command after its verb.</param>
/// <param name="Raw">The message, dots unstuffed.</param>
/// <param name="Encrypted">Whether it came over TLS.</param>
/// <param name="User">Who was signed in; null for nobody.</param>
public sealed record ReceivedMail(string From, string To, string Raw, bool Encrypted, string? User);

/// <summary>A mail server for tests: really listens, really speaks SMTP and TLS, and answers as a test tells it to.</summary>
public sealed class SmtpTestServer : IAsyncDisposable
{
    /// <summary>An answer that closes the connection instead.</summary>
    public const string Drop = "(drop)";

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _conversations = [];
    private readonly Channel<ReceivedMail> _mails = Channel.CreateUnbounded<ReceivedMail>();
    private readonly Task _accepting;
    private int _connections;

    public SmtpTestServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>With one, STARTTLS is offered, or TLS spoken from the start.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>TLS from the first byte.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>What follows "250-" in the answer to EHLO, besides STARTTLS.</summary>
    public string[] Extensions { get; init; } = ["8BITMIME", "SMTPUTF8", "SIZE 1000000", "AUTH PLAIN LOGIN"];

    /// <summary>What is sent after the answer to STARTTLS, as somebody in between would.</summary>
    public string Injected { get; init; } = "";

    /// <summary>The one user who may sign in.</summary>
    public (string Name, string Password) User { get; init; } = ("portal", "pässword");

    /// <summary>Asked for each line, "." after a message; null for the usual answer.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>All lines of all conversations, without contents of messages.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    /// <summary>Connections accepted.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>The next mail, in the order of arrival.</summary>
    public Task<ReceivedMail> NextAsync() => _mails.Reader.ReadAsync(_stop.Token).AsTask();

    /// <summary>Mails that arrived and were not taken.</summary>
    public int Waiting => _mails.Reader.Count;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Stop();
        await Task.WhenAll(_conversations);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _conversations.Add(ConverseAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await new Conversation(this, client.GetStream()).RunAsync(_stop.Token);
            }
            catch (Exception error) when (error is IOException or OperationCanceledException or AuthenticationException)
            {
                // The client went away, or did not like the certificate.
            }
        }
    }

    private sealed class Conversation(SmtpTestServer server, Stream stream)
    {
        private Stream _stream = stream;
        private bool _encrypted;
        private string? _user;
        private string _from = "";
        private string _to = "";

        public async Task RunAsync(CancellationToken ct)
        {
            if (server.ImplicitTls) await ProtectAsync(ct);
            if (!await SayAsync(server.Answer("(connect)") ?? "220 test ESMTP", ct)) return;
            while (await ReadLineAsync(ct) is { } line)
            {
                server.Lines.Enqueue(line);
                if (!await HandleAsync(line, ct)) return;
            }
        }

        private async Task<bool> HandleAsync(string line, CancellationToken ct)
        {
            if (server.Answer(line) is { } told) return await SayAsync(told, ct);
            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            switch (verb)
            {
                case "EHLO": return await SayAsync(Greeting(), ct);
                case "STARTTLS":
                    await SayAsync("220 go ahead" + server.Injected, ct);
                    await ProtectAsync(ct);
                    return true;
                case "AUTH": return await AuthenticateAsync(line, ct);
                case "MAIL":
                    _from = line[10..];
                    return await SayAsync("250 2.1.0 ok", ct);
                case "RCPT":
                    _to = line[8..];
                    return await SayAsync("250 2.1.5 ok", ct);
                case "DATA": return await ReceiveAsync(ct);
                case "QUIT":
                    await SayAsync("221 bye", ct);
                    return false;
                default: return await SayAsync("250 ok", ct);
            }
        }

        private string Greeting()
        {
            string[] offers = server.Certificate is not null && !_encrypted ? ["STARTTLS", .. server.Extensions] : server.Extensions;
            return string.Join("\r\n", offers.Prepend("test").Select((offer, i) => (i == offers.Length ? "250 " : "250-") + offer));
        }

        private async Task<bool> AuthenticateAsync(string line, CancellationToken ct)
        {
            string name, password;
            if (line.StartsWith("AUTH PLAIN ", StringComparison.Ordinal))
            {
                var parts = Text(line[11..]).Split('\0');
                (name, password) = (parts[1], parts[2]);
            }
            else
            {
                await SayAsync("334 VXNlcm5hbWU6", ct);
                name = Text(await ReadLineAsync(ct) ?? "");
                await SayAsync("334 UGFzc3dvcmQ6", ct);
                password = Text(await ReadLineAsync(ct) ?? "");
            }
            var right = (name, password) == server.User;
            if (right) _user = name;
            return await SayAsync(right ? "235 2.7.0 welcome" : "535 5.7.8 no", ct);
        }

        private async Task<bool> ReceiveAsync(CancellationToken ct)
        {
            await SayAsync("354 go on", ct);
            var mail = new StringBuilder();
            while (await ReadLineAsync(ct) is { } line && line != ".") mail.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
            var answer = server.Answer(".") ?? "250 2.0.0 taken";
            // Taken and then silent is what a crash of the server looks like.
            if (answer.StartsWith('2') || answer == Drop)
                server._mails.Writer.TryWrite(new ReceivedMail(_from, _to, mail.ToString(), _encrypted, _user));
            return await SayAsync(answer, ct);
        }

        private async Task ProtectAsync(CancellationToken ct)
        {
            var tls = new SslStream(_stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, ct);
            _stream = tls;
            _encrypted = true;
        }

        private async Task<bool> SayAsync(string answer, CancellationToken ct)
        {
            if (answer == Drop) return false;
            await _stream.WriteAsync(Encoding.UTF8.GetBytes(answer + "\r\n"), ct);
            return !answer.StartsWith("421", StringComparison.Ordinal);
        }

        private async Task<string?> ReadLineAsync(CancellationToken ct)
        {
            var line = new List<byte>();
            var one = new byte[1];
            while (await _stream.ReadAsync(one, ct) == 1)
            {
                if (one[0] == '\n') return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
                line.Add(one[0]);
            }
            return null;
        }

        private static string Text(string base64) => Encoding.UTF8.GetString(Convert.FromBase64String(base64));
    }
}
