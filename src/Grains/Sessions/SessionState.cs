using Orleans;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

/// <summary>Where a session's key stands. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.SessionPhase")]
public enum SessionPhase
{
    /// <summary>Nothing has begun under this key.</summary>
    None = 0,

    /// <summary>
    /// A first step was right: a staff member's password, a patient's temporary one, or anything where an authenticator app is asked for.
    /// Good for the authenticator code or the choice of a new password, and for nothing else.
    /// </summary>
    SecondStep = 1,

    /// <summary>Signed in.</summary>
    Live = 2,

    /// <summary>Over, for good: a key never comes to life again.</summary>
    Ended = 3,
}

/// <summary>How a clinical elevation ended. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.ElevationEnd")]
public enum ElevationEnd
{
    /// <summary>Not.</summary>
    None = 0,

    /// <summary>Its time was over.</summary>
    Over = 1,

    /// <summary>Taken back by staff or by the patient.</summary>
    Revoked = 2,
}

/// <summary>One signed-in browser. Holds no token, no address and no name.</summary>
[GenerateSerializer, Alias("portal.SessionState")]
public sealed record SessionState
{
    /// <summary>Where it stands.</summary>
    [Id(0)] public SessionPhase Phase { get; init; }

    /// <summary>Patient or staff.</summary>
    [Id(1)] public PrincipalKind Kind { get; init; }

    /// <summary>The patient or staff member.</summary>
    [Id(2)] public string Subject { get; init; } = "";

    /// <summary>The patient's or staff member's epoch it began under.</summary>
    [Id(3)] public int Epoch { get; init; }

    /// <summary>The organisation's epoch it began under.</summary>
    [Id(4)] public int OrganisationEpoch { get; init; }

    /// <summary>When the sign-in was, which going on under another key does not move.</summary>
    [Id(5)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When this key began.</summary>
    [Id(6)] public DateTimeOffset BeganAt { get; init; }

    /// <summary>Last use, as far as it is written: see <see cref="SessionLimits.LastSeenGranularity"/>.</summary>
    [Id(7)] public DateTimeOffset LastSeen { get; init; }

    /// <summary>When clinical elevation began, also after it has ended; null where this key never had it.</summary>
    [Id(8)] public DateTimeOffset? ElevatedAt { get; init; }

    /// <summary>When clinical elevation ends at the latest; null where it is not elevated.</summary>
    [Id(9)] public DateTimeOffset? ElevatedUntil { get; init; }

    /// <summary>The browser, such as "Chrome on Android".</summary>
    [Id(10)] public string Device { get; init; } = "";

    /// <summary>The id in lists, kept when a session goes on under another key.</summary>
    [Id(11)] public string SessionId { get; init; } = "";

    /// <summary>What was proved: <c>{kind}.{keyed hash}</c> of the credential, or <c>staff.{keyed hash}</c>.</summary>
    [Id(12)] public string Credential { get; init; } = "";

    /// <summary>When it ended; null while it lives.</summary>
    [Id(13)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended; <see cref="SessionEnd.Unknown"/> while it lives.</summary>
    [Id(14)] public SessionEnd End { get; init; }

    /// <summary>The key it goes on under, where <see cref="End"/> is <see cref="SessionEnd.Superseded"/>.</summary>
    [Id(15)] public string Successor { get; init; } = "";

    /// <summary>Rises with every write; the row in the table of sessions follows it.</summary>
    [Id(16)] public long Version { get; init; }

    /// <summary>
    /// Whether the row, the audit log and the patient may not know of the last change yet. Telling them twice is telling them once.
    /// </summary>
    [Id(17)] public bool Untold { get; init; }

    /// <summary>By which way it began.</summary>
    [Id(18)] public SignInWay Way { get; init; }

    /// <summary>How the elevation ended; <see cref="ElevationEnd.None"/> where there was none or it lasts.</summary>
    [Id(19)] public ElevationEnd Lowered { get; init; }

    /// <summary>
    /// What it was begun with: the credential, or the hash of the invitation's or link's token. Repeating the sign-in needs the same.
    /// </summary>
    [Id(20)] public string Proof { get; init; } = "";

    /// <summary>Whether a patient's first step waits for the code of the authenticator app.</summary>
    [Id(40)] public bool AwaitsFactor { get; init; }

    /// <summary>Wrong codes of the app at this sign-in.</summary>
    [Id(41)] public int WrongFactors { get; init; }

    /// <summary>When the owner last showed who they are within the session, by a code; null: not since its beginning.</summary>
    [Id(42)] public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>Whether this key began with nothing but that.</summary>
    [Id(43)] public bool OnlyProved { get; init; }

    /// <summary>The patient whom the person acts for; empty: themselves.</summary>
    [Id(44)] public string ActingFor { get; init; } = "";

    /// <summary>What they could do for them when last judged; less than that closes open pages.</summary>
    [Id(45)] public CaregiverScopes ActingScopes { get; init; }

    /// <summary>Whether what began it shows who may use the portal, and not that it is the patient who got in before.</summary>
    [Id(46)] public bool Unproved { get; init; }

    /// <summary>Keyed hash of the PIN by which staff take a tablet back; empty elsewhere.</summary>
    [Id(50)] public string PinHash { get; init; } = "";

    /// <summary>Wrong PINs so far.</summary>
    [Id(51)] public int WrongPins { get; init; }
}
