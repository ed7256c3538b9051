using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Shared;

namespace Portal.Grains.Invitations;

/// <summary>What is stored of an invitation. The token is not: its hash is the grain's key.</summary>
[GenerateSerializer, Alias("portal.StoredInvitation")]
public sealed record StoredInvitation : IUntold<StoredInvitation>
{
    /// <summary>The patient; empty: there is no such invitation.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>The invited address, canonical.</summary>
    [Id(1)] public string Address { get; init; } = "";

    /// <summary>When it was made, to the millisecond.</summary>
    [Id(2)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is expired.</summary>
    [Id(3)] public DateTimeOffset Deadline { get; init; }

    /// <summary>The patient's count of blocks when it was made; any other makes it dead.</summary>
    [Id(4)] public int BlockCount { get; init; }

    /// <summary>The invitation that counted before it; null where none did.</summary>
    [Id(5)] public string? Supersedes { get; init; }

    /// <summary>When a button of its page was first pressed; null: never.</summary>
    [Id(6)] public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>Wrong dates of birth so far.</summary>
    [Id(7)] public int WrongTries { get; init; }

    /// <summary>
    /// The browsers that gave the right date of birth, by hash, at most <see cref="Invitation.MaxBrowsers"/>, oldest first.
    /// </summary>
    [Id(8)] public IReadOnlyList<string> Browsers { get; init; } = [];

    /// <summary>The operation that accepts or has accepted it; null: none.</summary>
    [Id(9)] public string? Operation { get; init; }

    /// <summary>When that operation was put down; null: none was.</summary>
    [Id(10)] public DateTimeOffset? OperationAt { get; init; }

    /// <summary>How it ended; pending: it has not, as far as is stored.</summary>
    [Id(11)] public InvitationState Outcome { get; init; }

    /// <summary>Why it was revoked, as a stable name; empty where it was not.</summary>
    [Id(12)] public string Reason { get; init; } = "";

    /// <summary>Rises with each write; the table says which version it has.</summary>
    [Id(13)] public long Version { get; init; }

    /// <summary>
    /// What was done and may not be in the table and the audit log yet. Written with what was done, so that a crash in between loses
    /// neither.
    /// </summary>
    [Id(14)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <summary>Whether its address was not what the patient, who got in already, signed in with when it was accepted.</summary>
    [Id(15)] public bool Elsewhere { get; init; }

    /// <inheritdoc />
    public StoredInvitation WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}
