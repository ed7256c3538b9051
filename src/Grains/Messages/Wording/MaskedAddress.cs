using Portal.Grains.Abstractions.Messages;

namespace Portal.Grains.Messages.Wording;

/// <summary>What of an address stays readable: enough for staff to recognise it, not enough to write to it.</summary>
internal static class MaskedAddress
{
    /// <summary><c>a•••@x.org</c> for an email, <c>+44 ••• 23</c> for a number, nothing for a message that goes nowhere.</summary>
    public static string Of(MessageChannel channel, string address) => channel switch
    {
        MessageChannel.Email =>
            address.LastIndexOf('@') is > 0 and var at ? $"{address.EnumerateRunes().First()}•••{address[at..]}" : "•••",
        MessageChannel.Sms => address.Length > 6 ? $"{address[..3]} ••• {address[^2..]}" : "•••",
        _ => "",
    };
}
