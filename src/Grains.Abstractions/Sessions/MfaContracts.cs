using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>The code of a patient's authenticator app, or a recovery code, as the second step of a sign-in.</summary>
[GenerateSerializer, Alias("portal.CompleteSecondFactor"), Immutable]
public sealed record CompleteSecondFactor
{
    /// <summary>What was typed.</summary>
    [Id(0)] public string Code { get; init; } = "";

    /// <summary>The token hash of the session to begin.</summary>
    [Id(1)] public string NewSession { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>A change of whoever is signed in to their authenticator app.</summary>
[GenerateSerializer, Alias("portal.ChangeMfa"), Immutable]
public sealed record ChangeMfa
{
    /// <summary>What was typed: a code of the app, or where one is set up a recovery code.</summary>
    [Id(0)] public string Code { get; init; } = "";

    /// <summary>Names this click, so that a repeat of it is the same operation.</summary>
    [Id(1)] public string Operation { get; init; } = "";
}
