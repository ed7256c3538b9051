using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;

namespace Portal.Grains.OneTimeCodes;

/// <summary>
/// The codes of one credential. Bounded: at most one slot for each purpose and kind of device, one challenge in each, and no list
/// longer than its budget. Holds no code, only keyed hashes.
/// </summary>
[GenerateSerializer, Alias("portal.OneTimeCodeState")]
public sealed record OneTimeCodeState
{
    /// <summary>One for each purpose and kind of device in use; at most ten.</summary>
    [Id(0)] public OneTimeCodeSlot[] Slots { get; init; } = [];

    /// <summary>What devices that signed in with this credential before have used up.</summary>
    [Id(1)] public OneTimeCodeBudget Known { get; init; } = new();

    /// <summary>What all other devices together have used up.</summary>
    [Id(2)] public OneTimeCodeBudget Unknown { get; init; } = new();

    /// <summary>Codes accepted within a day, the newest last, so that a repeated operation gets the same answer; at most twenty.</summary>
    [Id(3)] public UsedCode[] Used { get; init; } = [];
}

/// <summary>The succession of challenges of one purpose asked for by one kind of device, of which only the newest counts.</summary>
[GenerateSerializer, Alias("portal.OneTimeCodeSlot")]
public sealed record OneTimeCodeSlot
{
    /// <summary>What the codes are for.</summary>
    [Id(0)] public CodePurpose Purpose { get; init; }

    /// <summary>Whether they were asked for by devices that signed in before.</summary>
    [Id(1)] public bool KnownDevice { get; init; }

    /// <summary>The newest challenge unless it was used; an expired one stays for an hour, to be named as expired.</summary>
    [Id(2)] public OneTimeCodeChallenge? Challenge { get; init; }

    /// <summary>When wrong codes were entered since the last right one, in any challenge; the newest last, at most five.</summary>
    [Id(3)] public DateTimeOffset[] WrongAt { get; init; } = [];
}

/// <summary>One code that was asked for and not yet used.</summary>
[GenerateSerializer, Alias("portal.OneTimeCodeChallenge")]
public sealed record OneTimeCodeChallenge
{
    /// <summary>Name of the challenge.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>What exactly it is for: the session, invitation or link; empty for signing in.</summary>
    [Id(1)] public string Context { get; init; } = "";

    /// <summary>Hash of the secret the asking browser holds.</summary>
    [Id(2)] public string Browser { get; init; } = "";

    /// <summary>When it was asked for.</summary>
    [Id(3)] public DateTimeOffset IssuedAt { get; init; }

    /// <summary>The first moment at which it is refused.</summary>
    [Id(4)] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// Whether the message may not be queued yet, and who holds the credential not be known. In storage it stays so until the next write:
    /// after a crash the outbox tells.
    /// </summary>
    [Id(5)] public bool Pending { get; init; }

    /// <summary>Keyed hash of the code; empty where nobody holds the credential: then no code is right.</summary>
    [Id(6)] public string CodeHash { get; init; } = "";

    /// <summary>The patient it was sent to; empty where nobody holds the credential, or that is not known yet.</summary>
    [Id(7)] public string Patient { get; init; } = "";

    /// <summary>The email or number it was sent to; empty likewise.</summary>
    [Id(8)] public string Address { get; init; } = "";
}

/// <summary>Sends and guesses of one kind of device, across all purposes.</summary>
[GenerateSerializer, Alias("portal.OneTimeCodeBudget")]
public sealed record OneTimeCodeBudget
{
    /// <summary>When codes were asked for within a day, the newest last; at most ten.</summary>
    [Id(0)] public DateTimeOffset[] SentAt { get; init; } = [];

    /// <summary>When codes were looked at within a day, right or wrong, the newest last; at most twenty.</summary>
    [Id(1)] public DateTimeOffset[] GuessedAt { get; init; } = [];

    /// <summary>Whether a code was used since the last send, so that the next needs no minute's wait.</summary>
    [Id(2)] public bool LastSendUsed { get; init; }
}

/// <summary>A code that was accepted.</summary>
[GenerateSerializer, Alias("portal.UsedCode")]
public sealed record UsedCode
{
    /// <summary>The challenge.</summary>
    [Id(0)] public OneTimeCodeChallenge Challenge { get; init; } = new();

    /// <summary>What it was for.</summary>
    [Id(1)] public CodePurpose Purpose { get; init; }

    /// <summary>The operation that used it: the hash of the session that began or went on.</summary>
    [Id(2)] public string Operation { get; init; } = "";

    /// <summary>When.</summary>
    [Id(3)] public DateTimeOffset At { get; init; }
}
