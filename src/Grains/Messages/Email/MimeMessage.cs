using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Portal.Grains.Messages.Wording;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// One email as it goes over the wire (RFC 5322, RFC 2046): multipart/alternative of plain text and HTML, both quoted-printable.
/// </summary>
internal static class MimeMessage
{
    private static readonly IdnMapping Idn = new();

    /// <summary>Writes the email.</summary>
    /// <param name="id">
    /// The message's id: it makes the Message-ID, so that one sent twice after a crash is recognised as the same by those who look.
    /// </param>
    /// <param name="fromName">Shown as the sender: the organisation's portal.</param>
    /// <param name="from">The sender's address.</param>
    /// <param name="to">The receiver's address, its domain in ASCII.</param>
    /// <param name="words">Subject, text and HTML.</param>
    /// <param name="now">For the Date field.</param>
    /// <exception cref="ArgumentException">A name, an address or the subject has a control character.</exception>
    public static byte[] Write(string id, string fromName, string from, string to, RenderedMessage words, DateTimeOffset now)
    {
        var domain = from[(from.LastIndexOf('@') + 1)..];
        // "=_" cannot occur in quoted-printable, so neither part can hold the boundary.
        var boundary = "=_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32];
        var mail = new StringBuilder(6000);
        MimeHeader.Write(mail, "Date", MimeHeader.Date(now));
        MimeHeader.WriteMailbox(mail, "From", fromName, from);
        MimeHeader.WriteMailbox(mail, "To", "", to);
        MimeHeader.WriteText(mail, "Subject", words.Subject);
        MimeHeader.Write(mail, "Message-ID", $"<{MessageIdLeft(id)}@{domain}>");
        MimeHeader.Write(mail, "MIME-Version", "1.0");
        // No answer by machines: RFC 3834, and the spelling Exchange listens to.
        MimeHeader.Write(mail, "Auto-Submitted", "auto-generated");
        MimeHeader.Write(mail, "X-Auto-Response-Suppress", "All");
        mail.Append("Content-Type: multipart/alternative;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n");
        Part(mail, boundary, "text/plain", words.Text);
        Part(mail, boundary, "text/html", words.Html);
        mail.Append("--").Append(boundary).Append("--\r\n");
        return Encoding.UTF8.GetBytes(mail.ToString());
    }

    /// <summary>
    /// The address with its domain in ASCII (RFC 5891), or null when it is none that can be written into a command: no @, a space, a
    /// control character, an angle bracket, over 254 characters. What is before the @ may be outside ASCII; that needs a server with
    /// SMTPUTF8.
    /// </summary>
    public static string? Sendable(string address)
    {
        var at = address.LastIndexOf('@');
        if (at is < 1 or > 64 || at == address.Length - 1
            || address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is '<' or '>' or '"')) return null;
        if (address.AsSpan(0, at).Contains('@')) return null;
        try
        {
            var ascii = address[..(at + 1)] + Idn.GetAscii(address, at + 1);
            return ascii.Length <= 254 ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The message that a Message-ID of this domain belongs to; null when it is none of ours.</summary>
    internal static string? MessageOf(string messageId, string domain)
    {
        var inner = messageId.Trim();
        if (inner.Length < 2 || inner[0] != '<' || !inner.EndsWith('@' + domain + '>', StringComparison.OrdinalIgnoreCase)) return null;
        return Uri.UnescapeDataString(inner[1..^(domain.Length + 2)]);
    }

    // Escaped so that it is letters, digits and signs that RFC 5322 3.2.3 allows, and can be turned back when a bounce quotes it.
    private static string MessageIdLeft(string id) => Uri.EscapeDataString(id).Replace(".", "%2E", StringComparison.Ordinal);

    private static void Part(StringBuilder mail, string boundary, string type, string content) =>
        mail.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(type)
            .Append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n").Append(QuotedPrintable.Encode(content));
}
