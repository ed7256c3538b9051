using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;

namespace Portal.Grains.Messages.Sms;

/// <summary>
/// Takes the gateway's reports of what became of a text message after it was sent
/// (https://www.twilio.com/docs/messaging/guides/track-outbound-message-status), so that staff see a number that takes none. A report
/// counts only with the gateway's signature, which covers the address with the message's id.
/// </summary>
/// <param name="options">The gateway.</param>
/// <param name="outbox">Where it is noted.</param>
public sealed class SmsStatusReports(SmsOptions options, Outbox outbox)
{
    /// <summary>Path of the endpoint, which takes POST and needs no antiforgery token: the signature stands for it.</summary>
    public const string Path = "/api/messages/sms-status";

    private const int MostFields = 50;

    // A report is under 2 KB; whoever sends more is not the gateway.
    private const int LongestReport = 16 * 1024;

    /// <summary>
    /// Answers one report: 204 when it was understood, whether or not it changed anything; 403 without a valid signature.
    /// </summary>
    public async Task HandleAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        if (options.StatusCallback.Length == 0 || !context.Request.HasFormContentType) return;
        if (context.Request.ContentLength is not (> 0 and <= LongestReport)) return;
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form.Count > MostFields) return;
        var id = context.Request.Query["id"].ToString();
        var fields = form.Select(f => KeyValuePair.Create(f.Key, f.Value.ToString()));
        var signature = context.Request.Headers["X-Twilio-Signature"].ToString();
        if (!IsSigned($"{options.StatusCallback}?id={Uri.EscapeDataString(id)}", fields, signature)) return;
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (form["MessageStatus"].ToString() is not ("failed" or "undelivered")) return;
        _ = int.TryParse(form["ErrorCode"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code);
        var (state, why, detail) = SmsGatewayAnswer.Refused(code) switch
        {
            DeliveryOutcome.Never never => (never.State, never.Why, never.Detail),
            DeliveryOutcome.Later later => (DeliveryState.Failed, later.Why, later.Detail),
            _ => (DeliveryState.Failed, DeliveryFailure.MessageRefused, null),
        };
        await outbox.ReportAsync(id, state, why, detail, context.RequestAborted);
    }

    /// <summary>
    /// Whether the signature is the gateway's: base64 of HMAC-SHA1, under the account's token, of the address followed by each field's
    /// name and value in the order of the names (https://www.twilio.com/docs/usage/security).
    /// </summary>
    internal bool IsSigned(string address, IEnumerable<KeyValuePair<string, string>> fields, string signature)
    {
        var signed = new StringBuilder(address);
        foreach (var (name, value) in fields.OrderBy(f => f.Key, StringComparer.Ordinal)) signed.Append(name).Append(value);
        var expected = HMACSHA1.HashData(Encoding.UTF8.GetBytes(options.AuthToken), Encoding.UTF8.GetBytes(signed.ToString()));
        return CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Convert.ToBase64String(expected)), Encoding.ASCII.GetBytes(signature));
    }
}
