using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>An email or mobile number that whoever is signed in wants to sign in with from now on.</summary>
[GenerateSerializer, Alias("portal.OwnCredential"), Immutable]
public sealed record OwnCredential
{
    /// <summary>Email or mobile; a username is the clinic's to give.</summary>
    [Id(0)] public CredentialKind Kind { get; init; }

    /// <summary>As typed.</summary>
    [Id(1)] public string Value { get; init; } = "";

    /// <summary>The code that was sent there; empty while it is asked for.</summary>
    [Id(2)] public string Code { get; init; } = "";

    /// <summary>Names this click, so that a repeat of it is the same operation.</summary>
    [Id(3)] public string Operation { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(4)] public ClientDevice Device { get; init; } = new();
}

/// <summary>What came of changing one's own credential.</summary>
[GenerateSerializer, Alias("portal.OwnCredentialOutcome")]
public abstract record OwnCredentialOutcome
{
    private OwnCredentialOutcome() { }

    /// <summary>A code is on its way to the new address.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.Sent"), Immutable]
    public sealed record Sent : OwnCredentialOutcome;

    /// <summary>In force; the old address is told, this session goes on and all others have ended.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.Changed"), Immutable]
    public sealed record Changed : OwnCredentialOutcome;

    /// <summary>Not an address of that kind, or the organisation sends no codes to such.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.Malformed"), Immutable]
    public sealed record Malformed : OwnCredentialOutcome;

    /// <summary>Somebody else signs in with it. Told only to who holds it.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.Taken"), Immutable]
    public sealed record Taken : OwnCredentialOutcome;

    /// <summary>The code was refused.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.Refused"), Immutable]
    public sealed record Refused : OwnCredentialOutcome
    {
        /// <summary>Why.</summary>
        [Id(0)] public SignInOutcome Why { get; init; } = new SignInOutcome.CodeEnded();
    }

    /// <summary>Who signed in too long ago has to show who they are first.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.ProofNeeded"), Immutable]
    public sealed record ProofNeeded : OwnCredentialOutcome;

    /// <summary>The session is over.</summary>
    [GenerateSerializer, Alias("portal.OwnCredentialOutcome.Ended"), Immutable]
    public sealed record Ended : OwnCredentialOutcome;
}
