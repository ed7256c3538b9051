using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>Messages as the other features queue them.</summary>
internal static class TestMessages
{
    public const string Link = "https://portal.riverside.example/riverside/invitation/Zk3vXq9TtY0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV";

    public static readonly DateTimeOffset Monday = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public static readonly MessageBranding Riverside = new()
    {
        OrganisationName = "Riverside Clinic",
        PortalName = "Riverside Portal",
        ContactLine = "Call 020 7946 0100 or write to desk@riverside.example",
        TimeZone = "Europe/London",
    };

    public static OutgoingMessage MailedCode => Of(MessageKind.SignInCode);

    public static OutgoingMessage TextedCode => Of(MessageKind.SignInCode, MessageChannel.Sms);

    public static OutgoingMessage Invitation => Of(MessageKind.Invitation);

    /// <summary>A message of any kind with all that any kind needs.</summary>
    public static OutgoingMessage Of(MessageKind kind, MessageChannel channel = MessageChannel.Email, string id = "m-1") => new()
    {
        Id = id,
        Organisation = "riverside",
        Patient = "p-alice",
        Channel = channel,
        To = channel == MessageChannel.Sms ? "+447700900123" : "alice@example.org",
        Kind = kind,
        Branding = Riverside,
        Details = new MessageDetails
        {
            RecipientName = "Alice",
            Code = "204816",
            Host = "portal.riverside.example",
            Link = Link,
            Deadline = Monday.AddDays(3),
            Credential = channel == MessageChannel.Sms ? CredentialKind.Mobile : CredentialKind.Email,
            MaskedCredential = "b•••@example.org",
        },
    };

    /// <summary>Every kind by every channel that leaves.</summary>
    public static TheoryData<MessageKind, MessageChannel> All
    {
        get
        {
            var all = new TheoryData<MessageKind, MessageChannel>();
            foreach (var kind in Enum.GetValues<MessageKind>())
            {
                all.Add(kind, MessageChannel.Email);
                all.Add(kind, MessageChannel.Sms);
            }
            return all;
        }
    }
}
