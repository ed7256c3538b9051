using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;

namespace Portal.Grains.Messages.Email;

/// <summary>The step of the conversation a reply answers.</summary>
internal enum SmtpStep
{
    /// <summary>Greeting, EHLO or STARTTLS.</summary>
    Opening,

    /// <summary>AUTH.</summary>
    Authentication,

    /// <summary>MAIL FROM.</summary>
    Sender,

    /// <summary>RCPT TO.</summary>
    Recipient,

    /// <summary>DATA and what follows it.</summary>
    Content,
}

/// <summary>A server's answer (RFC 5321 4.2).</summary>
/// <param name="Code">Three digits.</param>
/// <param name="Lines">Their texts. Never stored or logged: servers quote addresses in them.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    /// <summary>The enhanced status code of the last line, such as <c>5.1.1</c> (RFC 2034), or null.</summary>
    public string? Enhanced
    {
        get
        {
            var first = Lines.Count == 0 ? "" : Lines[^1].Split(' ', 2)[0];
            var parts = first.Split('.');
            return parts.Length == 3 && parts[0] is "2" or "4" or "5"
                && parts.All(p => p.Length is > 0 and <= 3 && p.All(char.IsAsciiDigit)) ? first : null;
        }
    }

    /// <summary>Both codes: what may be stored and shown.</summary>
    public string Detail => Enhanced is { } enhanced ? $"{Code} {enhanced}" : $"{Code}";

    /// <summary>
    /// What a refusal means for the message. 4xx is for now and 5xx for good (RFC 5321 4.2.1), except that a 5xx to our own sign-in or
    /// sender is a setting an operator can mend, for which no message has to be lost.
    /// </summary>
    public DeliveryOutcome Outcome(SmtpStep step) => (step, Code, Enhanced) switch
    {
        (_, < 500, _) => new DeliveryOutcome.Later(DeliveryFailure.Deferred, Detail),
        (_, 530 or 534 or 535 or 538, _) or (SmtpStep.Authentication, _, _) =>
            new DeliveryOutcome.Later(DeliveryFailure.SenderRefused, Detail),
        (SmtpStep.Opening, _, _) => new DeliveryOutcome.Later(DeliveryFailure.Unreachable, Detail),
        // Over the server's size limit (RFC 1870 6.1).
        (SmtpStep.Sender, 552, _) => DeliveryOutcome.Failed(DeliveryFailure.MessageRefused, Detail),
        (SmtpStep.Sender, _, _) => new DeliveryOutcome.Later(DeliveryFailure.SenderRefused, Detail),
        // 5.1.x and 5.2.x are the address and the mailbox (RFC 3463 3.2, 3.3), at whatever step they are noticed.
        (_, _, { } enhanced) when enhanced.StartsWith("5.1.", StringComparison.Ordinal)
            || enhanced.StartsWith("5.2.", StringComparison.Ordinal)
            => DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused, Detail),
        // 5.7.x is policy: the sender or the content is not wanted, the address is a good one.
        (SmtpStep.Recipient, _, { } enhanced) when enhanced.StartsWith("5.7.", StringComparison.Ordinal)
            => DeliveryOutcome.Failed(DeliveryFailure.MessageRefused, Detail),
        (SmtpStep.Recipient, _, _) => DeliveryOutcome.Bounced(DeliveryFailure.AddressRefused, Detail),
        _ => DeliveryOutcome.Failed(DeliveryFailure.MessageRefused, Detail),
    };
}

/// <summary>The server answered with a refusal.</summary>
internal sealed class SmtpRefusedException(SmtpStep step, SmtpReply reply) : Exception($"The mail server refused at {step}: {reply.Detail}")
{
    public SmtpStep Step { get; } = step;

    public SmtpReply Reply { get; } = reply;
}

/// <summary>The server cannot be trusted: no TLS, a certificate that does not hold, or no sign-in it offers that we know.</summary>
internal sealed class SmtpNotSecureException(string message, Exception? inner = null) : Exception(message, inner);
