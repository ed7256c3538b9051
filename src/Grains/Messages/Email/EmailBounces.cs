using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Messages.Delivery;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// Takes the mails that mail servers send back when one cannot be delivered (RFC 3464), so that staff see an address that takes none. Most
/// relays accept every address at first and find out later, so without this few bounces would ever be noticed. The mailbox of the return
/// path hands each over, by an alias of Postfix or a rule of the provider:
/// <c>curl --data-binary @- -H "Content-Type: message/rfc822" -H "Authorization: Bearer …" https://…/api/messages/bounces</c>
/// </summary>
/// <param name="options">The mail server; <see cref="SmtpOptions.BounceToken"/> opens the endpoint.</param>
/// <param name="outbox">Where it is noted.</param>
public sealed class EmailBounces(SmtpOptions options, Outbox outbox)
{
    /// <summary>Path of the endpoint, which takes POST and needs no antiforgery token: the bearer token stands for it.</summary>
    public const string Path = "/api/messages/bounces";

    /// <summary>Bytes of a report. Ours: one with the whole of our own message has a third of it.</summary>
    private const int LongestReport = 60 * 1024;

    /// <summary>
    /// Answers one mail: 204 when it was read, whether or not it was a bounce of ours; 403 without the token, 415 when it is said to be a
    /// form, 413 when it is too long.
    /// </summary>
    public async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (!IsAllowed(request.Headers.Authorization.ToString()))
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        // A form would have been read before it came here; silence would hide that nothing is ever noted.
        if (request.HasFormContentType)
        {
            response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        var mail = new byte[LongestReport + 1];
        var length = await request.Body.ReadAtLeastAsync(mail, mail.Length, throwOnEndOfStream: false, context.RequestAborted);
        response.StatusCode = length > LongestReport ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status204NoContent;
        if (length > LongestReport) return;
        var domain = options.From[(options.From.LastIndexOf('@') + 1)..];
        if (BounceReport.Parse(Encoding.Latin1.GetString(mail, 0, length), domain) is not { } bounce) return;
        if (new SmtpReply(550, [bounce.Status]).Outcome(SmtpStep.Recipient) is DeliveryOutcome.Never never)
            await outbox.ReportAsync(bounce.Message, never.State, never.Why, bounce.Status, context.RequestAborted);
    }

    private bool IsAllowed(string authorization) => options.BounceToken.Length > 0
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + options.BounceToken)),
                SHA256.HashData(Encoding.UTF8.GetBytes(authorization)));
}

/// <summary>What a mail server says of a mail it could not deliver.</summary>
/// <param name="Message">Our message.</param>
/// <param name="Status">Its status code (RFC 3463), such as <c>5.1.1</c>.</param>
internal sealed record BounceReport(string Message, string Status)
{
    private const int MostLines = 2000;

    /// <summary>
    /// Reads a returned mail: the status of its first final failure, and our Message-ID among the headers it quotes. Null when it is none
    /// of a mail of ours, or only tells of a delay.
    /// </summary>
    /// <param name="mail">The mail, headers and body. Read line by line: the parts that matter are never encoded (RFC 3464 2.1).</param>
    /// <param name="domain">The domain of our Message-IDs.</param>
    public static BounceReport? Parse(string mail, string domain)
    {
        string? message = null, status = null, lastStatus = null;
        var failed = false;
        foreach (var line in mail.Split('\n').Take(MostLines))
        {
            // The fields of one receiver come together; whichever of Action and Status is first, both have been seen when the other comes.
            if (Field(line, "Status") is { } code) lastStatus = IsFinal(code) ? code : null;
            else if (Field(line, "Action") is { } action) failed = action.Equals("failed", StringComparison.OrdinalIgnoreCase);
            else if (line.Trim().Length == 0) (failed, lastStatus) = (false, null);
            if (failed && lastStatus is not null) status ??= lastStatus;
            // The last one: the report has a Message-ID of its own before that of what it returns.
            if (Field(line, "Message-ID") is { } id) message = MimeMessage.MessageOf(id, domain) ?? message;
        }
        return message is not null && status is not null ? new BounceReport(message, status) : null;
    }

    private static string? Field(string line, string name) =>
        line.StartsWith(name, StringComparison.OrdinalIgnoreCase) && line.Length > name.Length && line[name.Length] == ':'
            ? line[(name.Length + 1)..].Trim() : null;

    private static bool IsFinal(string status) => new SmtpReply(550, [status]).Enhanced == status && status[0] == '5';
}
