using Orleans;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.OneTimeCodes;

/// <summary>What a code is for. A code of one purpose is worth nothing for another.</summary>
[GenerateSerializer, Alias("portal.CodePurpose")]
public enum CodePurpose
{
    /// <summary>Signing in with a credential.</summary>
    SignIn,

    /// <summary>Elevating a session to read clinical records.</summary>
    Elevation,

    /// <summary>Accepting an invitation.</summary>
    Invitation,

    /// <summary>Using a patient link.</summary>
    Link,

    /// <summary>Showing that a new email or mobile number is the patient's.</summary>
    CredentialChange,
}

/// <summary>Asks for a code for a patient who is known already.</summary>
[GenerateSerializer, Alias("portal.CodeRequest"), Immutable]
public sealed record CodeRequest
{
    /// <summary>What for.</summary>
    [Id(0)] public CodePurpose Purpose { get; init; }

    /// <summary>What exactly: the session, invitation or link (its hash), so that a code is worth nothing for another one.</summary>
    [Id(1)] public string Context { get; init; } = "";

    /// <summary>Where it goes.</summary>
    [Id(2)] public CodeDestination Destination { get; init; } = new();

    /// <summary>The browser it is bound to.</summary>
    [Id(3)] public ClientDevice Device { get; init; } = new();
}

/// <summary>What came of asking for a code.</summary>
[GenerateSerializer, Alias("portal.CodeRequestOutcome")]
public abstract record CodeRequestOutcome
{
    private CodeRequestOutcome() { }

    /// <summary>On its way, if there is anyone to send it to.</summary>
    [GenerateSerializer, Alias("portal.CodeRequestOutcome.OnItsWay")]
    public sealed record OnItsWay : CodeRequestOutcome
    {
        /// <summary>When it expires.</summary>
        [Id(0)] public DateTimeOffset ExpiresAt { get; init; }

        /// <summary>When another may be asked for.</summary>
        [Id(1)] public DateTimeOffset NextAt { get; init; }
    }

    /// <summary>Too soon or too many; an earlier code may still be good.</summary>
    [GenerateSerializer, Alias("portal.CodeRequestOutcome.TooMany")]
    public sealed record TooMany : CodeRequestOutcome
    {
        /// <summary>When another may be asked for.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }

        /// <summary>Whether a code that was sent before is still good in this browser.</summary>
        [Id(1)] public bool EarlierCodeGood { get; init; }
    }
}

/// <summary>A guess at a code.</summary>
[GenerateSerializer, Alias("portal.CodeGuess"), Immutable]
public sealed record CodeGuess
{
    /// <summary>What for.</summary>
    [Id(0)] public CodePurpose Purpose { get; init; }

    /// <summary>What exactly, as in <see cref="CodeRequest.Context"/>.</summary>
    [Id(1)] public string Context { get; init; } = "";

    /// <summary>What was typed.</summary>
    [Id(2)] public string Code { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(3)] public ClientDevice Device { get; init; } = new();

    /// <summary>The operation that uses the code: the hash of the session that begins or goes on.</summary>
    [Id(4)] public string Operation { get; init; } = "";
}

/// <summary>What a guess was worth.</summary>
[GenerateSerializer, Alias("portal.CodeVerdict")]
public abstract record CodeVerdict
{
    private CodeVerdict() { }

    /// <summary>Right, and used up now by this operation.</summary>
    [GenerateSerializer, Alias("portal.CodeVerdict.Right")]
    public sealed record Right : CodeVerdict
    {
        /// <summary>The patient the code was sent to.</summary>
        [Id(0)] public string Patient { get; init; } = "";

        /// <summary>The address it was sent to.</summary>
        [Id(1)] public string Address { get; init; } = "";
    }

    /// <summary>Wrong.</summary>
    [GenerateSerializer, Alias("portal.CodeVerdict.Wrong")]
    public sealed record Wrong : CodeVerdict
    {
        /// <summary>More tries that the code has.</summary>
        [Id(0)] public int TriesLeft { get; init; }

        /// <summary>The patient the code was sent to, for the audit log only; empty where it went to nobody.</summary>
        [Id(1)] public string Patient { get; init; } = "";
    }

    /// <summary>No code is open for this purpose, context and browser: expired, used, replaced, or its tries are spent.</summary>
    [GenerateSerializer, Alias("portal.CodeVerdict.Ended")]
    public sealed record Ended : CodeVerdict
    {
        /// <summary>The patient the code was sent to, for the audit log only; empty where it went to nobody or there was none.</summary>
        [Id(0)] public string Patient { get; init; } = "";
    }

    /// <summary>The hour's or day's guesses are spent; nothing was compared.</summary>
    [GenerateSerializer, Alias("portal.CodeVerdict.TooMany")]
    public sealed record TooMany : CodeVerdict
    {
        /// <summary>When guesses count again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }

        /// <summary>The patient the code was sent to, for the audit log only; empty where it went to nobody.</summary>
        [Id(1)] public string Patient { get; init; } = "";
    }
}
