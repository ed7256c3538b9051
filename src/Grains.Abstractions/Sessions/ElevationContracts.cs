using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>What came of asking for an elevation code.</summary>
[GenerateSerializer, Alias("portal.ElevationRequestOutcome")]
public abstract record ElevationRequestOutcome
{
    private ElevationRequestOutcome() { }

    /// <summary>On its way.</summary>
    [GenerateSerializer, Alias("portal.ElevationRequestOutcome.Sent")]
    public sealed record Sent : ElevationRequestOutcome
    {
        /// <summary>The destination, masked, such as <c>a•••@x•••.org</c>.</summary>
        [Id(0)] public string MaskedDestination { get; init; } = "";
    }

    /// <summary>Too soon or too many; an earlier code may still be good.</summary>
    [GenerateSerializer, Alias("portal.ElevationRequestOutcome.TooMany")]
    public sealed record TooMany : ElevationRequestOutcome
    {
        /// <summary>When the next one may be sent.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }

        /// <summary>The destination, masked.</summary>
        [Id(1)] public string MaskedDestination { get; init; } = "";
    }

    /// <summary>Nothing is sent: the code of the authenticator app is asked for.</summary>
    [GenerateSerializer, Alias("portal.ElevationRequestOutcome.Authenticator")]
    public sealed record Authenticator : ElevationRequestOutcome;

    /// <summary>The organisation opens records to nobody without an authenticator app, and the patient has none.</summary>
    [GenerateSerializer, Alias("portal.ElevationRequestOutcome.AuthenticatorNeeded")]
    public sealed record AuthenticatorNeeded : ElevationRequestOutcome;

    /// <summary>There is no credential to send to, or the section is hidden.</summary>
    [GenerateSerializer, Alias("portal.ElevationRequestOutcome.Unavailable")]
    public sealed record Unavailable : ElevationRequestOutcome;

    /// <summary>The session has ended.</summary>
    [GenerateSerializer, Alias("portal.ElevationRequestOutcome.SessionEnded")]
    public sealed record SessionEnded : ElevationRequestOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public SessionEnd Reason { get; init; }
    }
}

/// <summary>Elevates a session.</summary>
[GenerateSerializer, Alias("portal.Elevate"), Immutable]
public sealed record Elevate
{
    /// <summary>What was typed.</summary>
    [Id(0)] public string Code { get; init; } = "";

    /// <summary>The token hash under which the session goes on.</summary>
    [Id(1)] public string NewSession { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>What came of elevating.</summary>
[GenerateSerializer, Alias("portal.ElevateOutcome")]
public abstract record ElevateOutcome
{
    private ElevateOutcome() { }

    /// <summary>Elevated; the session's cookie is the new token from now on.</summary>
    [GenerateSerializer, Alias("portal.ElevateOutcome.Elevated")]
    public sealed record Elevated : ElevateOutcome
    {
        /// <summary>Until when.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }

        /// <summary>When the session ends, which elevation does not move.</summary>
        [Id(1)] public DateTimeOffset SessionExpiresAt { get; init; }
    }

    /// <summary>Not elevated, for a reason that has to do with the code.</summary>
    [GenerateSerializer, Alias("portal.ElevateOutcome.Refused")]
    public sealed record Refused : ElevateOutcome
    {
        /// <summary>WrongCode, CodeEnded, TooMany or TryAgain.</summary>
        [Id(0)] public SignInOutcome Why { get; init; } = new SignInOutcome.CodeEnded();
    }

    /// <summary>The session has ended.</summary>
    [GenerateSerializer, Alias("portal.ElevateOutcome.SessionEnded")]
    public sealed record SessionEnded : ElevateOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public SessionEnd Reason { get; init; }
    }
}
