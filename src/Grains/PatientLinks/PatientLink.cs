using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.PatientLinks;

/// <summary>What others know that decides how a link stands.</summary>
/// <param name="PortalEnabled">Whether the portal is switched on.</param>
/// <param name="Standing">The patient's standing.</param>
/// <param name="Contact">The patient's contact details; null where there is no such patient.</param>
/// <param name="Country">The organisation's country, by which national numbers are read.</param>
public sealed record LinkFacts(bool PortalEnabled, PatientStanding Standing, ContactDetails? Contact, string? Country)
{
    /// <summary>The facts, as organisation and patient tell them.</summary>
    public static LinkFacts Of(OrganisationView? organisation, PatientStanding standing, PatientView? patient) =>
        new(organisation is { Settings.PortalEnabled: true }, standing, patient?.Contact, organisation?.Country);
}

/// <summary>The rules of a patient link.</summary>
public static class PatientLink
{
    /// <summary>The shortest a link may work. Ours.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromHours(1);

    /// <summary>The longest a link may work. Ours: a link on paper outlives its letter, but not the year.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(90);

    /// <summary>Browsers remembered as having asked for a code; the oldest is forgotten first. Ours.</summary>
    public const int MaxBrowsers = 8;

    /// <summary>Uses remembered by their operation. Ours: a repeat comes within minutes.</summary>
    public const int MaxOperations = 8;

    /// <summary>Whether there is such a link.</summary>
    public static bool Exists(PatientLinkState state) => state.Patient.Length > 0;

    /// <summary>
    /// How it stands now; null where there is none. Taken back and used are for ever; the deadline is judged whether or not anything has
    /// noticed that it passed; a patient who was blocked since, has no access, or another address than it was sent to, makes it dead.
    /// </summary>
    public static LinkState? Judge(PatientLinkState state, LinkFacts facts, DateTimeOffset now) => state switch
    {
        { Patient.Length: 0 } => null,
        { RevokedAt: not null } => LinkState.Revoked,
        { SingleUse: true, Uses: > 0 } => LinkState.Used,
        _ when now >= state.Deadline => LinkState.Expired,
        _ => IsGood(state, facts) ? LinkState.Active : LinkState.Revoked,
    };

    /// <summary>Whether one can go on with it now.</summary>
    public static bool IsOpen(PatientLinkState state, LinkFacts facts, DateTimeOffset now) =>
        facts.PortalEnabled && Judge(state, facts, now) == LinkState.Active;

    /// <summary>
    /// Whether the link may be made, and the address or number it is sent to: the contact email or mobile; empty where it is handed over by
    /// hand.
    /// </summary>
    public static (CreateLinkOutcome Outcome, string SentTo) MayCreate(
        CreateLink command, PatientView? patient, PatientStanding standing, CodeDestination? codes, OrganisationView? organisation)
    {
        if (command.Lifetime < Shortest || command.Lifetime > Longest) return (CreateLinkOutcome.LifetimeOutOfRange, "");
        if (organisation is not { Settings.PortalEnabled: true }) return (CreateLinkOutcome.PortalDisabled, "");
        if (patient is null || standing.Kind == StandingKind.Unknown) return (CreateLinkOutcome.Unknown, "");
        if (standing.Kind != StandingKind.Good) return (CreateLinkOutcome.NoAccess, "");
        if (codes is null) return (CreateLinkOutcome.NoCredential, "");
        if (command.Delivery == LinkDelivery.ByHand) return (CreateLinkOutcome.Created, "");
        var address = AddressOf(command.Delivery, patient.Contact, organisation.Country);
        return address is null ? (CreateLinkOutcome.NoAddress, "") : (CreateLinkOutcome.Created, address);
    }

    /// <summary>A new link.</summary>
    /// <param name="command">What to make.</param>
    /// <param name="sentTo">Where it goes.</param>
    /// <param name="createdBy">The staff member's id, or the name of the operator's job.</param>
    /// <param name="standing">The patient's standing now.</param>
    /// <param name="now">From when on it works.</param>
    public static PatientLinkState Create(CreateLink command, string sentTo, string createdBy, PatientStanding standing, DateTimeOffset now)
    {
        // To the millisecond, as the table has it: the list and the grain judge by the same deadline.
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return new PatientLinkState
        {
            Patient = command.Patient,
            Purpose = command.Purpose,
            Delivery = command.Delivery,
            SentTo = sentTo,
            SingleUse = command.SingleUse,
            CreatedBy = createdBy,
            CreatedAt = createdAt,
            Deadline = createdAt + TimeSpan.FromMilliseconds(Math.Floor(command.Lifetime.TotalMilliseconds)),
            BlockCount = standing.BlockCount,
        };
    }

    /// <summary>Its button was pressed, and a code goes to this credential. The same state where that is known.</summary>
    public static PatientLinkState Opened(PatientLinkState state, string browser, string subject, DateTimeOffset now)
    {
        if (SubjectOf(state, browser) == subject) return state;
        var others = state.Browsers.Where(b => b.Browser != browser).TakeLast(MaxBrowsers - 1);
        return state with
        {
            OpenedAt = state.OpenedAt ?? now,
            Browsers = [.. others, new LinkBrowser { Browser = browser, Subject = subject }],
        };
    }

    /// <summary>The credential that this browser's code went to; null where it asked for none.</summary>
    public static string? SubjectOf(PatientLinkState state, string browser) =>
        browser.Length == 0 ? null : state.Browsers.FirstOrDefault(b => b.Browser == browser)?.Subject;

    /// <summary>
    /// Why this operation may not use it; null where it may, if its code is right. An operation that has used it may come again. A code
    /// counts only while it would still go to where it went: a credential that was changed meanwhile proves nothing.
    /// </summary>
    public static LinkVerdict? Refusal(
        PatientLinkState state, LinkFacts facts, CodeDestination? codes, string operation, string browser, DateTimeOffset now)
    {
        var repeated = state.RevokedAt is null && facts.PortalEnabled && IsGood(state, facts) && state.Operations.Contains(operation);
        if (!repeated && !IsOpen(state, facts, now)) return new LinkVerdict.Ended();
        return SubjectOf(state, browser) is { } subject && subject == codes?.Subject
            ? null
            : new LinkVerdict.Code { Verdict = new CodeVerdict.Ended() };
    }

    /// <summary>
    /// An operation uses it, and the first to use a single-use link is the only one. The same state where it may not any more, or has.
    /// </summary>
    public static PatientLinkState Used(PatientLinkState state, string operation, DateTimeOffset now)
    {
        if (state.Operations.Contains(operation) || (state.SingleUse && state.Uses > 0) || now >= state.Deadline) return state;
        return state with
        {
            Uses = state.Uses + 1,
            UsedAt = now,
            Operations = [.. state.Operations.Append(operation).TakeLast(MaxOperations)],
        };
    }

    /// <summary>Takes it back. The same state where it was, where it is used up, and where there is none.</summary>
    public static PatientLinkState Revoked(PatientLinkState state, DateTimeOffset now) =>
        !Exists(state) || state.RevokedAt is not null || state is { SingleUse: true, Uses: > 0 } ? state : state with { RevokedAt = now };

    /// <summary>What the audit log is to learn of a change.</summary>
    public static IEnumerable<string> News(PatientLinkState before, PatientLinkState after)
    {
        if (!Exists(before) && Exists(after)) yield return "link.created";
        if (after.Browsers != before.Browsers) yield return "link.opened";
        if (after.Uses != before.Uses) yield return "link.used";
        if (after.RevokedAt != before.RevokedAt) yield return "link.revoked";
    }

    /// <summary>The purpose's stable name in the audit log.</summary>
    public static string Name(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.Book => "book",
        LinkPurpose.Questionnaire => "questionnaire",
        LinkPurpose.Document => "document",
        LinkPurpose.Pay => "pay",
        _ => "portal",
    };

    /// <summary>What the message that brings the link is about.</summary>
    public static MessageKind MessageOf(LinkPurpose purpose) => purpose switch
    {
        LinkPurpose.Book => MessageKind.BookingLink,
        LinkPurpose.Questionnaire => MessageKind.QuestionnaireLink,
        LinkPurpose.Document => MessageKind.DocumentLink,
        LinkPurpose.Pay => MessageKind.PaymentLink,
        _ => MessageKind.PortalLink,
    };

    // A link that went to an address which is the patient's no more may be in anybody's hands.
    private static bool IsGood(PatientLinkState state, LinkFacts facts) =>
        facts.Standing.Kind == StandingKind.Good && facts.Standing.BlockCount == state.BlockCount
        && (state.SentTo.Length == 0 || AddressOf(state.Delivery, facts.Contact, facts.Country) == state.SentTo);

    private static string? AddressOf(LinkDelivery delivery, ContactDetails? contact, string? country)
    {
        if (contact is null) return null;
        var (kind, typed) =
            delivery == LinkDelivery.Email ? (CredentialKind.Email, contact.Email) : (CredentialKind.Mobile, contact.Mobile);
        return Credential.Parse(kind, typed, country).Value?.Value;
    }
}
