using System.Net.Http.Headers;
using System.Text;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Wording;

namespace Portal.Grains.Messages.Sms;

/// <summary>
/// Sends text messages through an HTTP gateway: <c>POST /2010-04-01/Accounts/{sid}/Messages.json</c>, form-encoded, basic authentication.
/// At least once: an answer that was lost means the message is sent again, since the gateway knows no idempotency key.
/// </summary>
public sealed class SmsTransport : IMessageTransport, IDisposable
{
    /// <summary>
    /// Seconds a gateway may be told to keep a message at most that every one of them accepts (Twilio takes 36,000, SignalWire 172,800,
    /// Twilio before 2024 14,400).
    /// </summary>
    private const int LongestValidity = 14_400;

    private const int LongestAnswer = 64 * 1024;

    private readonly SmsOptions _options;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;
    private readonly Uri _address;

    /// <summary>A transport to one gateway; nothing is connected before the first message.</summary>
    /// <exception cref="ArgumentException">The options cannot work.</exception>
    public SmsTransport(SmsOptions options, TimeProvider clock)
    {
        options.Check();
        _options = options;
        _clock = clock;
        _address = new Uri(new Uri(options.BaseAddress), $"/2010-04-01/Accounts/{options.AccountSid}/Messages.json");
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            MaxConnectionsPerServer = options.Connections,
            // The gateway's addresses change; a kept connection would not notice.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        })
        { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestAnswer };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.AccountSid}:{options.AuthToken}"));
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
    }

    /// <inheritdoc/>
    public MessageChannel Channel => MessageChannel.Sms;

    /// <inheritdoc/>
    public int Concurrency => _options.Connections;

    /// <inheritdoc/>
    public async Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        if (!IsNumber(message.To)) return DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused);
        using var limit = new TimeLimit(_options.Timeout, _clock, ct);
        try
        {
            using var form = new FormUrlEncodedContent(Form(message));
            using var response = await _client.PostAsync(_address, form, limit.Token);
            var body = await response.Content.ReadAsStringAsync(limit.Token);
            return SmsGatewayAnswer.Judge((int)response.StatusCode, body, RetryAfter(response.Headers.RetryAfter));
        }
        catch (HttpRequestException error)
        {
            return new DeliveryOutcome.Later(error.HttpRequestError == HttpRequestError.SecureConnectionError
                ? DeliveryFailure.NotSecure : DeliveryFailure.Unreachable);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new DeliveryOutcome.Later(DeliveryFailure.Unreachable);
        }
    }

    /// <summary>An E.164 number: a plus and 7 to 15 digits, the first not zero (ITU-T E.164 6.2).</summary>
    internal static bool IsNumber(string to) =>
        to.Length is >= 8 and <= 16 && to[0] == '+' && to[1] != '0' && to.Skip(1).All(char.IsAsciiDigit);

    private Dictionary<string, string> Form(OutgoingMessage message)
    {
        var form = new Dictionary<string, string> { ["To"] = message.To, ["Body"] = MessageTemplates.Render(message).Text };
        if (_options.MessagingServiceSid.Length > 0) form["MessagingServiceSid"] = _options.MessagingServiceSid;
        else form["From"] = _options.From;
        if (_options.StatusCallback.Length > 0) form["StatusCallback"] = $"{_options.StatusCallback}?id={Uri.EscapeDataString(message.Id)}";
        // The gateway has a queue of its own: a code must not come out of it after it has expired.
        if (message.NotAfter is { } deadline && (deadline - _clock.GetUtcNow()).TotalSeconds is var left and <= LongestValidity)
            form["ValidityPeriod"] = Math.Max(1, (int)left).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return form;
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header) =>
        header is null ? null : header.Delta ?? (header.Date is { } date ? date - _clock.GetUtcNow() : null);

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _client.Dispose();
}
