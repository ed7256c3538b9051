using Orleans;

namespace Portal.Grains.Abstractions.Audit;

/// <summary>How something that is in the audit log came out.</summary>
[GenerateSerializer, Alias("portal.AuditOutcome")]
public enum AuditOutcome
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>Refused by a rule.</summary>
    Refused,

    /// <summary>Tried, and failed for a reason outside the rules.</summary>
    Failed,
}

/// <summary>
/// One row of the audit log: who did what to whom, when, from where, with what outcome. Never a secret, a code, a name, an address of a
/// person or clinical text: people are
/// named by id.
/// </summary>
[GenerateSerializer, Alias("portal.AuditEntry"), Immutable]
public sealed record AuditEntry
{
    /// <summary>The most <see cref="Details"/> of a row.</summary>
    public const int MaxDetails = 16;

    /// <summary>The longest text of any field, in characters; longer ones are cut.</summary>
    public const int MaxText = 200;

    /// <summary>Unique in the organisation. An operation that is repeated uses the same one, and is in the log once.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>The organisation.</summary>
    [Id(1)] public string Organisation { get; init; } = "";

    /// <summary>Place in the chain, from 1; 0 before the entry is appended.</summary>
    [Id(2)] public long Sequence { get; init; }

    /// <summary>When, UTC, to the millisecond.</summary>
    [Id(3)] public DateTimeOffset At { get; init; }

    /// <summary>What kind of actor: <c>visitor</c>, <c>patient</c>, <c>staff</c>, <c>operator</c> or <c>system</c> (a reminder or
    /// timer).</summary>
    [Id(4)] public string ActorKind { get; init; } = "";

    /// <summary>The actor's id; empty for visitors and the system.</summary>
    [Id(5)] public string Actor { get; init; } = "";

    /// <summary>On whose behalf, where somebody acted for another; else empty.</summary>
    [Id(6)] public string OnBehalfOf { get; init; } = "";

    /// <summary>The patient it is about; empty where it is about none.</summary>
    [Id(7)] public string Patient { get; init; } = "";

    /// <summary>What was done, as a stable name such as <c>sign-in.code-requested</c>.</summary>
    [Id(8)] public string Action { get; init; } = "";

    /// <summary>How it came out.</summary>
    [Id(9)] public AuditOutcome Outcome { get; init; }

    /// <summary>Why, as a stable name such as <c>wrong-code</c>; empty where there is nothing to say.</summary>
    [Id(10)] public string Reason { get; init; } = "";

    /// <summary>The client's network address; empty for the system.</summary>
    [Id(11)] public string Address { get; init; } = "";

    /// <summary>The first 16 characters of the session's token hash; empty without a session.</summary>
    [Id(12)] public string SessionHash { get; init; } = "";

    /// <summary>A few more facts, by stable names.</summary>
    [Id(13)] public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();
}
