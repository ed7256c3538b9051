using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Sessions;

/// <summary>How long sessions last.</summary>
public static class SessionLimits
{
    /// <summary>A patient's session, from sign-in, whatever is done in it. Source: product, section 4.</summary>
    public static readonly TimeSpan PatientLifetime = TimeSpan.FromHours(24);

    /// <summary>A staff member's session, from sign-in. Ours: a working day.</summary>
    public static readonly TimeSpan StaffLifetime = TimeSpan.FromHours(8);

    /// <summary>From a right password to the authenticator code, or to the choice of a new password. Ours.</summary>
    public static readonly TimeSpan SecondStep = TimeSpan.FromMinutes(10);

    /// <summary>
    /// How far the stored "last seen" may lag behind: a session's use is written at most this often, so after a crash a session may look
    /// idle by so much longer. Ours.
    /// </summary>
    public static readonly TimeSpan LastSeenGranularity = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often a session with open pages asks whether it still lives. Source: security rules, "Revocation": open pages are closed within
    /// 5 seconds.
    /// </summary>
    public static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(2);

    /// <summary>How long a watcher counts without renewing itself. Ours.</summary>
    public static readonly TimeSpan WatchLease = TimeSpan.FromMinutes(2);
}

/// <summary>Why a session is no more.</summary>
[GenerateSerializer, Alias("portal.SessionEnd")]
public enum SessionEnd
{
    /// <summary>There never was one of that token.</summary>
    Unknown,

    /// <summary>24 hours (staff: 8) are over.</summary>
    Expired,

    /// <summary>Not used for the organisation's idle limit.</summary>
    Idle,

    /// <summary>Signed out.</summary>
    SignedOut,

    /// <summary>Ended from another of the owner's sessions, or by staff.</summary>
    Revoked,

    /// <summary>The patient was blocked, lost access, or a credential changed.</summary>
    AccessEnded,

    /// <summary>The portal was switched off.</summary>
    PortalDisabled,

    /// <summary>The session goes on under a new token, after elevation or a staff member's second step.</summary>
    Superseded,

    /// <summary>The form on the clinic's tablet was handed in.</summary>
    Submitted = 50,

    /// <summary>Staff took the tablet back with their PIN.</summary>
    TakenBack = 51,

    /// <summary>Somebody tried too many PINs on the tablet.</summary>
    Locked = 52,
}

/// <summary>Signs in with a code.</summary>
[GenerateSerializer, Alias("portal.SignInWithCode"), Immutable]
public sealed record SignInWithCode
{
    /// <summary><c>{kind}.{keyed hash}</c> of what was typed in the sign-in page.</summary>
    [Id(0)] public string Subject { get; init; } = "";

    /// <summary>What was typed; anything but six digits is refused without being evaluated.</summary>
    [Id(1)] public string Code { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>Signs in with a code and an invitation or link.</summary>
[GenerateSerializer, Alias("portal.SignInWithToken"), Immutable]
public sealed record SignInWithToken
{
    /// <summary>SHA-256 of the invitation's or link's token.</summary>
    [Id(0)] public string TokenHash { get; init; } = "";

    /// <summary>What was typed.</summary>
    [Id(1)] public string Code { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>What came of signing in.</summary>
[GenerateSerializer, Alias("portal.SignInOutcome")]
public abstract record SignInOutcome
{
    private SignInOutcome() { }

    /// <summary>In; the session of the key lives.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.SignedIn")]
    public sealed record SignedIn : SignInOutcome
    {
        /// <summary>The patient or staff member.</summary>
        [Id(0)] public string Subject { get; init; } = "";

        /// <summary>When the session ends at the latest.</summary>
        [Id(1)] public DateTimeOffset ExpiresAt { get; init; }

        /// <summary>
        /// The credential that was proved, for the device cookie: <c>{kind}.{keyed hash}</c>, of staff <c>staff.{keyed hash of the
        /// address}</c>.
        /// </summary>
        [Id(2)] public string Credential { get; init; } = "";
    }

    /// <summary>The code is wrong; the same for codes that were never sent.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.WrongCode")]
    public sealed record WrongCode : SignInOutcome
    {
        /// <summary>How many more tries this code has.</summary>
        [Id(0)] public int TriesLeft { get; init; }
    }

    /// <summary>The code is too old, used up, replaced, or was asked for in another browser: a new one is needed.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.CodeEnded")]
    public sealed record CodeEnded : SignInOutcome;

    /// <summary>Too many tries; nothing was evaluated.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.TooMany")]
    public sealed record TooMany : SignInOutcome
    {
        /// <summary>When it is worth trying again.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>
    /// The code was right, and the patient is not allowed in: no access, blocked. Told only to who proved the credential.
    /// </summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.NoAccess")]
    public sealed record NoAccess : SignInOutcome;

    /// <summary>The portal is switched off.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.PortalDisabled")]
    public sealed record PortalDisabled : SignInOutcome;

    /// <summary>The invitation or link no longer works.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.TokenEnded")]
    public sealed record TokenEnded : SignInOutcome;

    /// <summary>The invited address signs another patient in: the clinic has to help.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.AddressTaken")]
    public sealed record AddressTaken : SignInOutcome;

    /// <summary>Credential or password is wrong; which one is not said.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.WrongPassword")]
    public sealed record WrongPassword : SignInOutcome;

    /// <summary>The temporary password was right, and its time is over. Told only to who knew it.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.PasswordExpired")]
    public sealed record PasswordExpired : SignInOutcome;

    /// <summary>
    /// The temporary password was right: this key is good for <see cref="ISessionGrain.ChooseNewPassword"/> until then, and for nothing
    /// else.
    /// </summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.NewPasswordNeeded")]
    public sealed record NewPasswordNeeded : SignInOutcome
    {
        /// <summary>Until when.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }
    }

    /// <summary>
    /// All was right so far: this key is good for <see cref="ISessionGrain.CompleteSecondFactor"/> until then, and for nothing else.
    /// </summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.SecondFactorNeeded")]
    public sealed record SecondFactorNeeded : SignInOutcome
    {
        /// <summary>Until when.</summary>
        [Id(0)] public DateTimeOffset Until { get; init; }

        /// <summary>The credential that was proved, by which the browser may be known: <c>{kind}.{keyed hash}</c>.</summary>
        [Id(1)] public string Credential { get; init; } = "";
    }

    /// <summary>The registration is confirmed, and the clinic looks at it before anybody is let in.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.RegistrationHeld")]
    public sealed record RegistrationHeld : SignInOutcome;

    /// <summary>Something was under way and could not be finished just now; the same form may be sent again.</summary>
    [GenerateSerializer, Alias("portal.SignInOutcome.TryAgain")]
    public sealed record TryAgain : SignInOutcome;
}

/// <summary>A staff member's address and password.</summary>
[GenerateSerializer, Alias("portal.BeginStaffSignIn"), Immutable]
public sealed record BeginStaffSignIn
{
    /// <summary>What was typed as the address.</summary>
    [Id(0)] public string Email { get; init; } = "";

    /// <summary>What was typed as the password.</summary>
    [Id(1)] public string Password { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>What came of the password.</summary>
[GenerateSerializer, Alias("portal.StaffBeginOutcome")]
public enum StaffBeginOutcome
{
    /// <summary>Right; the authenticator is next.</summary>
    SecondStep,

    /// <summary>Address or password is wrong; which one is not said.</summary>
    Wrong,

    /// <summary>Too many tries for now.</summary>
    TooMany,
}

/// <summary>A staff member's authenticator code.</summary>
[GenerateSerializer, Alias("portal.CompleteStaffSignIn"), Immutable]
public sealed record CompleteStaffSignIn
{
    /// <summary>What was typed.</summary>
    [Id(0)] public string Code { get; init; } = "";

    /// <summary>The token hash of the session to begin.</summary>
    [Id(1)] public string NewSession { get; init; } = "";

    /// <summary>The browser.</summary>
    [Id(2)] public ClientDevice Device { get; init; } = new();
}

/// <summary>Whether a session lives.</summary>
[GenerateSerializer, Alias("portal.SessionCheck")]
public abstract record SessionCheck
{
    private SessionCheck() { }

    /// <summary>It lives.</summary>
    [GenerateSerializer, Alias("portal.SessionCheck.Alive"), Immutable]
    public sealed record Alive : SessionCheck
    {
        /// <summary>Who it is; the web adds the address of the connection.</summary>
        [Id(0)] public Principal Principal { get; init; } = new();

        /// <summary>Name to greet with.</summary>
        [Id(1)] public string Name { get; init; } = "";

        /// <summary>When it ends at the latest.</summary>
        [Id(2)] public DateTimeOffset ExpiresAt { get; init; }

        /// <summary>When it ends unless it is used.</summary>
        [Id(3)] public DateTimeOffset IdleAt { get; init; }

        /// <summary>Its id in lists of sessions, which is not a secret.</summary>
        [Id(4)] public string SessionId { get; init; } = "";

        /// <summary>Name of the patient acted for; null: the person acts for themselves.</summary>
        [Id(40)] public string? ActingName { get; init; }

        /// <summary>Whether the person may act for others.</summary>
        [Id(41)] public bool ActsForOthers { get; init; }
    }

    /// <summary>It does not.</summary>
    [GenerateSerializer, Alias("portal.SessionCheck.Ended"), Immutable]
    public sealed record Ended : SessionCheck
    {
        /// <summary>Why.</summary>
        [Id(0)] public SessionEnd Reason { get; init; }
    }
}

/// <summary>What a session that goes on under a new key takes with it.</summary>
[GenerateSerializer, Alias("portal.ContinuedSession"), Immutable]
public sealed record ContinuedSession
{
    /// <summary>Patient or staff.</summary>
    [Id(0)] public PrincipalKind Kind { get; init; }

    /// <summary>The patient or staff member.</summary>
    [Id(1)] public string Subject { get; init; } = "";

    /// <summary>The epoch it began under.</summary>
    [Id(2)] public int Epoch { get; init; }

    /// <summary>The organisation's epoch it began under.</summary>
    [Id(3)] public int OrganisationEpoch { get; init; }

    /// <summary>When the sign-in was.</summary>
    [Id(4)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Elevated until; null where not.</summary>
    [Id(5)] public DateTimeOffset? ElevatedUntil { get; init; }

    /// <summary>The browser.</summary>
    [Id(6)] public string Device { get; init; } = "";

    /// <summary>The id in lists, kept when a session goes on.</summary>
    [Id(7)] public string SessionId { get; init; } = "";

    /// <summary>
    /// The credential it was signed in with, <c>{kind}.{keyed hash}</c>, of staff <c>staff.{keyed hash of the address}</c>.
    /// </summary>
    [Id(8)] public string Credential { get; init; } = "";

    /// <summary>When the elevation began; null where there is none.</summary>
    [Id(9)] public DateTimeOffset? ElevatedAt { get; init; }

    /// <summary>Whether a patient is signed in only now, after a second step.</summary>
    [Id(10)] public bool SignsIn { get; init; }

    /// <summary>By which way, where so.</summary>
    [Id(40)] public SignInWay Way { get; init; }

    /// <summary>When the owner last showed who they are by a code; null: not since the sign-in.</summary>
    [Id(41)] public DateTimeOffset? ProvedAt { get; init; }

    /// <summary>Whether it goes on because of that alone.</summary>
    [Id(42)] public bool OnlyProved { get; init; }

    /// <summary>The patient acted for; empty: none.</summary>
    [Id(43)] public string ActingFor { get; init; } = "";

    /// <summary>What could be done for them.</summary>
    [Id(44)] public CaregiverScopes ActingScopes { get; init; }
}
