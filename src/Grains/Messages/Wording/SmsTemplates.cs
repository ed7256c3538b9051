using Portal.Grains.Abstractions.Messages;

namespace Portal.Grains.Messages.Wording;

/// <summary>The wording of text messages: as short as it can be and still say who writes and why.</summary>
internal static class SmsTemplates
{
    /// <summary>Septets in one segment (3GPP TS 23.038); a longer message is cut in parts and paid for by the part.</summary>
    public const int Segment = 160;

    // A segment in UCS-2, which one character outside the GSM alphabet is enough to cause.
    private const int WideSegment = 70;

    /// <summary>
    /// Writes the message, leaving out what can be left out until it fits into one segment; if it still does not, the shortest form is
    /// sent in several.
    /// </summary>
    public static string Write(MessageKind kind, MessageDetails details, MessageBranding branding)
    {
        var words = new MessageTemplates.Words(branding);
        var name = MessageText.Tame(words.Portal, MessageTemplates.LongestNameInSms);
        var forms = MessageTemplates.IsCode(kind) ? Code(kind, details, name) : Other(kind, details, words, name);
        return forms.FirstOrDefault(Fits) ?? forms[^1];
    }

    private static bool Fits(string text) =>
        MessageText.GsmLength(text) is var septets && septets >= 0 ? septets <= Segment : text.Length <= WideSegment;

    private static string[] Code(MessageKind kind, MessageDetails details, string name)
    {
        var what = kind switch
        {
            MessageKind.SignInCode => "sign-in code",
            MessageKind.CredentialChangeCode => "code to confirm this number",
            _ => "code",
        };
        // With a last line for the phone (https://wicg.github.io/sms-one-time-codes/) the code for the eye is written in two groups:
        // easier to read, and the text still has six digits in a row only once.
        var code = details.Host is null ? details.Code! : $"{details.Code![..3]} {details.Code[3..]}";
        var last = details.Host is null ? "" : $"\n\n@{details.Host} #{details.Code}";
        var first = $"{code} is your {name} {what}.";
        return
        [
            $"{first} It works for {MessageTemplates.Minutes(details)}. Never share it.{last}",
            $"{first} Valid {details.ValidMinutes} min.{last}",
            $"{first}{last}",
        ];
    }

    private static string[] Other(MessageKind kind, MessageDetails details, MessageTemplates.Words words, string name)
    {
        var sender = MessageText.Tame(words.Organisation, MessageTemplates.LongestNameInSms);
        var (full, brief) = kind switch
        {
            MessageKind.Invitation => ($"{sender} invites you to {name}. Start here", $"{sender} invites you"),
            MessageKind.PortalLink => ($"{sender}: your link to {name}", $"{sender}: your link"),
            MessageKind.BookingLink => ($"{sender} asks you to book {words.AnAppointment}", $"{sender}: book here"),
            MessageKind.QuestionnaireLink => ($"{sender} asks you to fill in a form", $"{sender}: a form for you"),
            MessageKind.DocumentLink => ($"{sender} has a document for you", $"{sender}: a document"),
            MessageKind.PaymentLink => ($"{sender} has an invoice for you", $"{sender}: an invoice"),
            MessageKind.OldCredentialNotice =>
                ($"Signing in to {name} was changed: this number cannot be used any more. If this was not you, tell {sender} at once.",
                $"{name}: this number no longer signs in. Not you? Tell {sender}."),
            MessageKind.CredentialChanged =>
                ($"This number can be used to sign in to {name} now. If this was not you, tell {sender} at once.",
                $"{name}: this number signs in now. Not you? Tell {sender}."),
            MessageKind.PasswordReset => ($"Choose a new password for {name} here, if you asked for it", $"{sender}: a new password"),
            MessageKind.PasswordChanged =>
                ($"Your password for {name} was changed or removed. If this was not you, tell {sender} at once.",
                $"{name}: password changed. Not you? Tell {sender}."),
            MessageKind.MfaOn =>
                ($"{name} asks for a code of your authenticator app from now on. If this was not you, tell {sender} at once.",
                $"{name}: authenticator app on. Not you? Tell {sender}."),
            MessageKind.MfaOff =>
                ($"{name} no longer asks for your authenticator app. If this was not you, tell {sender} at once.",
                $"{name}: authenticator app off. Not you? Tell {sender}."),
            MessageKind.RecoveryCodeUsed =>
                ($"A recovery code for {name} was used. If this was not you, tell {sender} at once.",
                $"{name}: recovery code used. Not you? Tell {sender}."),
            MessageKind.RegistrationLink => ($"Confirm your registration with {sender} here, if it was you", $"{sender}: confirm here"),
            MessageKind.RegistrationAccepted => ($"{sender} has looked at your registration. Sign in here", $"{sender}: sign in here"),
            MessageKind.RegistrationRefused =>
                ($"{sender} could not take your registration online. Please contact us.", $"{sender}: registration not taken."),
            MessageKind.CredentialRequested =>
                ($"{sender} was asked to change how you sign in to {name}. If you did not ask, tell {sender} at once.",
                $"{name}: a change was asked for. Not you? Tell {sender}."),
            MessageKind.InvitedElsewhere =>
                ($"An invitation to {name} at another address of yours was accepted. If this was not you, tell {sender} at once.",
                $"{name}: an invitation was accepted. Not you? Tell {sender}."),
            MessageKind.CaregiverAdded =>
                ($"{sender} has let somebody act for you in {name}. If you did not agree, tell {sender} at once.",
                $"{name}: somebody may act for you. Not agreed? Tell {sender}."),
            MessageKind.CaregiverWelcome =>
                ($"{sender} has let you act for somebody in {name}. Sign in to choose whom.", $"{name}: you may act for somebody."),
            MessageKind.CaregiverEnded =>
                ($"In {name}, the right of one person to act for another has ended. A mistake? Tell {sender}.",
                $"{name}: acting for somebody has ended."),
            MessageKind.ComingOfAge =>
                ($"A parent's access to {name} ends soon, because a child comes of age. Questions? Ask {sender}.",
                $"{name}: a parent's access ends soon."),
            _ => ($"Somebody asked to sign in to {name} with this number. Online access is not switched on for it. Ask {sender}.",
                $"{name}: online access is not switched on for this number. Ask {sender}."),
        };
        if (!MessageTemplates.IsLink(kind)) return [full, brief];
        var until = details.Deadline is { } deadline
            ? $" (until {MessageTemplates.LocalTime(deadline, words.TimeZone, "d MMM, HH:mm")})" : "";
        return [$"{full}{until}:\n{details.Link}", $"{full}:\n{details.Link}", $"{brief}:\n{details.Link}"];
    }
}
