using Portal.Grains.Abstractions.Messages;

namespace Portal.Web.Adoption;

/// <summary>Messages and what became of them, in staff's words.</summary>
public static class DeliveryWording
{
    /// <summary>What a message was about.</summary>
    public static string Kind(MessageKind kind) => kind switch
    {
        MessageKind.SignInCode or MessageKind.ElevationCode or MessageKind.InvitationCode or MessageKind.LinkCode
            or MessageKind.CredentialChangeCode => "Code",
        MessageKind.Invitation => "Invitation",
        MessageKind.PortalLink or MessageKind.BookingLink or MessageKind.QuestionnaireLink or MessageKind.DocumentLink
            or MessageKind.PaymentLink => "Link",
        MessageKind.PasswordReset => "Link for a new password",
        _ => "Notice",
    };

    /// <summary>Why it did not arrive.</summary>
    public static string Failure(DeliveryFailure failure) => failure switch
    {
        DeliveryFailure.AddressRefused => "There is no such address",
        DeliveryFailure.OptedOut => "They asked for no messages",
        DeliveryFailure.MessageRefused => "Refused by their server",
        DeliveryFailure.Deferred or DeliveryFailure.RateLimited => "Their server kept putting it off",
        DeliveryFailure.Unreachable => "Their server could not be reached",
        DeliveryFailure.NotSecure => "No secure connection",
        DeliveryFailure.SenderRefused => "Our own sender was refused",
        DeliveryFailure.NotConfigured => "Sending is not set up",
        DeliveryFailure.TooLate => "It was too late to send it",
        _ => "Not known",
    };
}
