using System.Collections.Frozen;
using System.Text.Json;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;

namespace Portal.Grains.Messages.Sms;

/// <summary>What the gateway's answers mean. The error codes are Twilio's (https://www.twilio.com/docs/api/errors).</summary>
internal static class SmsGatewayAnswer
{
    // The number: invalid (21211), not reachable (21214), no number (21217), no route to it (21612), no mobile (21614); and in reports
    // after sending: unknown (30005), landline (30006).
    private static readonly FrozenSet<int> NumberRefused = new[] { 21211, 21214, 21217, 21612, 21614, 30005, 30006 }.ToFrozenSet();

    // The receiver answered STOP (21610), or blocks this sender (30004).
    private static readonly FrozenSet<int> OptedOut = new[] { 21610, 30004 }.ToFrozenSet();

    // Our account (20003, 20005, 30002), number (21212, 21603, 21606, 21659, 21660) or service (21703).
    private static readonly FrozenSet<int> SenderRefused =
        new[] { 20003, 20005, 21212, 21603, 21606, 21659, 21660, 21703, 30002 }.ToFrozenSet();

    // The queue of the sending number is full (21611, 30001).
    private static readonly FrozenSet<int> QueueFull = new[] { 20429, 21611, 30001 }.ToFrozenSet();

    /// <summary>Judges the answer to a request.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body, JSON or not.</param>
    /// <param name="retryAfter">The Retry-After header, if there was one.</param>
    public static DeliveryOutcome Judge(int status, string body, TimeSpan? retryAfter)
    {
        var (code, state) = Read(body);
        if (status is >= 200 and < 300)
        {
            return state is "failed" or "undelivered" or "canceled" ? Refused(code, retryAfter)
                : state is null ? new DeliveryOutcome.Later(DeliveryFailure.Unreachable, $"http {status}") : new DeliveryOutcome.Sent();
        }
        return status switch
        {
            429 => new DeliveryOutcome.Later(DeliveryFailure.RateLimited, Detail(code, status)) { RetryAfter = retryAfter },
            // Our account or its address in the gateway: an operator's to mend.
            401 or 403 or 404 => new DeliveryOutcome.Later(DeliveryFailure.SenderRefused, Detail(code, status)),
            >= 500 or 408 => new DeliveryOutcome.Later(DeliveryFailure.Deferred, Detail(code, status)) { RetryAfter = retryAfter },
            >= 400 => Refused(code, retryAfter),
            // A redirection would carry the token elsewhere: it is not followed.
            _ => new DeliveryOutcome.Later(DeliveryFailure.Unreachable, $"http {status}"),
        };
    }

    /// <summary>What an error code means for the message.</summary>
    public static DeliveryOutcome Refused(int code, TimeSpan? retryAfter = null)
    {
        var detail = Detail(code, 400);
        if (NumberRefused.Contains(code)) return DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused, detail);
        if (OptedOut.Contains(code)) return DeliveryOutcome.Bounced(DeliveryFailure.OptedOut, detail);
        if (SenderRefused.Contains(code)) return new DeliveryOutcome.Later(DeliveryFailure.SenderRefused, detail);
        if (QueueFull.Contains(code)) return new DeliveryOutcome.Later(DeliveryFailure.RateLimited, detail) { RetryAfter = retryAfter };
        // A telephone that is switched off (30003): the number may be a good one.
        return DeliveryOutcome.Failed(code == 30003 ? DeliveryFailure.Unreachable : DeliveryFailure.MessageRefused, detail);
    }

    private static string Detail(int code, int status) => code > 0 ? $"twilio {code}" : $"http {status}";

    // {"code":21211,"message":"…","status":400} when refused, {"sid":"SM…","status":"queued","error_code":null} when taken.
    private static (int Code, string? State) Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object) return (0, null);
            return (Number(json.RootElement, "code") ?? Number(json.RootElement, "error_code") ?? 0,
                json.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String
                    ? status.GetString() : null);
        }
        catch (JsonException)
        {
            return (0, null);
        }
    }

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number : null;
}
