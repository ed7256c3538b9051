using Orleans;
using Portal.Grains.Abstractions.Credentials;

namespace Portal.Grains.Abstractions.Messages;

/// <summary>
/// One message to one address. What it says follows from its kind, its details and the organisation's branding when it is sent; nothing
/// else can be put into one, so no clinical content can.
/// </summary>
[GenerateSerializer, Immutable, Alias("portal.messages.outgoing")]
public sealed record OutgoingMessage
{
    /// <summary>
    /// Names the message for ever, in logs and Message-IDs too: 1 to 200 printable ASCII characters without spaces, no personal data and
    /// no secret. Queuing the same id again sends nothing, so an operation that is repeated after a crash passes the same one.
    /// </summary>
    [Id(0)]
    public string Id { get; init; } = "";

    /// <summary>The organisation it is sent for.</summary>
    [Id(1)]
    public string Organisation { get; init; } = "";

    /// <summary>The patient whose record shows the delivery; null when it is about no patient.</summary>
    [Id(2)]
    public string? Patient { get; init; }

    /// <summary>How it leaves.</summary>
    [Id(3)]
    public MessageChannel Channel { get; init; }

    /// <summary>
    /// An email address or an E.164 number, in canonical form. With <see cref="MessageChannel.None"/> whatever was typed, cut to 254
    /// characters.
    /// </summary>
    [Id(4)]
    public string To { get; init; } = "";

    /// <summary>What it is about.</summary>
    [Id(5)]
    public MessageKind Kind { get; init; }

    /// <summary>What the wording needs to know.</summary>
    [Id(6)]
    public MessageDetails Details { get; init; } = new();

    /// <summary>In whose name.</summary>
    [Id(7)]
    public MessageBranding Branding { get; init; } = new();

    /// <summary>
    /// A second name under which the organisation sends one message only, when ids differ between repetitions (bulk work: the row's id).
    /// Up to 200 characters, no personal data. Null, the default: only the id counts.
    /// </summary>
    [Id(8)]
    public string? DeduplicationKey { get; init; }

    /// <summary>After this instant it is not sent any more: a code's own deadline. Null, the default: tried for two days.</summary>
    [Id(9)]
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Names no address and no code, so that a message that strays into a log tells nothing.</summary>
    public override string ToString() => $"{Kind} by {Channel}, {Id}";
}

/// <summary>What the wording of a message needs. Which of them a kind needs is checked when it is queued.</summary>
[GenerateSerializer, Immutable, Alias("portal.messages.details")]
public sealed record MessageDetails
{
    /// <summary>What the recipient is called in the greeting; left out when null. Cut to 60 characters.</summary>
    [Id(0)]
    public string? RecipientName { get; init; }

    /// <summary>Six digits; the code kinds need it.</summary>
    [Id(1)]
    public string? Code { get; init; }

    /// <summary>For how many minutes the code works. Default 10.</summary>
    [Id(2)]
    public int ValidMinutes { get; init; } = 10;

    /// <summary>
    /// The host name people enter the code at, without scheme: makes the last line of a code's text message one that phones fill in by
    /// themselves (origin-bound one-time codes). Left out when null.
    /// </summary>
    [Id(3)]
    public string? Host { get; init; }

    /// <summary>Absolute http or https address; invitations and links need it.</summary>
    [Id(4)]
    public string? Link { get; init; }

    /// <summary>Until when the link works; told in the organisation's time zone. Left out when null.</summary>
    [Id(5)]
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>What kind of credential changed; the two notices need it.</summary>
    [Id(6)]
    public CredentialKind? Credential { get; init; }

    /// <summary>The new credential in masked form, for the notice to the old one; left out when null.</summary>
    [Id(7)]
    public string? MaskedCredential { get; init; }

    /// <summary>
    /// What staff add in their own words to a refused registration, cut to 400 characters; left out when empty. No other kind has one.
    /// </summary>
    [Id(50)]
    public string? Note { get; init; }

    /// <summary>Names no code and no link.</summary>
    public override string ToString() => nameof(MessageDetails);
}

/// <summary>In whose name and words messages are written: a copy of the organisation's settings at the time of queuing.</summary>
[GenerateSerializer, Immutable, Alias("portal.messages.branding")]
public sealed record MessageBranding
{
    /// <summary>What the organisation is called.</summary>
    [Id(0)]
    public string OrganisationName { get; init; } = "";

    /// <summary>What its portal is called; the organisation's name when empty.</summary>
    [Id(1)]
    public string PortalName { get; init; } = "";

    /// <summary><c>#rrggbb</c>; anything else counts as the default.</summary>
    [Id(2)]
    public string AccentColour { get; init; } = "#1d5fa8";

    /// <summary>
    /// How to reach the organisation, in one line, such as "Call 555 0100 or write to desk@riverside.example". Left out when empty.
    /// </summary>
    [Id(3)]
    public string ContactLine { get; init; } = "";

    /// <summary>What it calls one of its patients.</summary>
    [Id(4)]
    public string PatientSingular { get; init; } = "patient";

    /// <summary>What it calls its patients.</summary>
    [Id(5)]
    public string PatientPlural { get; init; } = "patients";

    /// <summary>IANA time zone in which deadlines are told; UTC when unknown.</summary>
    [Id(6)]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>What it calls one appointment.</summary>
    [Id(7)]
    public string AppointmentSingular { get; init; } = "appointment";

    /// <summary>What it calls several.</summary>
    [Id(8)]
    public string AppointmentPlural { get; init; } = "appointments";
}

/// <summary>One message as staff see it: never its content, never the whole address.</summary>
[GenerateSerializer, Immutable, Alias("portal.messages.delivery")]
public sealed record DeliveryRecord
{
    /// <summary>The message's id.</summary>
    [Id(0)]
    public string Id { get; init; } = "";

    /// <summary>What it was about.</summary>
    [Id(1)]
    public MessageKind Kind { get; init; }

    /// <summary>How it left.</summary>
    [Id(2)]
    public MessageChannel Channel { get; init; }

    /// <summary>Enough of the address to recognise it, not enough to use it.</summary>
    [Id(3)]
    public string MaskedTo { get; init; } = "";

    /// <summary>Where it stands.</summary>
    [Id(4)]
    public DeliveryState State { get; init; }

    /// <summary>When it was queued.</summary>
    [Id(5)]
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>When it was sent, bounced or given up; null while queued.</summary>
    [Id(6)]
    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>While queued: when it is tried next.</summary>
    [Id(7)]
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>How often it was tried.</summary>
    [Id(8)]
    public int Attempts { get; init; }

    /// <summary>What went wrong last.</summary>
    [Id(9)]
    public DeliveryFailure Failure { get; init; }

    /// <summary>
    /// The server's own code, such as <c>550 5.1.1</c> or <c>twilio 21610</c>; null when it gave none. Never free text: that quotes
    /// addresses.
    /// </summary>
    [Id(10)]
    public string? Detail { get; init; }
}
