using System.Text;

namespace Portal.Grains.Messages.Email;

/// <summary>
/// How the connection to the mail server is protected. There is no "if it can": an attacker in between would see to it that it cannot.
/// </summary>
public enum SmtpSecurity
{
    /// <summary>STARTTLS, required (RFC 3207): port 587.</summary>
    StartTls,

    /// <summary>TLS from the first byte (RFC 8314): port 465.</summary>
    Tls,

    /// <summary>None: for a relay on the same machine. A user name is then refused unless the host is this machine.</summary>
    None,
}

/// <summary>The mail server that takes the messages: configuration <c>Portal:Smtp</c>.</summary>
public sealed record SmtpOptions
{
    /// <summary>Host name; it has to be on the server's certificate.</summary>
    public string Host { get; init; } = "";

    /// <summary>Port; 0, the default, means the usual one: 587, 465 or 25.</summary>
    public int Port { get; init; }

    /// <summary>How the connection is protected. Default STARTTLS.</summary>
    public SmtpSecurity Security { get; init; } = SmtpSecurity.StartTls;

    /// <summary>User name for AUTH PLAIN or LOGIN; empty for none.</summary>
    public string UserName { get; init; } = "";

    /// <summary>Its password.</summary>
    public string Password { get; init; } = "";

    /// <summary>The sender's address. The name beside it is the organisation's.</summary>
    public string From { get; init; } = "";

    /// <summary>Where bounces are sent (the envelope's sender); the sender's address when empty.</summary>
    public string ReturnPath { get; init; } = "";

    /// <summary>
    /// Opens <see cref="EmailBounces"/>: whoever hands over bounces shows it. At least 32 characters; empty, the default, for no such
    /// endpoint.
    /// </summary>
    public string BounceToken { get; init; } = "";

    /// <summary>How this client names itself in EHLO; the domain of the sender when empty.</summary>
    public string HeloName { get; init; } = "";

    /// <summary>
    /// A PEM file of certificate authorities to trust instead of the system's, for a server with an internal one; empty for none.
    /// </summary>
    public string TrustedAuthorities { get; init; } = "";

    /// <summary>SHA-256 of the one server certificate to accept, in hex, for a self-signed one; empty for none.</summary>
    public string TrustedThumbprint { get; init; } = "";

    /// <summary>Connections open at once. Default 8.</summary>
    public int Connections { get; init; } = 8;

    /// <summary>How long opening a connection may take, TLS and sign-in included. Default 15 seconds (ours).</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long one message may take on an open connection. Default 40 seconds (ours; RFC 5321 4.5.3.2 lets relays wait for minutes).
    /// </summary>
    public TimeSpan MessageTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>How long an unused connection is kept. Default 20 seconds (ours: servers close theirs after 30 to 300).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Messages sent over one connection before it is closed. Default 100 (ours: many servers allow no more).</summary>
    public int MessagesPerConnection { get; init; } = 100;

    internal int EffectivePort => Port != 0 ? Port : Security switch { SmtpSecurity.StartTls => 587, SmtpSecurity.Tls => 465, _ => 25 };

    internal string Sender => ReturnPath.Length > 0 ? ReturnPath : From;

    internal string Helo => HeloName.Length > 0 ? HeloName : From[(From.LastIndexOf('@') + 1)..];

    /// <summary>Refuses settings that cannot work or would send a password in the clear.</summary>
    /// <exception cref="ArgumentException">What is wrong, naming the key and no value.</exception>
    public void Check()
    {
        if (Host.Length == 0) throw new ArgumentException("Portal:Smtp:Host is missing.");
        if (!Ascii.IsValid(From) || MimeMessage.Sendable(From) is null)
            throw new ArgumentException("Portal:Smtp:From has to be an email address in ASCII.");
        if (!Ascii.IsValid(Sender) || MimeMessage.Sendable(Sender) is null)
            throw new ArgumentException("Portal:Smtp:ReturnPath has to be an email address in ASCII.");
        if (Helo.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '[' or ']' or ':')))
            throw new ArgumentException("Portal:Smtp:HeloName has to be a host name.");
        if (Security == SmtpSecurity.None && UserName.Length > 0 && Host is not ("localhost" or "127.0.0.1" or "::1"))
            throw new ArgumentException("Portal:Smtp:Security is None, so the password would be sent in the clear.");
        if (TrustedAuthorities.Length > 0 && !File.Exists(TrustedAuthorities))
            throw new ArgumentException("Portal:Smtp:TrustedAuthorities names no file.");
        var thumbprint = TrustedThumbprint.Replace(":", "", StringComparison.Ordinal);
        if (thumbprint.Length > 0 && !(thumbprint.Length == 64 && thumbprint.All(char.IsAsciiHexDigit)))
            throw new ArgumentException("Portal:Smtp:TrustedThumbprint has to be a SHA-256 in hex.");
        if (BounceToken.Length is > 0 and < 32) throw new ArgumentException("Portal:Smtp:BounceToken is shorter than 32 characters.");
        if (Port is < 0 or > 65535 || Connections is < 1 or > 100)
            throw new ArgumentException("Portal:Smtp:Port or Connections is out of range.");
    }
}
