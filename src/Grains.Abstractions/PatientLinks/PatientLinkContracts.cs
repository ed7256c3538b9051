using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;

namespace Portal.Grains.Abstractions.PatientLinks;

/// <summary>Where a link leads once its holder is signed in. One purpose a link.</summary>
[GenerateSerializer, Alias("portal.LinkPurpose")]
public enum LinkPurpose
{
    /// <summary>The portal's home page.</summary>
    Portal,

    /// <summary>Booking an appointment.</summary>
    Book,

    /// <summary>A questionnaire to fill in.</summary>
    Questionnaire,

    /// <summary>A document to read.</summary>
    Document,

    /// <summary>An invoice to pay.</summary>
    Pay,
}

/// <summary>How a link is handed over.</summary>
[GenerateSerializer, Alias("portal.LinkDelivery")]
public enum LinkDelivery
{
    /// <summary>Copied or shown as a QR code by staff.</summary>
    ByHand,

    /// <summary>By email to the contact email.</summary>
    Email,

    /// <summary>By SMS to the contact mobile.</summary>
    Sms,
}

/// <summary>How a link stands.</summary>
[GenerateSerializer, Alias("portal.LinkState")]
public enum LinkState
{
    /// <summary>Works.</summary>
    Active,

    /// <summary>Single-use, and used.</summary>
    Used,

    /// <summary>Its deadline has passed.</summary>
    Expired,

    /// <summary>Taken back, or its patient was blocked since.</summary>
    Revoked,
}

/// <summary>Makes a link.</summary>
[GenerateSerializer, Alias("portal.CreateLink"), Immutable]
public sealed record CreateLink
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>Purpose.</summary>
    [Id(1)] public LinkPurpose Purpose { get; init; }

    /// <summary>How long it works: 1 hour to 90 days. Default 7 days. Ours.</summary>
    [Id(2)] public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Works once.</summary>
    [Id(3)] public bool SingleUse { get; init; }

    /// <summary>How it is handed over.</summary>
    [Id(4)] public LinkDelivery Delivery { get; init; }

    /// <summary>The token, whose hash is the grain's key. Kept nowhere.</summary>
    [Id(5)] public string Token { get; init; } = "";
}

/// <summary>What came of making a link.</summary>
[GenerateSerializer, Alias("portal.CreateLinkOutcome")]
public enum CreateLinkOutcome
{
    /// <summary>Made, now or before.</summary>
    Created,

    /// <summary>There is no such patient, or the token is not the key's.</summary>
    Unknown,

    /// <summary>The lifetime is out of range.</summary>
    LifetimeOutOfRange,

    /// <summary>There is no address or number on file to send it to.</summary>
    NoAddress,

    /// <summary>The patient has no access, or is blocked.</summary>
    NoAccess,

    /// <summary>The patient has no portal credential, so nobody could use the link.</summary>
    NoCredential,

    /// <summary>The portal is switched off.</summary>
    PortalDisabled,
}

/// <summary>What the page of a link shows to somebody who has only the token.</summary>
[GenerateSerializer, Alias("portal.LinkPage"), Immutable]
public sealed record LinkPage
{
    /// <summary>State; null where there is no such link.</summary>
    [Id(0)] public LinkState? State { get; init; }

    /// <summary>Purpose.</summary>
    [Id(1)] public LinkPurpose Purpose { get; init; }

    /// <summary>When it ends.</summary>
    [Id(2)] public DateTimeOffset Deadline { get; init; }

    /// <summary>False while the portal is switched off.</summary>
    [Id(3)] public bool PortalEnabled { get; init; }
}

/// <summary>What came of opening a link.</summary>
[GenerateSerializer, Alias("portal.OpenLinkOutcome")]
public abstract record OpenLinkOutcome
{
    private OpenLinkOutcome() { }

    /// <summary>Opened; see what came of the code.</summary>
    [GenerateSerializer, Alias("portal.OpenLinkOutcome.Opened")]
    public sealed record Opened : OpenLinkOutcome
    {
        /// <summary>What came of asking for a code.</summary>
        [Id(0)] public CodeRequestOutcome Code { get; init; } = new CodeRequestOutcome.OnItsWay();

        /// <summary>Where it goes, masked.</summary>
        [Id(1)] public string MaskedAddress { get; init; } = "";
    }

    /// <summary>The link no longer works, or never did.</summary>
    [GenerateSerializer, Alias("portal.OpenLinkOutcome.Ended")]
    public sealed record Ended : OpenLinkOutcome
    {
        /// <summary>How it stands; null where there is none.</summary>
        [Id(0)] public LinkState? State { get; init; }
    }
}

/// <summary>What came of using a link.</summary>
[GenerateSerializer, Alias("portal.LinkVerdict")]
public abstract record LinkVerdict
{
    private LinkVerdict() { }

    /// <summary>Used: the patient may be signed in.</summary>
    [GenerateSerializer, Alias("portal.LinkVerdict.Used")]
    public sealed record Used : LinkVerdict
    {
        /// <summary>The patient.</summary>
        [Id(0)] public string Patient { get; init; } = "";

        /// <summary>The credential that was proved, <c>{kind}.{keyed hash}</c>.</summary>
        [Id(1)] public string Credential { get; init; } = "";
    }

    /// <summary>Not used because of the code.</summary>
    [GenerateSerializer, Alias("portal.LinkVerdict.Code")]
    public sealed record Code : LinkVerdict
    {
        /// <summary>Wrong, Ended or TooMany.</summary>
        [Id(0)] public CodeVerdict Verdict { get; init; } = new CodeVerdict.Ended();
    }

    /// <summary>The link no longer works.</summary>
    [GenerateSerializer, Alias("portal.LinkVerdict.Ended")]
    public sealed record Ended : LinkVerdict;
}

/// <summary>A link in a list.</summary>
[GenerateSerializer, Alias("portal.LinkRow"), Immutable]
public sealed record LinkRow
{
    /// <summary>Its id, which is not a secret.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Purpose.</summary>
    [Id(1)] public LinkPurpose Purpose { get; init; }

    /// <summary>State, judged now.</summary>
    [Id(2)] public LinkState State { get; init; }

    /// <summary>How it was handed over.</summary>
    [Id(3)] public LinkDelivery Delivery { get; init; }

    /// <summary>Who made it: the staff member's id.</summary>
    [Id(4)] public string CreatedBy { get; init; } = "";

    /// <summary>When it was made.</summary>
    [Id(5)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends or ended.</summary>
    [Id(6)] public DateTimeOffset Deadline { get; init; }

    /// <summary>When its button was first pressed; null where never.</summary>
    [Id(7)] public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When it was last used to sign in; null where never.</summary>
    [Id(8)] public DateTimeOffset? UsedAt { get; init; }

    /// <summary>How often it was used.</summary>
    [Id(9)] public int Uses { get; init; }

    /// <summary>Works once.</summary>
    [Id(10)] public bool SingleUse { get; init; }
}
