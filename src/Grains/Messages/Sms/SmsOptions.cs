namespace Portal.Grains.Messages.Sms;

/// <summary>
/// The gateway that takes text messages: configuration <c>Portal:Sms</c>. It speaks Twilio's Messages resource
/// (https://www.twilio.com/docs/messaging/api/message-resource), which SignalWire and others offer too.
/// </summary>
public sealed record SmsOptions
{
    /// <summary>Where the gateway is, without the path. Default Twilio's.</summary>
    public string BaseAddress { get; init; } = "https://api.twilio.com";

    /// <summary>The account; also the user name.</summary>
    public string AccountSid { get; init; } = "";

    /// <summary>The account's token; also the key its status reports are signed with.</summary>
    public string AuthToken { get; init; } = "";

    /// <summary>The sending number in E.164 form, or a sender's name where the country allows it. Either this or the service.</summary>
    public string From { get; init; } = "";

    /// <summary>A messaging service that chooses the number.</summary>
    public string MessagingServiceSid { get; init; } = "";

    /// <summary>
    /// Where the gateway reports what became of a message: the portal's public address followed by <see cref="SmsStatusReports.Path"/>.
    /// Empty for none; numbers that take no messages are then noticed only where the gateway says so at once.
    /// </summary>
    public string StatusCallback { get; init; } = "";

    /// <summary>Requests under way at once. Default 16.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>How long a request may take. Default 15 seconds (ours).</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Refuses settings that cannot work or would send the token in the clear.</summary>
    /// <exception cref="ArgumentException">What is wrong, naming the key and no value.</exception>
    public void Check()
    {
        if (!Uri.TryCreate(BaseAddress, UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttps && !(address.IsLoopback && address.Scheme == Uri.UriSchemeHttp)))
            throw new ArgumentException("Portal:Sms:BaseAddress has to be an https address.");
        if (AccountSid.Length == 0 || !AccountSid.All(char.IsAsciiLetterOrDigit))
            throw new ArgumentException("Portal:Sms:AccountSid is missing or none.");
        if (AuthToken.Length == 0) throw new ArgumentException("Portal:Sms:AuthToken is missing.");
        if (From.Length == 0 == (MessagingServiceSid.Length == 0))
            throw new ArgumentException("Portal:Sms needs either From or MessagingServiceSid.");
        if (StatusCallback.Length > 0 && !Uri.TryCreate(StatusCallback, UriKind.Absolute, out _))
            throw new ArgumentException("Portal:Sms:StatusCallback has to be an address.");
        if (Connections is < 1 or > 100) throw new ArgumentException("Portal:Sms:Connections is out of range.");
    }
}
