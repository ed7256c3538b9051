using Orleans;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>The browser that a request came from, as far as the portal cares.</summary>
[GenerateSerializer, Alias("portal.ClientDevice"), Immutable]
public sealed record ClientDevice
{
    /// <summary>A short description for people, such as "Chrome on Android"; at most 60 characters.</summary>
    [Id(0)] public string Description { get; init; } = "";

    /// <summary>SHA-256 of the secret in the cookie that binds a code to the browser that asked for it. Empty where there is
    /// none.</summary>
    [Id(1)] public string BrowserHash { get; init; } = "";

    /// <summary>
    /// Whether this browser has signed in before with the same credential, proved by a signed device cookie. Such devices have budgets of
    /// their own, so that a stranger who spends the budget of unknown devices locks nobody out (OWASP "device cookies").
    /// </summary>
    [Id(2)] public bool Known { get; init; }
}
