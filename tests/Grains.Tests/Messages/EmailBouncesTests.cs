using System.Text;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Email;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>Mails that come back.</summary>
public sealed class EmailBouncesTests
{
    private const string Token = "a-token-of-thirty-two-characters-or-more";

    private static readonly SmtpOptions Options = new()
    {
        Host = "mail.example.org",
        From = "portal@riverside.example",
        BounceToken = Token
    };

    // As Postfix writes them, shortened.
    private static string Bounce(string action = "failed", string status = "5.1.1", string messageId = "<m-1@riverside.example>") => $"""
        From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
        To: bounces@riverside.example
        Subject: Undelivered Mail Returned to Sender
        Message-Id: <20261123090102.4F1@mx.example.org>
        Content-Type: multipart/report; report-type=delivery-status; boundary="B"

        --B
        Content-Type: text/plain

        <alice@example.org>: host mail.example.org said: 550 5.1.1 User unknown
        Status: of the matter is that it does not exist

        --B
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; alice@example.org
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; 550 5.1.1 User unknown

        --B
        Content-Type: text/rfc822-headers

        From: "Riverside Portal" <portal@riverside.example>
        Message-ID: {messageId}
        --B--
        """.ReplaceLineEndings("\r\n");

    [Theory]
    [InlineData("failed", "5.1.1", "<m-1@riverside.example>", "m-1 5.1.1")]
    [InlineData("Failed", "5.2.2", "<batch%2F7%3Arow%2E3@RIVERSIDE.example>", "batch/7:row.3 5.2.2")]
    [InlineData("delayed", "4.4.1", "<m-1@riverside.example>", null)]
    [InlineData("failed", "4.4.7", "<m-1@riverside.example>", null)]
    [InlineData("delivered", "2.0.0", "<m-1@riverside.example>", null)]
    [InlineData("failed", "5.1.1", "<m-1@hilltop.example>", null)]
    [InlineData("failed", "5.1.1", "<m-1@evil-riverside.example>", null)]
    [InlineData("failed", "many", "<m-1@riverside.example>", null)]
    public void Only_a_final_failure_of_a_mail_of_ours_counts(string action, string status, string messageId, string? expected)
    {
        var bounce = BounceReport.Parse(Bounce(action, status, messageId), "riverside.example");
        Assert.Equal(expected, bounce is null ? null : $"{bounce.Message} {bounce.Status}");
    }

    [Fact]
    public void The_order_of_the_fields_does_not_matter_and_other_receivers_do_not_mix()
    {
        var mail = "Action: delayed\r\nStatus: 5.1.1\r\n\r\nStatus: 5.2.1\r\nAction: failed\r\n\r\nMessage-ID: <m-1@riverside.example>";
        Assert.Equal(new BounceReport("m-1", "5.2.1"), BounceReport.Parse(mail, "riverside.example"));
    }

    [Theory]
    [InlineData("m-1")]
    [InlineData("batch/7:row.3")]
    [InlineData("a..b~c%41<d>@e")]
    public void Every_message_is_recognised_by_its_message_id(string id)
    {
        var mail = Encoding.UTF8.GetString(MimeMessage.Write(id, "", "portal@riverside.example", "alice@example.org", new("s", "t", "h"),
            default));
        var messageId = ParsedMail.Parse(mail)["Message-ID"];
        Assert.Equal(id, MimeMessage.MessageOf(messageId, "riverside.example"));
        Assert.Equal(1, messageId.Count(c => c == '@'));
        Assert.DoesNotContain("..", messageId);
    }

    [Fact]
    public async Task A_bounce_is_noted_with_its_reason_where_the_token_is_shown()
    {
        await using var host = await OutboxHost.StartAsync();
        await host.Outbox.EnqueueAsync(TestMessages.Invitation);
        await host.Dispatcher.DeliverDueAsync();
        var bounces = new EmailBounces(Options, host.Outbox);
        Assert.Equal(403, await HandAsync(bounces, "", Bounce()));
        Assert.Equal(403, await HandAsync(bounces, "Bearer " + Token + "x", Bounce()));
        Assert.Equal(403, await HandAsync(new EmailBounces(Options with { BounceToken = "" }, host.Outbox), "Bearer ", Bounce()));
        Assert.Equal(415, await HandAsync(bounces, "Bearer " + Token, Bounce(), "application/x-www-form-urlencoded"));
        Assert.Equal(204, await HandAsync(bounces, "Bearer " + Token, "just a mail"));
        Assert.Equal(413, await HandAsync(bounces, "Bearer " + Token, Bounce() + new string('x', 70_000)));
        Assert.Equal(DeliveryState.Sent, (await host.RecordAsync("m-1")).State);

        Assert.Equal(204, await HandAsync(bounces, "Bearer " + Token, Bounce()));
        var record = await host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Bounced, DeliveryFailure.AddressRefused, "5.1.1"), (record.State, record.Failure, record.Detail));
    }

    private static async Task<int> HandAsync(EmailBounces bounces, string authorization, string mail, string type = "message/rfc822")
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = type;
        context.Request.Headers.Authorization = authorization;
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(mail));
        await bounces.HandleAsync(context);
        return context.Response.StatusCode;
    }
}
