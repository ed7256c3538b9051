using Orleans;

namespace Portal.Grains.Abstractions.Messages;

/// <summary>How a message leaves. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.MessageChannel")]
public enum MessageChannel
{
    /// <summary>
    /// Not sent at all. A code asked for by an unknown address goes through the same steps as a real one and ends here, so that known and
    /// unknown cost the same.
    /// </summary>
    None = 0,

    /// <summary>Email, plain text and HTML.</summary>
    Email = 1,

    /// <summary>Text message, one segment where the words allow it.</summary>
    Sms = 2,
}

/// <summary>
/// What a message is about; each has its own wording. The names are stored: never rename one. No kind ever holds clinical content.
/// </summary>
[GenerateSerializer, Alias("portal.MessageKind")]
public enum MessageKind
{
    /// <summary>One-time code for signing in.</summary>
    SignInCode = 0,

    /// <summary>One-time code for opening clinical records.</summary>
    ElevationCode = 1,

    /// <summary>One-time code that verifies the credential an invitation was accepted with.</summary>
    InvitationCode = 2,

    /// <summary>One-time code asked for behind a patient link.</summary>
    LinkCode = 3,

    /// <summary>One-time code to a new email or mobile that is to become a credential.</summary>
    CredentialChangeCode = 4,

    /// <summary>Invitation to the portal, with a link.</summary>
    Invitation = 5,

    /// <summary>Link to the portal.</summary>
    PortalLink = 6,

    /// <summary>Link for booking an appointment.</summary>
    BookingLink = 7,

    /// <summary>Link to a form to fill in.</summary>
    QuestionnaireLink = 8,

    /// <summary>Link to a document. The message does not say which.</summary>
    DocumentLink = 9,

    /// <summary>Link to an invoice. The message names no amount.</summary>
    PaymentLink = 10,

    /// <summary>Tells the address that is no longer a credential that it was replaced or removed.</summary>
    OldCredentialNotice = 11,

    /// <summary>Tells an address that it can be used for signing in now.</summary>
    CredentialChanged = 12,

    /// <summary>Answers a sign-in attempt of a patient whose access is off.</summary>
    AccessNotEnabled = 13,

    /// <summary>Link for choosing a new password.</summary>
    PasswordReset = 14,

    /// <summary>Tells the patient that the password was changed or removed.</summary>
    PasswordChanged = 15,

    /// <summary>Tells the patient that an authenticator app is asked for from now on.</summary>
    MfaOn = 40,

    /// <summary>Tells the patient that it is asked for no more.</summary>
    MfaOff = 41,

    /// <summary>Tells the patient that a recovery code was used in its place.</summary>
    RecoveryCodeUsed = 42,

    /// <summary>Link that confirms an online registration.</summary>
    RegistrationLink = 50,

    /// <summary>Tells somebody whose registration staff had to look at that they are on file and may sign in.</summary>
    RegistrationAccepted = 51,

    /// <summary>Tells somebody that the organisation does not take their registration.</summary>
    RegistrationRefused = 52,

    /// <summary>Tells the patient that somebody may act for them. The message does not say who.</summary>
    CaregiverAdded = 43,

    /// <summary>Tells a caregiver that they may act for somebody. The message does not say for whom.</summary>
    CaregiverWelcome = 44,

    /// <summary>Tells both that it has ended.</summary>
    CaregiverEnded = 45,

    /// <summary>Tells both when a parent's access will end because the patient comes of age.</summary>
    ComingOfAge = 46,

    /// <summary>Tells the patient that staff asked for a change of a credential, which another staff member has to approve.</summary>
    CredentialRequested = 47,

    /// <summary>
    /// Tells the patient, where they signed in until now, that an invitation to another address was accepted in their name.
    /// </summary>
    InvitedElsewhere = 48,
}

/// <summary>Where a message stands. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.DeliveryState")]
public enum DeliveryState
{
    /// <summary>Waits to be sent, or to be tried again.</summary>
    Queued = 0,

    /// <summary>Taken by the mail server or the SMS gateway. It may still bounce.</summary>
    Sent = 1,

    /// <summary>Given up: it was too late, refused for another reason than its address, or tried too often.</summary>
    Failed = 2,

    /// <summary>The address does not take messages: it has to be corrected before another is sent.</summary>
    Bounced = 3,
}

/// <summary>Why a message is not sent (yet). The wording is the web's. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.DeliveryFailure")]
public enum DeliveryFailure
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The mailbox or number does not exist or cannot take messages.</summary>
    AddressRefused = 1,

    /// <summary>The receiver asked not to get messages from this sender (SMS: STOP).</summary>
    OptedOut = 2,

    /// <summary>The server or gateway refused the message, not its address.</summary>
    MessageRefused = 3,

    /// <summary>The server or gateway asked to try later.</summary>
    Deferred = 4,

    /// <summary>Too many messages in too short a time.</summary>
    RateLimited = 5,

    /// <summary>The server or gateway could not be reached, or did not answer in time.</summary>
    Unreachable = 6,

    /// <summary>The server's certificate is not trusted or it offers no encryption. An operator has to look.</summary>
    NotSecure = 7,

    /// <summary>The server or gateway refused our own sign-in or sender. An operator has to look.</summary>
    SenderRefused = 8,

    /// <summary>No mail server or gateway is configured. An operator has to look.</summary>
    NotConfigured = 9,

    /// <summary>It was not sent before it became worthless, such as a code after its ten minutes.</summary>
    TooLate = 10,

    /// <summary>What was queued cannot be read: the secret it was encrypted under is not configured, or a newer version wrote it.</summary>
    Unreadable = 11,
}
