using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Sms;
using Portal.Tests;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>Requests to an SMS gateway that really listens, and its reports back.</summary>
public sealed class SmsTransportTests : IAsyncLifetime
{
    private const string Callback = "https://portal.riverside.example/api/messages/sms-status";

    private readonly ManualTimeProvider _clock = new(TestMessages.Monday);
    private SmsTestGateway _gateway = null!;

    public async Task InitializeAsync() => _gateway = await SmsTestGateway.StartAsync();

    public async Task DisposeAsync() => await _gateway.DisposeAsync();

    private SmsOptions Options =>
        new() { BaseAddress = _gateway.Address, AccountSid = "AC123", AuthToken = "tökén", From = "+441632960000" };

    private async Task<DeliveryOutcome> SendAsync(SmsOptions? options = null, OutgoingMessage? message = null)
    {
        using var transport = new SmsTransport(options ?? Options, _clock);
        return await transport.SendAsync(message ?? TestMessages.TextedCode, CancellationToken.None);
    }

    [Fact]
    public async Task A_text_message_is_posted_as_the_api_wants_it()
    {
        Assert.IsType<DeliveryOutcome.Sent>(await SendAsync());
        var request = Assert.Single(_gateway.Requests);
        Assert.Equal("/2010-04-01/Accounts/AC123/Messages.json", request.Path);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("AC123:tökén")), request.Authorization);
        Assert.Equal(["Body", "From", "To"], request.Form.Keys.Order());
        Assert.Equal("+447700900123", request.Form["To"]);
        Assert.Equal("+441632960000", request.Form["From"]);
        Assert.EndsWith("\n\n@portal.riverside.example #204816", request.Form["Body"]);
    }

    [Fact]
    public async Task A_service_may_choose_the_number()
    {
        await SendAsync(Options with { From = "", MessagingServiceSid = "MG1", StatusCallback = Callback });
        var form = Assert.Single(_gateway.Requests).Form;
        Assert.Equal("MG1", form["MessagingServiceSid"]);
        Assert.False(form.ContainsKey("From"));
        Assert.Equal(Callback + "?id=m-1", form["StatusCallback"]);
    }

    [Theory]
    [InlineData(600, "600")]
    [InlineData(0.5, "1")]
    [InlineData(14_400, "14400")]
    [InlineData(14_401, null)]
    public async Task The_gateway_does_not_keep_a_code_longer_than_it_works(double seconds, string? expected)
    {
        await SendAsync(message: TestMessages.TextedCode with { NotAfter = _clock.GetUtcNow().AddSeconds(seconds) });
        Assert.Equal(expected, Assert.Single(_gateway.Requests).Form.GetValueOrDefault("ValidityPeriod"));
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Mon, 23 Nov 2026 09:00:30 GMT", 30)]
    public async Task Too_many_requests_wait_as_long_as_the_gateway_says(string header, int seconds)
    {
        _gateway.Answer = context => SmsTestGateway.SayAsync(context, 429, """{"code":20429}""", ("Retry-After", header));
        var later = Assert.IsType<DeliveryOutcome.Later>(await SendAsync());
        Assert.Equal((DeliveryFailure.RateLimited, TimeSpan.FromSeconds(seconds)), (later.Why, later.RetryAfter));
    }

    [Fact]
    public async Task A_number_that_opted_out_bounces()
    {
        _gateway.Answer = context =>
            SmsTestGateway.SayAsync(context, 400, """{"code":21610,"message":"+447700900123 unsubscribed","status":400}""");
        Assert.Equal(new DeliveryOutcome.Never(DeliveryState.Bounced, DeliveryFailure.OptedOut, "twilio 21610"), await SendAsync());
    }

    [Fact]
    public async Task A_redirection_is_not_followed_with_the_token()
    {
        _gateway.Answer = context => SmsTestGateway.SayAsync(context, 307, "", ("Location", _gateway.Address + "/elsewhere"));
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable, "http 307"), await SendAsync());
        Assert.Single(_gateway.Requests);
    }

    [Fact]
    public async Task An_answer_of_absurd_length_is_for_later()
    {
        _gateway.Answer = context => SmsTestGateway.SayAsync(context, 201, new string(' ', 200_000));
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync());
    }

    [Fact]
    public async Task A_gateway_that_hangs_is_given_up_in_time()
    {
        var (asked, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        _gateway.Answer = async context =>
        {
            asked.SetResult();
            await never.Task.WaitAsync(context.RequestAborted);
        };
        var sending = SendAsync();
        await asked.Task;
        _clock.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await sending);
    }

    [Fact]
    public async Task A_gateway_that_is_not_there_is_for_later()
    {
        var options = Options;
        await _gateway.DisposeAsync();
        Assert.Equal(new DeliveryOutcome.Later(DeliveryFailure.Unreachable), await SendAsync(options));
    }

    [Theory]
    [InlineData("447700900123")]
    [InlineData("+0447700900123")]
    [InlineData("+44 7700 900123")]
    [InlineData("+447700900123\r\n")]
    [InlineData("+٤٤٧٧٠٠٩٠٠١٢٣")]
    [InlineData("+1234567890123456")]
    public async Task What_is_no_number_bounces_without_a_request(string to)
    {
        Assert.IsType<DeliveryOutcome.Never>(await SendAsync(message: TestMessages.TextedCode with { To = to }));
        Assert.Empty(_gateway.Requests);
    }

    [Theory]
    [InlineData("http://sms.example.org", "AC1", "t", "+4416", "")]
    [InlineData("sms.example.org", "AC1", "t", "+4416", "")]
    [InlineData("https://sms.example.org", "AC1/../AC2", "t", "+4416", "")]
    [InlineData("https://sms.example.org", "AC1", "", "+4416", "")]
    [InlineData("https://sms.example.org", "AC1", "t", "", "")]
    [InlineData("https://sms.example.org", "AC1", "t", "+4416", "MG1")]
    public void Settings_that_cannot_work_or_send_the_token_in_the_clear_are_refused(
        string address, string sid, string token, string from, string service) =>
        Assert.Throws<ArgumentException>(() => new SmsOptions
        {
            BaseAddress = address,
            AccountSid = sid,
            AuthToken = token,
            From = from,
            MessagingServiceSid = service,
        }.Check());

    // The example of https://www.twilio.com/docs/usage/security, with its token and its result.
    [Fact]
    public void A_signature_is_checked_as_the_gateway_documents_it()
    {
        var reports = new SmsStatusReports(Options with { AuthToken = "12345" }, null!);
        var fields = new Dictionary<string, string>
        {
            ["Digits"] = "1234",
            ["To"] = "+18005551212",
            ["From"] = "+14158675310",
            ["Caller"] = "+14158675310",
            ["CallSid"] = "CA1234567890ABCDE",
        };
        Assert.True(reports.IsSigned("https://example.com/myapp.php?foo=1&bar=2", fields, "L/OH5YylLD5NRKLltdqwSvS0BnU="));
        Assert.False(reports.IsSigned("https://example.com/myapp.php?foo=1&bar=3", fields, "L/OH5YylLD5NRKLltdqwSvS0BnU="));
        Assert.False(reports.IsSigned("https://example.com/myapp.php?foo=1&bar=2", fields, ""));
    }

    [Fact]
    public async Task A_signed_report_of_a_failure_is_noted_and_an_unsigned_one_is_not()
    {
        await using var host = await OutboxHost.StartAsync();
        await host.Outbox.EnqueueAsync(TestMessages.TextedCode);
        await host.Dispatcher.DeliverDueAsync();
        var options = Options with { StatusCallback = Callback };
        var reports = new SmsStatusReports(options, host.Outbox);

        Assert.Equal(403, await ReportAsync(reports, options with { AuthToken = "other" }, "m-1", "undelivered", "30006"));
        Assert.Equal(204, await ReportAsync(reports, options, "m-1", "delivered", ""));
        Assert.Equal(DeliveryState.Sent, (await host.RecordAsync("m-1")).State);

        Assert.Equal(204, await ReportAsync(reports, options, "m-1", "undelivered", "30006"));
        var record = await host.RecordAsync("m-1");
        Assert.Equal((DeliveryState.Bounced, DeliveryFailure.AddressRefused, "twilio 30006"),
            (record.State, record.Failure, record.Detail));
        Assert.Equal(204, await ReportAsync(reports, options, "unknown", "failed", "not a number"));
    }

    private static async Task<int> ReportAsync(SmsStatusReports reports, SmsOptions signer, string id, string status, string error)
    {
        var fields = new Dictionary<string, string> { ["MessageSid"] = "SM1", ["MessageStatus"] = status, ["ErrorCode"] = error };
        var signed = $"{Callback}?id={id}" + string.Concat(fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Key + f.Value));
        var context = new DefaultHttpContext();
        context.Request.Method = "POST";
        context.Request.QueryString = new QueryString("?id=" + id);
        context.Request.ContentType = "application/x-www-form-urlencoded";
        context.Request.Headers["X-Twilio-Signature"] =
            Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(signer.AuthToken), Encoding.UTF8.GetBytes(signed)));
        var body = Encoding.UTF8.GetBytes(string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}")));
        context.Request.ContentLength = body.Length;
        context.Request.Body = new MemoryStream(body);
        await reports.HandleAsync(context);
        return context.Response.StatusCode;
    }
}
