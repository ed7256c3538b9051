using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Relationships;

/// <summary>What is stored of who may act for one patient.</summary>
[GenerateSerializer, Alias("portal.RelationshipsState")]
public sealed record RelationshipsState : IUntold<RelationshipsState>
{
    /// <summary>The grants, oldest first, at most <see cref="RelationshipLimits.Kept"/>.</summary>
    [Id(0)] public IReadOnlyList<CaregiverGrant> Grants { get; init; } = [];

    /// <inheritdoc />
    [Id(1)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <summary>Messages about what is in <see cref="Untold"/> that are still to be queued.</summary>
    [Id(2)] public IReadOnlyList<GrantNotice> Notices { get; init; } = [];

    /// <summary>Rises with each write; rows of the table follow it.</summary>
    [Id(3)] public long Version { get; init; }

    /// <inheritdoc />
    public RelationshipsState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>One caregiver's right to act for the patient.</summary>
[GenerateSerializer, Alias("portal.CaregiverGrant")]
public sealed record CaregiverGrant
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>The caregiver.</summary>
    [Id(1)] public string Person { get; init; } = "";

    /// <summary>What they may do.</summary>
    [Id(2)] public CaregiverScopes Scopes { get; init; }

    /// <summary>The last day, in the organisation's time zone; null: no end.</summary>
    [Id(3)] public DateOnly? Until { get; init; }

    /// <summary>Whether it is a parent's.</summary>
    [Id(4)] public bool Parental { get; init; }

    /// <summary>The staff member who gave it.</summary>
    [Id(5)] public string GivenBy { get; init; } = "";

    /// <summary>When.</summary>
    [Id(6)] public DateTimeOffset GivenAt { get; init; }

    /// <summary>When it ended; null while nobody has written that down.</summary>
    [Id(7)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why.</summary>
    [Id(8)] public GrantEnd Reason { get; init; }

    /// <summary>When both were told that the patient comes of age; null: not yet.</summary>
    [Id(9)] public DateTimeOffset? NoticedAt { get; init; }

    /// <summary>The operation that gave it.</summary>
    [Id(10)] public string Operation { get; init; } = "";

    /// <summary>The merge that ended it, with the patient; empty: none.</summary>
    [Id(11)] public string Merge { get; init; } = "";
}

/// <summary>A message about a grant that is still to be queued.</summary>
[GenerateSerializer, Alias("portal.GrantNotice")]
public sealed record GrantNotice
{
    /// <summary>Names the message, so that it is queued once.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Who gets it: a patient or caregiver.</summary>
    [Id(1)] public string To { get; init; } = "";

    /// <summary>What it is about.</summary>
    [Id(2)] public MessageKind Kind { get; init; }

    /// <summary>When it takes effect, where it says so.</summary>
    [Id(3)] public DateTimeOffset? When { get; init; }
}
