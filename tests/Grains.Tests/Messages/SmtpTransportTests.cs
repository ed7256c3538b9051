using System.Net;
using System.Net.Sockets;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Email;
using Portal.Tests;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>Conversations with a mail server that really listens.</summary>
public sealed class SmtpTransportTests : IDisposable
{
    private readonly TestCertificates _certificates = new("localhost");

    private static SmtpOptions Plain(SmtpTestServer server) => new()
    {
        Host = "localhost",
        Port = server.Port,
        Security = SmtpSecurity.None,
        From = "portal@riverside.example",
        ReturnPath = "bounces@riverside.example",
    };

    private SmtpOptions Secure(SmtpTestServer server, SmtpSecurity security = SmtpSecurity.StartTls) => Plain(server) with
    {
        Security = security,
        UserName = "portal",
        Password = "pässword",
        TrustedAuthorities = _certificates.AuthorityFile,
    };

    private static async Task<DeliveryOutcome> SendAsync(SmtpOptions options, OutgoingMessage? message = null)
    {
        await using var transport = new SmtpTransport(options, TimeProvider.System);
        return await transport.SendAsync(message ?? TestMessages.MailedCode, CancellationToken.None);
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task A_mail_is_sent_encrypted_and_signed_in(SmtpSecurity security)
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server, ImplicitTls = security == SmtpSecurity.Tls };
        Assert.IsType<DeliveryOutcome.Sent>(await SendAsync(Secure(server, security)));
        var received = await server.NextAsync();
        Assert.True(received.Encrypted);
        Assert.Equal("portal", received.User);
        Assert.StartsWith("<bounces@riverside.example> SIZE=", received.From);
        Assert.Equal("<alice@example.org>", received.To);
        var mail = ParsedMail.Parse(received.Raw);
        Assert.Equal("\"Riverside Portal\" <portal@riverside.example>", mail["From"]);
        Assert.Equal("Your sign-in code for Riverside Portal", mail["Subject"]);
        Assert.Contains("204816", mail.Parts[0].Content);
        Assert.Contains("204816", mail.Parts[1].Content);
        Assert.Contains("EHLO riverside.example", server.Lines);
    }

    [Theory]
    [InlineData("AUTH PLAIN LOGIN", "AUTH PLAIN ")]
    [InlineData("AUTH=LOGIN", "AUTH LOGIN")]
    [InlineData("auth cram-md5 login", "AUTH LOGIN")]
    public async Task The_best_known_way_of_signing_in_is_taken(string offer, string taken)
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server, Extensions = [offer] };
        Assert.IsType<DeliveryOutcome.Sent>(await SendAsync(Secure(server)));
        Assert.Equal("portal", (await server.NextAsync()).User);
        Assert.Contains(server.Lines, line => line.StartsWith(taken, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_for_an_operator_and_loses_no_message()
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.SenderRefused, "535 5.7.8"),
            await SendAsync(Secure(server) with { Password = "wrong" }));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_without_a_known_way_of_signing_in_is_for_an_operator()
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server, Extensions = ["AUTH GSSAPI"] };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.SenderRefused, "504 5.5.4"), await SendAsync(Secure(server)));
    }

    [Theory]
    [InlineData(SmtpSecurity.StartTls)]
    [InlineData(SmtpSecurity.Tls)]
    public async Task A_certificate_nobody_vouches_for_is_refused_before_anything_is_said(SmtpSecurity security)
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server, ImplicitTls = security == SmtpSecurity.Tls };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.NotSecure),
            await SendAsync(Secure(server, security) with { TrustedAuthorities = "" }));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("AUTH ", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Lines, line => line.StartsWith("MAIL ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_for_another_host_is_refused()
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.NotSecure), await SendAsync(Secure(server) with { Host = "127.0.0.1" }));
    }

    [Fact]
    public async Task A_pinned_certificate_is_accepted_and_no_other()
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server };
        var pinned = Secure(server) with { TrustedAuthorities = "", TrustedThumbprint = _certificates.Thumbprint };
        Assert.IsType<DeliveryOutcome.Sent>(await SendAsync(pinned));
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.NotSecure),
            await SendAsync(pinned with { TrustedThumbprint = new string('0', 64) }));
    }

    [Fact]
    public async Task A_server_without_starttls_gets_nothing()
    {
        await using var server = new SmtpTestServer();
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.NotSecure), await SendAsync(Secure(server)));
        Assert.Equal(["EHLO riverside.example"], server.Lines);
    }

    [Fact]
    public async Task What_somebody_in_between_adds_before_tls_is_noticed()
    {
        await using var server = new SmtpTestServer { Certificate = _certificates.Server, Injected = "\r\n250-test\r\n250 AUTH PLAIN" };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.NotSecure), await SendAsync(Secure(server)));
    }

    [Theory]
    [InlineData("RCPT", "450 4.2.0 greylisted", false)]
    [InlineData("RCPT", "550 5.1.1 no such user", true)]
    [InlineData("DATA", "451 4.3.0 later", false)]
    [InlineData(".", "554 5.7.1 spam", true)]
    public async Task A_refusal_leaves_the_connection_usable(string at, string answer, bool forGood)
    {
        await using var server = new SmtpTestServer { Answer = line => line.StartsWith(at, StringComparison.Ordinal) ? answer : null };
        await using var transport = new SmtpTransport(Plain(server), TimeProvider.System);
        var refused = await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None);
        Assert.Equal(forGood, refused is DeliveryOutcome.Never);
        Assert.Equal(0, server.Waiting);
        server.Answer = _ => null;
        Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        Assert.Equal(1, server.Connections);
        Assert.Contains("RSET", server.Lines);
    }

    [Fact]
    public async Task Messages_share_a_connection()
    {
        await using var server = new SmtpTestServer();
        await using var transport = new SmtpTransport(Plain(server) with { MessagesPerConnection = 3 }, TimeProvider.System);
        for (var i = 0; i < 5; i++)
            Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.Of(MessageKind.SignInCode, id: $"m-{i}"),
                CancellationToken.None));
        Assert.Equal(2, server.Connections);
        Assert.Equal(2, server.Lines.Count(line => line.StartsWith("EHLO", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_idle_connection_is_closed_in_time()
    {
        await using var server = new SmtpTestServer();
        var clock = new ManualTimeProvider(TestMessages.Monday);
        await using var transport = new SmtpTransport(Plain(server), clock);
        Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        clock.Advance(TimeSpan.FromSeconds(21));
        Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData(SmtpTestServer.Drop)]
    [InlineData("421 4.4.2 idle too long")]
    public async Task A_connection_the_server_gave_up_is_replaced_at_once(string farewell)
    {
        await using var server = new SmtpTestServer();
        await using var transport = new SmtpTransport(Plain(server), TimeProvider.System);
        Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        server.Answer = line => line.StartsWith("MAIL", StringComparison.Ordinal) && server.Connections == 1 ? farewell : null;
        Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        Assert.Equal((2, 2), (server.Connections, server.Waiting));
    }

    [Fact]
    public async Task A_connection_that_breaks_after_the_message_leaves_it_for_later_with_the_same_id()
    {
        await using var server = new SmtpTestServer { Answer = line => line == "." ? SmtpTestServer.Drop : null };
        await using var transport = new SmtpTransport(Plain(server), TimeProvider.System);
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable),
            await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        server.Answer = _ => null;
        Assert.IsType<DeliveryOutcome.Sent>(await transport.SendAsync(TestMessages.MailedCode, CancellationToken.None));
        var (first, second) = (ParsedMail.Parse((await server.NextAsync()).Raw), ParsedMail.Parse((await server.NextAsync()).Raw));
        Assert.Equal(first["Message-ID"], second["Message-ID"]);
    }

    [Theory]
    [InlineData("(connect)")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    public async Task A_dropped_connection_is_for_later(string at)
    {
        await using var server = new SmtpTestServer();
        server.Answer = line => line.StartsWith(at, StringComparison.Ordinal) ? SmtpTestServer.Drop : null;
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync(Plain(server)));
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("no")]
    [InlineData("220x")]
    public async Task An_answer_that_is_not_smtp_is_for_later(string answer)
    {
        await using var server = new SmtpTestServer { Answer = line => line == "(connect)" ? answer : null };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync(Plain(server)));
    }

    [Fact]
    public async Task An_answer_without_end_is_cut_off()
    {
        await using var endless = new SmtpTestServer { Answer = _ => new string('2', 100_000) };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync(Plain(endless)));
        await using var lines = new SmtpTestServer { Answer = _ => string.Join("\r\n", Enumerable.Repeat("220-more", 1000)) };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync(Plain(lines)));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_given_up_in_time()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var clock = new ManualTimeProvider(TestMessages.Monday);
        var options = new SmtpOptions
        {
            Host = "localhost",
            Port = ((IPEndPoint)listener.LocalEndpoint).Port,
            Security = SmtpSecurity.None,
            From = "portal@riverside.example",
        };
        await using var transport = new SmtpTransport(options, clock);
        var sending = transport.SendAsync(TestMessages.MailedCode, CancellationToken.None);
        using var silent = await listener.AcceptTcpClientAsync();
        clock.Advance(TimeSpan.FromSeconds(14));
        Assert.False(sending.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await sending);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_for_later()
    {
        int port;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }
        var options = new SmtpOptions { Host = "localhost", Port = port, Security = SmtpSecurity.None, From = "portal@riverside.example" };
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync(options));
    }

    [Fact]
    public async Task Names_and_subjects_of_any_script_arrive()
    {
        await using var server = new SmtpTestServer();
        var message = TestMessages.MailedCode;
        await SendAsync(Plain(server), message with { Branding = message.Branding with { PortalName = "Praxis Müller 診療所" } });
        var mail = ParsedMail.Parse((await server.NextAsync()).Raw);
        Assert.Equal("Your sign-in code for Praxis Müller 診療所", mail["Subject"]);
        Assert.Equal("Praxis Müller 診療所 <portal@riverside.example>", mail["From"]);
        Assert.Contains("Praxis Müller 診療所", mail.Parts[0].Content);
    }

    [Fact]
    public async Task Lines_that_begin_with_a_dot_arrive_as_they_were()
    {
        await using var server = new SmtpTestServer();
        var message = TestMessages.MailedCode;
        await SendAsync(Plain(server),
            message with { Branding = message.Branding with { OrganisationName = ".", ContactLine = "..call" } });
        var text = ParsedMail.Parse((await server.NextAsync()).Raw).Parts[0].Content;
        Assert.Contains("\r\n.\r\n..call\r\n", text);
        Assert.EndsWith("as a patient of ..\r\n", text);
    }

    [Fact]
    public async Task An_address_outside_ascii_needs_a_server_that_takes_it()
    {
        var message = TestMessages.MailedCode with { To = "älice@müller.example" };
        await using var modern = new SmtpTestServer();
        Assert.IsType<DeliveryOutcome.Sent>(await SendAsync(Plain(modern), message));
        var received = await modern.NextAsync();
        Assert.EndsWith(" BODY=8BITMIME SMTPUTF8", received.From);
        Assert.Equal("<älice@xn--mller-kva.example>", received.To);
        await using var old = new SmtpTestServer { Extensions = [] };
        Assert.Equal(new DeliveryOutcome.Never(DeliveryState.Bounced, DeliveryFailure.AddressRefused, "553 5.6.7"),
            await SendAsync(Plain(old), message));
        Assert.DoesNotContain(old.Lines, line => line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_that_would_inject_a_command_never_reaches_the_server()
    {
        await using var server = new SmtpTestServer();
        var outcome = await SendAsync(Plain(server),
            TestMessages.MailedCode with { To = "alice@example.org>\r\nRCPT TO:<charlie@example.org" });
        Assert.IsType<DeliveryOutcome.Never>(outcome);
        Assert.Equal(0, server.Connections);
    }

    [Theory]
    [InlineData("", 0, SmtpSecurity.StartTls, "", "portal@riverside.example")]
    [InlineData("mail.example.org", 0, SmtpSecurity.StartTls, "", "nobody")]
    [InlineData("mail.example.org", 0, SmtpSecurity.StartTls, "", "portal@riverside.example\r\nX")]
    [InlineData("mail.example.org", 0, SmtpSecurity.None, "user", "portal@riverside.example")]
    [InlineData("mail.example.org", 70_000, SmtpSecurity.Tls, "", "portal@riverside.example")]
    public void Settings_that_cannot_work_or_send_a_password_in_the_clear_are_refused(
        string host, int port, SmtpSecurity security, string user, string from) =>
        Assert.Throws<ArgumentException>(() =>
            new SmtpOptions { Host = host, Port = port, Security = security, UserName = user, From = from }.Check());

    public void Dispose() => _certificates.Dispose();
}
