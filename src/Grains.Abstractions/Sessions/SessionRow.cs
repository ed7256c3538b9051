using Orleans;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>A session in a list.</summary>
[GenerateSerializer, Alias("portal.SessionRow"), Immutable]
public sealed record SessionRow
{
    /// <summary>Its id, which is not a secret.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>The browser, such as "Chrome on Android".</summary>
    [Id(1)] public string Device { get; init; } = "";

    /// <summary>When the sign-in was.</summary>
    [Id(2)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Last use, to within <see cref="SessionLimits.LastSeenGranularity"/>.</summary>
    [Id(3)] public DateTimeOffset LastSeen { get; init; }

    /// <summary>Elevated until; null where not.</summary>
    [Id(4)] public DateTimeOffset? ElevatedUntil { get; init; }

    /// <summary>When it ended; null while it lives.</summary>
    [Id(5)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended; <see cref="SessionEnd.Unknown"/> while it lives.</summary>
    [Id(6)] public SessionEnd Reason { get; init; }

    /// <summary>Whether it is the session that asks.</summary>
    [Id(7)] public bool Current { get; init; }
}
