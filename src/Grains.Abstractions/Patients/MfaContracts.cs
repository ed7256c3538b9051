using Orleans;

namespace Portal.Grains.Abstractions.Patients;

/// <summary>The bounds of a second factor.</summary>
public static class MfaLimits
{
    /// <summary>Recovery codes that are made at once. Ours, as most services do.</summary>
    public const int RecoveryCodes = 10;

    /// <summary>Wrong codes at one sign-in before the first step has to be taken again. Source: security rules, "Guesses".</summary>
    public const int TriesAtSignIn = 5;

    /// <summary>So few recovery codes left that the patient is asked to make new ones. Ours.</summary>
    public const int FewRecoveryCodes = 3;
}

/// <summary>What may be known of a patient's authenticator app.</summary>
[GenerateSerializer, Alias("portal.MfaView"), Immutable]
public sealed record MfaView
{
    /// <summary>Whether its code is asked for at each sign-in.</summary>
    [Id(0)] public bool On { get; init; }

    /// <summary>Since when; null where it is not.</summary>
    [Id(1)] public DateTimeOffset? Since { get; init; }

    /// <summary>Recovery codes that were not used yet.</summary>
    [Id(2)] public int RecoveryCodesLeft { get; init; }
}

/// <summary>What an authenticator app has to be given. Kept nowhere until a code of it has confirmed it.</summary>
[GenerateSerializer, Alias("portal.MfaSecret"), Immutable]
public sealed record MfaSecret
{
    /// <summary>In base32, as it is typed.</summary>
    [Id(0)] public string Secret { get; init; } = "";

    /// <summary>The same as an address, as it is scanned.</summary>
    [Id(1)] public string Address { get; init; } = "";

    /// <summary>Holds a secret.</summary>
    public override string ToString() => nameof(MfaSecret);
}

/// <summary>A code of an authenticator app, or a recovery code in its place, and what it is to be used for.</summary>
[GenerateSerializer, Alias("portal.MfaGuess"), Immutable]
public sealed record MfaGuess
{
    /// <summary>As typed. Spaces and hyphens don't matter.</summary>
    [Id(0)] public string Code { get; init; } = "";

    /// <summary>
    /// What it is used for: the hash of the session that begins or goes on, or the name of a click. It alone may come again with the same
    /// code.
    /// </summary>
    [Id(1)] public string Operation { get; init; } = "";

    /// <summary>Whether this browser has signed this patient in before: it then has a budget of its own.</summary>
    [Id(2)] public bool KnownDevice { get; init; }

    /// <summary>Holds a secret.</summary>
    public override string ToString() => nameof(MfaGuess);
}

/// <summary>What a code was worth.</summary>
[GenerateSerializer, Alias("portal.MfaAnswer")]
public abstract record MfaAnswer
{
    private MfaAnswer() { }

    /// <summary>Right, and used up now by this operation.</summary>
    [GenerateSerializer, Alias("portal.MfaAnswer.Right"), Immutable]
    public sealed record Right : MfaAnswer
    {
        /// <summary>It was a recovery code.</summary>
        [Id(0)] public bool Recovery { get; init; }
    }

    /// <summary>Wrong, or used before.</summary>
    [GenerateSerializer, Alias("portal.MfaAnswer.Wrong"), Immutable]
    public sealed record Wrong : MfaAnswer
    {
        /// <summary>How many more are compared before a wait.</summary>
        [Id(0)] public int TriesLeft { get; init; }
    }

    /// <summary>Too many wrong ones; nothing was compared.</summary>
    [GenerateSerializer, Alias("portal.MfaAnswer.TooMany"), Immutable]
    public sealed record TooMany : MfaAnswer
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>There is no authenticator app to compare with.</summary>
    [GenerateSerializer, Alias("portal.MfaAnswer.NotOn"), Immutable]
    public sealed record NotOn : MfaAnswer;
}

/// <summary>What came of setting up an authenticator app, renewing its recovery codes, or switching it off.</summary>
[GenerateSerializer, Alias("portal.MfaOutcome")]
public abstract record MfaOutcome
{
    private MfaOutcome() { }

    /// <summary>Done, now or by the same operation before.</summary>
    [GenerateSerializer, Alias("portal.MfaOutcome.Done"), Immutable]
    public sealed record Done : MfaOutcome
    {
        /// <summary>The new recovery codes, shown this once; none where it was switched off, or they are not in force any more.</summary>
        [Id(0)] public IReadOnlyList<string> RecoveryCodes { get; init; } = [];

        /// <summary>The epoch whose sessions ended by it; null where none did.</summary>
        [Id(1)] public int? EndedEpoch { get; init; }

        /// <summary>Holds secrets.</summary>
        public override string ToString() => nameof(Done);
    }

    /// <summary>The code is not the app's.</summary>
    [GenerateSerializer, Alias("portal.MfaOutcome.Wrong"), Immutable]
    public sealed record Wrong : MfaOutcome;

    /// <summary>Too many wrong codes; nothing was compared.</summary>
    [GenerateSerializer, Alias("portal.MfaOutcome.TooMany"), Immutable]
    public sealed record TooMany : MfaOutcome
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>It is set up already, or is not, whichever it would have to be; or there is no such patient.</summary>
    [GenerateSerializer, Alias("portal.MfaOutcome.Overtaken"), Immutable]
    public sealed record Overtaken : MfaOutcome;

    /// <summary>Who signed in too long ago has to show who they are first.</summary>
    [GenerateSerializer, Alias("portal.MfaOutcome.ProofNeeded"), Immutable]
    public sealed record ProofNeeded : MfaOutcome;

    /// <summary>The session is over.</summary>
    [GenerateSerializer, Alias("portal.MfaOutcome.SessionEnded"), Immutable]
    public sealed record SessionEnded : MfaOutcome;
}

/// <summary>What came of staff taking a lost authenticator app off a patient.</summary>
[GenerateSerializer, Alias("portal.ResetMfaOutcome")]
public enum ResetMfaOutcome
{
    /// <summary>It is off, now or before; where it was on, the sessions have ended and the patient is told.</summary>
    Done = 0,

    /// <summary>Staff did not confirm that they verified it with the patient.</summary>
    NotConfirmed = 1,

    /// <summary>The organisation wants a second staff member to approve it; the request waits for them.</summary>
    AwaitsApproval = 2,
}
