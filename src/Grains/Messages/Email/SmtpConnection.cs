using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// One conversation with a mail server (RFC 5321): EHLO, STARTTLS or implicit TLS, AUTH PLAIN or LOGIN, then any number of messages. Used
/// by one caller at a time.
/// </summary>
internal sealed class SmtpConnection : IAsyncDisposable
{
    private const int LongestLine = 2048;
    private const int MostLines = 100;

    // First digit of a reply (RFC 5321 4.2.1): the command is carried out, or waits for what belongs to it.
    private const int Done = 2;
    private const int GoOn = 3;

    private readonly SmtpOptions _options;
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream = Stream.Null;
    private int _start;
    private int _end;
    private Dictionary<string, string> _extensions = [];

    private SmtpConnection(SmtpOptions options, Socket socket)
    {
        _options = options;
        _socket = socket;
    }

    /// <summary>Messages taken over this connection.</summary>
    public int Messages { get; private set; }

    /// <summary>When it was last used, for the one who keeps it.</summary>
    public long LastUsed { get; set; }

    /// <summary>Whether the server may have the whole of the last message, answered or not.</summary>
    public bool ContentGiven { get; private set; }

    /// <summary>Whether another message may be sent: the last one left the conversation in a known state.</summary>
    public bool IsUsable { get; private set; }

    /// <summary>Connects, protects the connection and signs in.</summary>
    public static async Task<SmtpConnection> OpenAsync(SmtpOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new SmtpConnection(options, socket);
        try
        {
            await socket.ConnectAsync(options.Host, options.EffectivePort, ct);
            connection._stream = new NetworkStream(socket, ownsSocket: false);
            if (options.Security == SmtpSecurity.Tls) await connection.ProtectAsync(ct);
            Require(SmtpStep.Opening, await connection.ReadReplyAsync(ct), Done);
            await connection.GreetAsync(ct);
            if (options.Security == SmtpSecurity.StartTls) await connection.StartTlsAsync(ct);
            if (options.UserName.Length > 0) await connection.AuthenticateAsync(ct);
            connection.IsUsable = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends one message to one address.</summary>
    /// <param name="to">The address; one outside ASCII needs a server with SMTPUTF8 and 8BITMIME.</param>
    /// <param name="mail">The message, CRLF line ends.</param>
    /// <param name="ct">Ends it, and the connection with it.</param>
    /// <exception cref="SmtpRefusedException">The server refused; the connection can be used again.</exception>
    public async Task SendAsync(string to, byte[] mail, CancellationToken ct)
    {
        IsUsable = false;
        ContentGiven = false;
        try
        {
            var utf8 = !Ascii.IsValid(to);
            if (utf8 && !(_extensions.ContainsKey("SMTPUTF8") && _extensions.ContainsKey("8BITMIME")))
                throw new SmtpRefusedException(SmtpStep.Recipient, new SmtpReply(553, ["5.6.7 the server takes no such address"]));
            var size = _extensions.ContainsKey("SIZE") ? $" SIZE={mail.Length}" : "";
            // A bounce shall quote the headers, which name the message, and not the content, which may have a code in it (RFC 3461 4.3).
            var bounce = _extensions.ContainsKey("DSN") ? " RET=HDRS" : "";
            var utf8Needed = utf8 ? " BODY=8BITMIME SMTPUTF8" : "";
            await CommandAsync(SmtpStep.Sender, $"MAIL FROM:<{_options.Sender}>{size}{bounce}{utf8Needed}", ct);
            await CommandAsync(SmtpStep.Recipient, $"RCPT TO:<{to}>", ct);
            await CommandAsync(SmtpStep.Content, "DATA", ct, GoOn);
            ContentGiven = true;
            await _stream.WriteAsync(Stuff(mail), ct);
            Require(SmtpStep.Content, await ReadReplyAsync(ct), Done);
            Messages++;
            IsUsable = true;
        }
        catch (SmtpRefusedException refused) when (refused.Reply.Code != 421)
        {
            IsUsable = await ResetAsync(ct);
            throw;
        }
    }

    /// <summary>Says goodbye without waiting for the answer, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (IsUsable)
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
                await _stream.WriteAsync("QUIT\r\n"u8.ToArray(), soon.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or InvalidOperationException)
        {
            // It is being closed anyway.
        }
        IsUsable = false;
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    /// <summary>
    /// The message with a dot before each line that begins with one, and the line of one dot that ends it (RFC 5321 4.5.2).
    /// </summary>
    internal static byte[] Stuff(ReadOnlySpan<byte> mail)
    {
        var stuffed = new List<byte>(mail.Length + 64);
        var atLineStart = true;
        foreach (var b in mail)
        {
            if (atLineStart && b == (byte)'.') stuffed.Add((byte)'.');
            stuffed.Add(b);
            atLineStart = b == (byte)'\n';
        }
        if (!atLineStart) stuffed.AddRange("\r\n"u8);
        stuffed.AddRange(".\r\n"u8);
        return [.. stuffed];
    }

    private async Task GreetAsync(CancellationToken ct)
    {
        var reply = await CommandAsync(SmtpStep.Opening, $"EHLO {_options.Helo}", ct);
        _extensions = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in reply.Lines.Skip(1))
        {
            // "AUTH=LOGIN" is how some old servers write "AUTH LOGIN".
            var parts = line.Split([' ', '='], 2);
            _extensions[parts[0]] = parts.Length == 2 ? parts[1].ToUpperInvariant() : "";
        }
    }

    private async Task StartTlsAsync(CancellationToken ct)
    {
        if (!_extensions.ContainsKey("STARTTLS")) throw new SmtpNotSecureException("The mail server offers no STARTTLS.");
        await CommandAsync(SmtpStep.Opening, "STARTTLS", ct);
        // What came before the handshake was not protected: somebody in between may have put it there (CVE-2011-0411).
        if (_start != _end) throw new SmtpNotSecureException("The mail server sent more than its answer before TLS.");
        await ProtectAsync(ct);
        await GreetAsync(ct);
    }

    private async Task ProtectAsync(CancellationToken ct)
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = tls;
        var options = new SslClientAuthenticationOptions { TargetHost = _options.Host };
        if (_options.TrustedAuthorities.Length > 0)
        {
            var policy = new X509ChainPolicy();
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            // An internal authority seldom publishes revocations, and to ask would need a way out to the internet.
            policy.RevocationMode = X509RevocationMode.NoCheck;
            policy.CustomTrustStore.ImportFromPemFile(_options.TrustedAuthorities);
            options.CertificateChainPolicy = policy;
        }
        if (_options.TrustedThumbprint.Length > 0)
        {
            var expected = Convert.FromHexString(_options.TrustedThumbprint.Replace(":", "", StringComparison.Ordinal));
            options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null
                && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), expected);
        }
        try
        {
            await tls.AuthenticateAsClientAsync(options, ct);
        }
        catch (AuthenticationException error)
        {
            throw new SmtpNotSecureException("The mail server's certificate or TLS version is not acceptable.", error);
        }
    }

    private async Task AuthenticateAsync(CancellationToken ct)
    {
        var offered = _extensions.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (offered.Contains("PLAIN"))
        {
            await CommandAsync(SmtpStep.Authentication, "AUTH PLAIN " + Base64($"\0{_options.UserName}\0{_options.Password}"), ct);
        }
        else if (offered.Contains("LOGIN"))
        {
            await CommandAsync(SmtpStep.Authentication, "AUTH LOGIN", ct, GoOn);
            await CommandAsync(SmtpStep.Authentication, Base64(_options.UserName), ct, GoOn);
            await CommandAsync(SmtpStep.Authentication, Base64(_options.Password), ct);
        }
        else
        {
            throw new SmtpRefusedException(SmtpStep.Authentication, new SmtpReply(504, ["5.5.4 neither PLAIN nor LOGIN is offered"]));
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private async Task<bool> ResetAsync(CancellationToken ct)
    {
        try
        {
            await CommandAsync(SmtpStep.Content, "RSET", ct);
            return true;
        }
        catch (Exception error) when (error is IOException or SmtpRefusedException)
        {
            // The refusal before it is what counts; this connection is given up.
            return false;
        }
    }

    private async Task<SmtpReply> CommandAsync(SmtpStep step, string command, CancellationToken ct, int expected = Done)
    {
        // A line break would start a command of its own.
        if (command.AsSpan().ContainsAny('\r', '\n', '\0')) throw new ArgumentException("A command is one line.");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), ct);
        return Require(step, await ReadReplyAsync(ct), expected);
    }

    private static SmtpReply Require(SmtpStep step, SmtpReply reply, int expected) =>
        reply.Code / 100 == expected ? reply : throw new SmtpRefusedException(step, reply);

    private async Task<SmtpReply> ReadReplyAsync(CancellationToken ct)
    {
        var lines = new List<string>();
        while (lines.Count < MostLines)
        {
            var line = await ReadLineAsync(ct);
            if (line.Length < 3 || !line.AsSpan(0, 3).ToString().All(char.IsAsciiDigit) || (line.Length > 3 && line[3] is not (' ' or '-')))
                throw new IOException("The mail server's answer is not SMTP.");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length == 3 || line[3] == ' ') return new SmtpReply(int.Parse(line.AsSpan(0, 3)), lines);
        }
        throw new IOException("The mail server's answer does not end.");
    }

    private async Task<string> ReadLineAsync(CancellationToken ct)
    {
        var line = new StringBuilder();
        while (line.Length <= LongestLine)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await _stream.ReadAsync(_buffer, ct);
                if (_end == 0) throw new IOException("The mail server closed the connection.");
            }
            var rest = _buffer.AsSpan(_start, _end - _start);
            var at = rest.IndexOf((byte)'\n');
            line.Append(Encoding.Latin1.GetString(at < 0 ? rest : rest[..at]));
            _start += at < 0 ? rest.Length : at + 1;
            if (at >= 0) return line.ToString().TrimEnd('\r');
        }
        throw new IOException("The mail server's answer is too long.");
    }
}
