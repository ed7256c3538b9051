using System.Globalization;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Grains.Messages.Wording;

/// <summary>A message in words.</summary>
/// <param name="Subject">One line; empty for a text message.</param>
/// <param name="Text">
/// Plain text, lines ended by LF. A code is in it once, as the only six-digit number; a link has a line of its own.
/// </param>
/// <param name="Html">A whole HTML document with everything in it: no image, no script, nothing loaded; empty for a text message.</param>
public sealed record RenderedMessage(string Subject, string Text, string Html);

/// <summary>
/// What each kind of message says, in the organisation's name, words and colour. Pure: the same message gives the same words. Names and
/// contact lines are written by people and may hold anything: they are put on one line, cut, and encoded.
/// </summary>
public static class MessageTemplates
{
    /// <summary>Characters of an organisation's or portal's name that are written. Ours.</summary>
    internal const int LongestName = 60;

    /// <summary>
    /// Of those, how many a text message spends on it. Ours: the rest of a code's text and a host of 40 then fit into one segment.
    /// </summary>
    internal const int LongestNameInSms = 30;

    private const int LongestContact = 200;
    private const int LongestLabel = OrganisationLimits.MaxLabel;
    private const int LongestLink = 2000;
    private const int LongestNote = 400;

    /// <summary>Whether the kind carries a one-time code, and so is sent before everything that can wait.</summary>
    public static bool IsCode(MessageKind kind) => kind is MessageKind.SignInCode or MessageKind.ElevationCode or MessageKind.InvitationCode
        or MessageKind.LinkCode or MessageKind.CredentialChangeCode;

    /// <summary>Whether the kind carries a link.</summary>
    internal static bool IsLink(MessageKind kind) => kind is MessageKind.Invitation or MessageKind.PortalLink or MessageKind.BookingLink
        or MessageKind.QuestionnaireLink or MessageKind.DocumentLink or MessageKind.PaymentLink or MessageKind.PasswordReset
        or MessageKind.RegistrationLink or MessageKind.RegistrationAccepted;

    /// <summary>
    /// The first detail that the kind needs and the message lacks or has wrongly, in words for a programmer; null when it can be written.
    /// </summary>
    public static string? Problem(MessageKind kind, MessageDetails details)
    {
        if (!Enum.IsDefined(kind)) return "There is no such kind of message.";
        if (IsCode(kind) && !(details.Code is { Length: 6 } code && code.All(char.IsAsciiDigit))) return "A code is six digits.";
        if (IsCode(kind) && details.ValidMinutes is < 1 or > 60) return "A code is valid for 1 to 60 minutes.";
        if (details.Host is { } host
            && (host.Length is 0 or > 253 || !host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':')))
            return "A host is a name without scheme and path.";
        if (IsLink(kind) && !IsAddress(details.Link)) return "A link is an absolute http or https address in ASCII.";
        if (kind is MessageKind.OldCredentialNotice or MessageKind.CredentialChanged && details.Credential is null)
            return "Which credential changed?";
        return null;
    }

    /// <summary>Writes the message for its channel.</summary>
    /// <exception cref="ArgumentException">A detail its kind needs is missing or wrong.</exception>
    public static RenderedMessage Render(OutgoingMessage message)
    {
        if (Problem(message.Kind, message.Details) is { } problem) throw new ArgumentException(problem, nameof(message));
        if (message.Channel == MessageChannel.Sms)
            return new RenderedMessage("", SmsTemplates.Write(message.Kind, message.Details, message.Branding), "");
        var words = new Words(message.Branding);
        var letter = Letter(message.Kind, message.Details, words);
        return new RenderedMessage(letter.Subject, EmailLayout.Text(letter, words),
            EmailLayout.Html(letter, words, message.Branding.AccentColour));
    }

    private static Letter Letter(MessageKind kind, MessageDetails details, Words words)
    {
        var (portal, organisation) = (words.Portal, words.Organisation);
        var letter = kind switch
        {
            MessageKind.SignInCode => Code(details, words, $"Your sign-in code for {portal}", $"Your sign-in code for {portal} is:"),
            MessageKind.ElevationCode => Code(details, words, null, $"Your code to open the protected part of {portal} is:"),
            MessageKind.InvitationCode => Code(details, words, null, $"Your code to start using {portal} is:"),
            MessageKind.LinkCode => Code(details, words, null, $"Your code to go on with the link from {organisation} is:"),
            MessageKind.CredentialChangeCode => Code(details, words, $"Confirm this address for {portal}",
                $"Your code to sign in to {portal} with this address from now on is:"),
            MessageKind.Invitation => Invitation(details, words),
            MessageKind.PortalLink =>
                Link(details, $"Your link to {portal}", $"{organisation} sends you a link to {portal}:", "Open the portal"),
            MessageKind.BookingLink => Link(details, $"Book {words.AnAppointment} with {organisation}",
                $"{organisation} asks you to book {words.AnAppointment}:", $"Book {words.AnAppointment}"),
            MessageKind.QuestionnaireLink => Link(details, $"A form from {organisation}",
                $"{organisation} asks you to fill in a form:", "Open the form"),
            MessageKind.DocumentLink => Link(details, $"A document from {organisation}",
                $"{organisation} has a document for you:", "Open the document"),
            MessageKind.PaymentLink => Link(details, $"An invoice from {organisation}",
                $"{organisation} has an invoice for you:", "Open the invoice"),
            MessageKind.OldCredentialNotice => OldCredential(details, words),
            MessageKind.CredentialChanged => new Letter($"Signing in to {portal} was changed",
                [$"You can sign in to {portal} with {With(details.Credential!.Value)} from now on."],
                [$"If this was not you, tell {organisation} at once."]),
            MessageKind.PasswordReset => new Letter($"Choose a new password for {portal}",
                [$"Somebody, probably you, asked to choose a new password for {portal}:"],
                ["The link works once. If it was not you, ignore this message: your password stays as it is."])
            { Action = ("Choose a new password", details.Link!) },
            MessageKind.PasswordChanged => new Letter($"Your password for {portal} was changed",
                [$"Your password for {portal} was changed or removed. All devices were signed out."],
                [$"If this was not you, tell {organisation} at once."]),
            >= MessageKind.MfaOn and <= MessageKind.InvitedElsewhere => AccountLetters.Write(kind, details, words),
            MessageKind.RegistrationLink => new Letter($"Confirm your registration with {organisation}",
                [$"Somebody, probably you, registered with {organisation} and gave this address. To go on, confirm it:"],
                ["The link works once. If it was not you, ignore this message: without the link nothing is kept."])
            { Action = ("Confirm my registration", details.Link!) },
            MessageKind.RegistrationAccepted => new Letter($"Your registration with {organisation}",
                [$"{organisation} has looked at your registration. You can use {portal} now:"],
                ["You sign in with this address, and a code that we send to it."])
            { Action = ("Sign in", details.Link!) },
            MessageKind.RegistrationRefused => RefusedRegistration(details, words),
            _ => new Letter($"Signing in to {portal}",
                [$"Somebody, probably you, asked to sign in to {portal} with this address. Online access is not switched on for it."],
                [$"If you would like it, contact {organisation}. If it was not you, ignore this message."]),
        };
        return letter with { Greeting = Greeting(details), Deadline = IsLink(kind) ? Deadline(details, words) : null };
    }

    private static Letter Code(MessageDetails details, Words words, string? subject, string before) => new(
        subject ?? $"Your code for {words.Portal}",
        [before],
        [
            $"It works once, for {Minutes(details)}. Enter it on the page where you asked for it.",
            $"Nobody at {words.Organisation} will ever ask you for this code. If you did not ask for it, ignore this message.",
        ])
    { Code = details.Code };

    private static Letter Invitation(MessageDetails details, Words words) => new(
        $"{words.Organisation} invites you to {words.Portal}",
        [
            $"{words.Organisation} invites you to {words.Portal}, where its {words.Patients} find their {words.Appointments} and messages "
                + "online.",
            "To start, open this page and confirm who you are:",
        ],
        ["If you did not expect this invitation, ignore it: nothing happens without you."])
    { Action = ("Accept the invitation", details.Link!) };

    private static Letter Link(MessageDetails details, string subject, string before, string label) => new(
        subject,
        [before],
        ["It is meant for you only: please do not pass it on. You will be asked for a code."])
    { Action = (label, details.Link!) };

    private static Letter OldCredential(MessageDetails details, Words words)
    {
        var what = details.Credential!.Value switch
        {
            CredentialKind.Email => "email address",
            CredentialKind.Mobile => "mobile number",
            _ => "username",
        };
        var masked = MessageText.Tame(details.MaskedCredential, LongestName);
        var changed = masked.Length == 0 ? "was changed or removed" : $"was changed to {masked}";
        return new Letter($"Signing in to {words.Portal} was changed",
            [$"The {what} for signing in to {words.Portal} {changed}. This address cannot be used for it any more."],
            [$"If this was not you, tell {words.Organisation} at once."]);
    }

    private static Letter RefusedRegistration(MessageDetails details, Words words)
    {
        var note = MessageText.Tame(details.Note, LongestNote);
        return new Letter($"Your registration with {words.Organisation}",
            [
                $"Thank you for registering with {words.Organisation}. We are sorry: we could not take your registration online.",
                .. note.Length == 0 ? Array.Empty<string>() : [note],
            ],
            ["If you think that this is a mistake, or would like to know more, please contact us. What you sent us is deleted soon."]);
    }

    private static string With(CredentialKind kind) => kind switch
    {
        CredentialKind.Email => "this email address",
        CredentialKind.Mobile => "this mobile number",
        _ => "your new username",
    };

    internal static string Minutes(MessageDetails details) => details.ValidMinutes == 1 ? "1 minute" : $"{details.ValidMinutes} minutes";

    private static string Greeting(MessageDetails details) =>
        MessageText.Tame(details.RecipientName, LongestName) is { Length: > 0 } name ? $"Hello {name}," : "Hello,";

    private static string? Deadline(MessageDetails details, Words words) =>
        details.Deadline is { } deadline
            ? $"The link works until {LocalTime(deadline, words.TimeZone, "dddd d MMMM yyyy, HH:mm")}." : null;

    internal static string LocalTime(DateTimeOffset time, string zone, string format)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var local)) local = TimeZoneInfo.Utc;
        var text = TimeZoneInfo.ConvertTime(time, local).ToString(format, CultureInfo.InvariantCulture);
        // In the organisation's own zone the time needs no name; in none it does.
        return local.HasSameRules(TimeZoneInfo.Utc) ? text + " UTC" : text;
    }

    // Written by our own templates or by the organisation's settings; either way one line, since it is a line of its own in the text.
    private static bool IsAddress(string? link) =>
        link is { Length: > 0 and <= LongestLink } && link.All(c => c is > ' ' and < '\x7f' and not ('"' or '<' or '>'))
        && Uri.TryCreate(link, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);

    /// <summary>The organisation's words, made fit to be written.</summary>
    internal sealed class Words(MessageBranding branding)
    {
        public string Organisation { get; } = OrElse(MessageText.Tame(branding.OrganisationName, LongestName), "Your clinic");

        public string Portal { get; } = OrElse(MessageText.Tame(branding.PortalName, LongestName),
            OrElse(MessageText.Tame(branding.OrganisationName, LongestName), "your clinic"));

        public string Contact { get; } = MessageText.Tame(branding.ContactLine, LongestContact);

        public string Patients { get; } = OrElse(MessageText.Tame(branding.PatientPlural, LongestLabel), "patients");

        public string APatient { get; } = LabelWords.A(OrElse(MessageText.Tame(branding.PatientSingular, LongestLabel), "patient"));

        public string AnAppointment { get; } =
            LabelWords.A(OrElse(MessageText.Tame(branding.AppointmentSingular, LongestLabel), "appointment"));

        public string Appointments { get; } = OrElse(MessageText.Tame(branding.AppointmentPlural, LongestLabel), "appointments");

        public string TimeZone { get; } = branding.TimeZone;

        private static string OrElse(string text, string other) => text.Length == 0 ? other : text;
    }
}

/// <summary>An email before it is laid out.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Before">Paragraphs before the code or the link.</param>
/// <param name="After">Paragraphs after it.</param>
internal sealed record Letter(string Subject, string[] Before, string[] After)
{
    public string Greeting { get; init; } = "";

    public string? Code { get; init; }

    public (string Label, string Address)? Action { get; init; }

    public string? Deadline { get; init; }
}
