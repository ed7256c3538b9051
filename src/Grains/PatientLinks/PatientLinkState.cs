using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Shared;

namespace Portal.Grains.PatientLinks;

/// <summary>What is stored of a patient link. The token is not: its hash is the grain's key.</summary>
[GenerateSerializer, Alias("portal.PatientLinkState")]
public sealed record PatientLinkState : IUntold<PatientLinkState>
{
    /// <summary>The patient; empty: there is no such link.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>Where it leads.</summary>
    [Id(1)] public LinkPurpose Purpose { get; init; }

    /// <summary>How it was handed over.</summary>
    [Id(2)] public LinkDelivery Delivery { get; init; }

    /// <summary>The address or number it was sent to, canonical; empty where it was not sent.</summary>
    [Id(3)] public string SentTo { get; init; } = "";

    /// <summary>Works once.</summary>
    [Id(4)] public bool SingleUse { get; init; }

    /// <summary>Who made it.</summary>
    [Id(5)] public string CreatedBy { get; init; } = "";

    /// <summary>When it was made, to the millisecond.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is expired.</summary>
    [Id(7)] public DateTimeOffset Deadline { get; init; }

    /// <summary>The patient's count of blocks when it was made; any other makes it dead.</summary>
    [Id(8)] public int BlockCount { get; init; }

    /// <summary>When its button was first pressed; null: never.</summary>
    [Id(9)] public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>The browsers that asked for a code, at most <see cref="PatientLink.MaxBrowsers"/>, oldest first.</summary>
    [Id(10)] public IReadOnlyList<LinkBrowser> Browsers { get; init; } = [];

    /// <summary>How often it was used.</summary>
    [Id(11)] public int Uses { get; init; }

    /// <summary>When it was last used; null: never.</summary>
    [Id(12)] public DateTimeOffset? UsedAt { get; init; }

    /// <summary>
    /// The operations that used it last, at most <see cref="PatientLink.MaxOperations"/>, oldest first; the one of a single-use link.
    /// </summary>
    [Id(13)] public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>When it was taken back; null: it was not.</summary>
    [Id(14)] public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Rises with each write; the table says which version it has.</summary>
    [Id(15)] public long Version { get; init; }

    /// <summary>
    /// What was done and may not be in the table and the audit log yet. Written with what was done, so that a crash in between loses
    /// neither.
    /// </summary>
    [Id(16)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public PatientLinkState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>A browser that asked for a code.</summary>
[GenerateSerializer, Alias("portal.LinkBrowser")]
public sealed record LinkBrowser
{
    /// <summary>Hash of the browser's secret.</summary>
    [Id(0)] public string Browser { get; init; } = "";

    /// <summary>The credential its code went to, <c>{kind}.{keyed hash}</c>.</summary>
    [Id(1)] public string Subject { get; init; } = "";
}
