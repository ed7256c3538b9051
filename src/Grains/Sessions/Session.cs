using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;

namespace Portal.Grains.Sessions;

/// <summary>What a session is judged by besides itself, asked for anew at each call.</summary>
public sealed record SessionFacts
{
    /// <summary>Whether the organisation exists and, for patients, has its portal switched on.</summary>
    public required bool PortalOpen { get; init; }

    /// <summary>The organisation's epoch.</summary>
    public required int OrganisationEpoch { get; init; }

    /// <summary>How long a session lives without use.</summary>
    public required TimeSpan IdleLimit { get; init; }

    /// <summary>How long an elevation lasts.</summary>
    public required TimeSpan ElevationLimit { get; init; }

    /// <summary>Whether patients are shown clinical records here.</summary>
    public required bool RecordsShown { get; init; }

    /// <summary>Whether the patient or staff member may use sessions at all.</summary>
    public required bool InGoodStanding { get; init; }

    /// <summary>The epoch of the patient or staff member.</summary>
    public required int Epoch { get; init; }

    /// <summary>Name to greet with.</summary>
    public required string Name { get; init; }

    /// <summary>A staff member's role.</summary>
    public StaffRole? Role { get; init; }

    /// <summary>Whether a patient's authenticator app is asked for at each sign-in.</summary>
    public bool SecondFactor { get; init; }

    /// <summary>Whether records are opened to nobody without one.</summary>
    public bool ElevationNeedsFactor { get; init; }

    /// <summary>Whether the person is no patient, and is on file to act for others.</summary>
    public bool CaregiverOnly { get; init; }

    /// <summary>Whether the person may act for others.</summary>
    public bool ActsForOthers { get; init; }

    /// <summary>What the person may do for the patient whom the session acts for; null: it acts for nobody, or no longer may.</summary>
    public ActingGrant? Acting { get; init; }

    /// <summary>The facts about a patient's session.</summary>
    public static SessionFacts Of(OrganisationView? organisation, PatientStanding standing) => new()
    {
        PortalOpen = organisation is { Settings.PortalEnabled: true },
        OrganisationEpoch = organisation?.Epoch ?? 0,
        IdleLimit = Least(organisation?.Settings.IdleLimit, OrganisationLimits.MaxIdle),
        ElevationLimit = Least(organisation?.Settings.ElevationLimit, OrganisationLimits.MaxElevation),
        RecordsShown = organisation?.Settings.Sections.Contains(PortalSection.ClinicalRecords) == true,
        InGoodStanding = standing.Kind == StandingKind.Good,
        Epoch = standing.Epoch,
        Name = standing.GivenName,
        SecondFactor = standing.SecondFactor,
        CaregiverOnly = standing.CaregiverOnly,
        ActsForOthers = standing.ActsForOthers,
        ElevationNeedsFactor = organisation?.Settings.MfaForElevation == true,
    };

    /// <summary>
    /// The facts about a staff member's session. Switching the portal off ends no staff session: somebody has to switch it on again.
    /// </summary>
    public static SessionFacts Of(OrganisationView? organisation, StaffStanding standing) => new()
    {
        PortalOpen = organisation is not null,
        OrganisationEpoch = 0,
        IdleLimit = Least(organisation?.Settings.IdleLimit, OrganisationLimits.MaxIdle),
        ElevationLimit = TimeSpan.Zero,
        RecordsShown = false,
        InGoodStanding = standing.Exists,
        Epoch = standing.Epoch,
        Name = standing.Name,
        Role = standing.Role,
    };

    /// <summary>
    /// The facts about a tablet in a patient's hands. Whoever has no access to the portal may still fill a form in at the clinic; who is
    /// blocked may not.
    /// </summary>
    public static SessionFacts OfKiosk(OrganisationView? organisation, PatientStanding standing) => Of(organisation, standing) with
    {
        IdleLimit = Least(organisation?.Settings.IdleLimit, KioskLimits.Idle),
        ElevationLimit = TimeSpan.Zero,
        RecordsShown = false,
        InGoodStanding = standing.Kind is StandingKind.Good or StandingKind.NoAccess,
        SecondFactor = false,
    };

    // An organisation may tighten a limit, never loosen it, whatever its stored settings say.
    private static TimeSpan Least(TimeSpan? set, TimeSpan most) => set is { } value && value < most ? value : most;
}

/// <summary>The rules of a session: pure functions of its state, the facts about it and the time.</summary>
public static class Session
{
    /// <summary>For how long the end of a session and its reason are kept. Ours: lists show 30 days.</summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);

    /// <summary>The longest description of a browser kept, in characters: what <see cref="ClientDevice.Description"/> promises.</summary>
    public const int LongestDevice = 60;

    /// <summary>The state in which a sign-in has begun a session.</summary>
    public static SessionState Begin(
        SignInWay way, PrincipalKind kind, string subject, string credential, ClientDevice device, SessionFacts facts, string id,
        DateTimeOffset now) => new()
        {
            Phase = kind == PrincipalKind.Staff || way == SignInWay.TemporaryPassword || facts.SecondFactor
                ? SessionPhase.SecondStep
                : SessionPhase.Live,
            AwaitsFactor = kind == PrincipalKind.Patient && facts.SecondFactor,
            Kind = kind,
            Subject = subject,
            Epoch = facts.Epoch,
            OrganisationEpoch = facts.OrganisationEpoch,
            CreatedAt = now,
            BeganAt = now,
            LastSeen = now,
            Device = Cut(device.Description),
            SessionId = id,
            Credential = credential,
            Version = 1,
            Untold = true,
            Way = way,
        };

    /// <summary>The state in which a session that another key has proved begins under this one.</summary>
    public static SessionState Begin(ContinuedSession from, DateTimeOffset now) => new()
    {
        Phase = SessionPhase.Live,
        Kind = from.Kind,
        Subject = from.Subject,
        Epoch = from.Epoch,
        OrganisationEpoch = from.OrganisationEpoch,
        CreatedAt = from.CreatedAt,
        BeganAt = now,
        LastSeen = now,
        ElevatedAt = from.ElevatedAt,
        ElevatedUntil = from.ElevatedUntil,
        Device = Cut(from.Device),
        SessionId = from.SessionId,
        Credential = from.Credential,
        Version = 1,
        Untold = true,
        Way = from.SignsIn ? from.Way : SignInWay.Continued,
        ActingFor = from.ActingFor,
        ActingScopes = from.ActingScopes,
        ProvedAt = from.ProvedAt,
        OnlyProved = from.OnlyProved,
    };

    /// <summary>
    /// What a live session takes along under a new key when it is elevated: for as long as the organisation lets it, and never beyond its
    /// own end.
    /// </summary>
    public static ContinuedSession Elevated(SessionState state, SessionFacts facts, DateTimeOffset now) => Continued(state) with
    {
        ElevatedAt = now,
        ElevatedUntil = Earlier(now + facts.ElevationLimit, ExpiresAt(state)),
        ProvedAt = now,
    };

    /// <summary>
    /// What a live session takes along under a new key when its owner has shown who they are, and nothing more: records that are open stay
    /// open for as long as they would have.
    /// </summary>
    public static ContinuedSession Proved(SessionState state, DateTimeOffset now) => Continued(state) with
    {
        ElevatedAt = state.ElevatedUntil is null ? null : state.ElevatedAt,
        ElevatedUntil = state.ElevatedUntil,
        ProvedAt = now,
        OnlyProved = true,
    };

    /// <summary>What the right code of the authenticator app hands to the session that begins: its hours count from now.</summary>
    public static ContinuedSession FactorDone(SessionState state, DateTimeOffset now) =>
        SecondStepDone(state, now) with { SignsIn = true, Way = state.Way, ProvedAt = now };

    /// <summary>
    /// What the choice of a new password hands to the session that begins: its hours count from now, under the epoch that the choice has
    /// begun.
    /// </summary>
    public static ContinuedSession NewPasswordChosen(SessionState state, int endedEpoch, DateTimeOffset now) =>
        SecondStepDone(state, now) with
        {
            SignsIn = true,
            Way = SignInWay.Password,
            Epoch = EpochAfter(state, endedEpoch),
            ProvedAt = state.ProvedAt,
        };

    /// <summary>
    /// The epoch under which a session goes on when its own owner has ended all others: the next one, where it was alive until then; its
    /// own, which is dead, where something else had ended it already.
    /// </summary>
    public static int EpochAfter(SessionState state, int endedEpoch) => endedEpoch == state.Epoch ? endedEpoch + 1 : state.Epoch;

    /// <summary>
    /// Whether the owner has shown who they are just now: the session is elevated, or was signed in to with a code a short while ago.
    /// </summary>
    public static bool IsFresh(SessionState state, SessionFacts facts, DateTimeOffset now) =>
        ElevatedUntil(state, facts, now) is not null || HasProvedLately(state, now);

    /// <summary>
    /// Whether the owner has shown who they are by a code within <see cref="PasswordLimits.FreshSignIn"/>: for what records that stay open
    /// for an hour are not proof enough.
    /// </summary>
    public static bool HasProvedLately(SessionState state, DateTimeOffset now) =>
        now < state.ProvedAt + PasswordLimits.FreshSignIn
        || (state.Way is SignInWay.Code or SignInWay.Invitation or SignInWay.Link or SignInWay.Registration
            && !state.Unproved && now < state.CreatedAt + PasswordLimits.FreshSignIn);

    /// <summary>What a staff member's second step hands to the session that begins: its hours count from now.</summary>
    public static ContinuedSession SecondStepDone(SessionState state, DateTimeOffset now) => Continued(state) with { CreatedAt = now };

    /// <summary>When the session ends at the latest, whatever is done in it.</summary>
    public static DateTimeOffset ExpiresAt(SessionState state) => state.CreatedAt + (state.Phase, state.Kind) switch
    {
        (SessionPhase.SecondStep, _) => SessionLimits.SecondStep,
        (_, PrincipalKind.Staff) => SessionLimits.StaffLifetime,
        (_, PrincipalKind.Kiosk) => KioskLimits.Lifetime,
        _ => SessionLimits.PatientLifetime,
    };

    /// <summary>When the session ends unless it is used.</summary>
    public static DateTimeOffset IdleAt(DateTimeOffset lastSeen, SessionFacts facts) => lastSeen + facts.IdleLimit;

    /// <summary>Why the session is no more; null where it lives. What somebody decided comes before what the clock did.</summary>
    /// <param name="state">The session.</param>
    /// <param name="lastSeen">Last use, which memory may know better than the state.</param>
    /// <param name="facts">What else decides.</param>
    /// <param name="now">The time.</param>
    public static SessionEnd? Judge(SessionState state, DateTimeOffset lastSeen, SessionFacts facts, DateTimeOffset now)
    {
        if (state.Phase == SessionPhase.Ended) return state.End;
        if (state.Phase != SessionPhase.Live) return SessionEnd.Unknown;
        if (!facts.InGoodStanding || facts.Epoch != state.Epoch) return SessionEnd.AccessEnded;
        if (!facts.PortalOpen) return SessionEnd.PortalDisabled;
        if (facts.OrganisationEpoch != state.OrganisationEpoch) return SessionEnd.Revoked;
        var (expires, idle) = (ExpiresAt(state), IdleAt(lastSeen, facts)); // where both are past, the first of them ended it
        if (idle <= now && idle < expires) return SessionEnd.Idle;
        return expires <= now ? SessionEnd.Expired : null;
    }

    /// <summary>Whether a right password still waits for the authenticator code, or a temporary one for the choice of a new one.</summary>
    public static bool AwaitsSecondStep(SessionState state, DateTimeOffset now) =>
        state.Phase == SessionPhase.SecondStep && now < ExpiresAt(state);

    /// <summary>Whether a sign-in is the very one whose first step this was, sent again.</summary>
    public static bool IsRepeatedFirstStep(SessionState state, SignInWay way, string proof, DateTimeOffset now) =>
        AwaitsSecondStep(state, now) && state.Kind == PrincipalKind.Patient && state.Proof == proof
        && (state.Way == way || (way == SignInWay.Password && state.Way == SignInWay.TemporaryPassword));

    /// <summary>Whether that never came.</summary>
    public static bool MissedSecondStep(SessionState state, DateTimeOffset now) =>
        state.Phase == SessionPhase.SecondStep && !AwaitsSecondStep(state, now);

    /// <summary>
    /// Until when clinical records may be read through the session, were it alive; null where they may not be at this moment.
    /// </summary>
    public static DateTimeOffset? ElevatedUntil(SessionState state, SessionFacts facts, DateTimeOffset now)
    {
        if (state is not { Phase: SessionPhase.Live, Kind: PrincipalKind.Patient } || !facts.RecordsShown) return null;
        if (state is not { ElevatedAt: { } from, ElevatedUntil: { } until }) return null;
        until = Earlier(Earlier(until, from + facts.ElevationLimit), ExpiresAt(state));
        return now < until ? until : null;
    }

    /// <summary>Whether the state speaks of an elevation that is over.</summary>
    public static bool ElevationIsOver(SessionState state, SessionFacts facts, DateTimeOffset now) =>
        state is { Phase: SessionPhase.Live, ElevatedUntil: not null } && ElevatedUntil(state, facts, now) is null;

    /// <summary>
    /// The state in which the session acts for somebody, or for nobody where <paramref name="grant"/> is null. Records that were open are
    /// closed: they are opened for one patient at a time.
    /// </summary>
    public static SessionState Acting(SessionState state, ActingGrant? grant) =>
        Lower(state, ElevationEnd.Over) with
        {
            ActingFor = grant?.Patient ?? "",
            ActingScopes = grant?.Scopes ?? CaregiverScopes.None,
            Version = state.Version + 1,
        };

    /// <summary>Whether the session acts for somebody whom it may no longer act for, or not as far.</summary>
    public static bool ActsTooFar(SessionState state, SessionFacts facts) =>
        state.ActingFor.Length > 0 && (facts.Acting is not { } grant || (state.ActingScopes & ~grant.Scopes) != 0);

    /// <summary>Whether this patient's records may be read, were the session elevated.</summary>
    public static bool Reads(SessionState state, SessionFacts facts, string patient) =>
        state.Subject == patient
        || (facts.Acting is { } grant && grant.Patient == patient && grant.Scopes.HasFlag(CaregiverScopes.Records));

    /// <summary>The state without elevation; the same state where there is none.</summary>
    public static SessionState Lower(SessionState state, ElevationEnd how) =>
        state is not { Phase: SessionPhase.Live, ElevatedUntil: not null }
            ? state
            : state with { ElevatedUntil = null, Lowered = how, Version = state.Version + 1, Untold = true };

    /// <summary>The state in which it has ended; the same state where it had ended before, or never began.</summary>
    /// <param name="state">The session.</param>
    /// <param name="reason">Why.</param>
    /// <param name="lastSeen">Last use.</param>
    /// <param name="successor">The key it goes on under, where it does.</param>
    /// <param name="now">The time.</param>
    public static SessionState End(SessionState state, SessionEnd reason, DateTimeOffset lastSeen, string successor, DateTimeOffset now) =>
        state.Phase is SessionPhase.None or SessionPhase.Ended ? state : state with
        {
            Phase = SessionPhase.Ended,
            End = reason,
            EndedAt = now,
            LastSeen = lastSeen,
            Successor = successor,
            Version = state.Version + 1,
            Untold = true,
        };

    /// <summary>The state in which the last use is written, and what was to be told is told.</summary>
    public static SessionState Settled(SessionState state, DateTimeOffset lastSeen) =>
        state with { LastSeen = lastSeen, Version = state.Version + 1, Untold = false };

    /// <summary>Whether so much use has gone unwritten that it has to be written now.</summary>
    public static bool IsUseDue(SessionState state, DateTimeOffset lastSeen) =>
        lastSeen - state.LastSeen >= SessionLimits.LastSeenGranularity;

    /// <summary>The next moment at which a live session ends or is lowered if nothing happens.</summary>
    public static DateTimeOffset NextDeadline(SessionState state, DateTimeOffset lastSeen, SessionFacts facts, DateTimeOffset now)
    {
        var end = Earlier(ExpiresAt(state), IdleAt(lastSeen, facts));
        return ElevatedUntil(state, facts, now) is { } lowered ? Earlier(end, lowered) : end;
    }

    /// <summary>When the sweep has to look at the session again: at its end, and when its end has been kept long enough.</summary>
    public static DateTimeOffset SweepAt(SessionState state) => state.EndedAt is { } ended ? ended + KeptAfterEnd : ExpiresAt(state);

    /// <summary>Whether nothing of the session is needed any more.</summary>
    public static bool IsForgettable(SessionState state, DateTimeOffset now) =>
        state.Phase == SessionPhase.None || (state.EndedAt is { } ended && ended + KeptAfterEnd <= now);

    /// <summary>Whether a sign-in is the very one that began this session, sent again.</summary>
    public static bool IsRepeated(SessionState state, SignInWay way, string proof) =>
        state.Phase == SessionPhase.Live && state.Way == way && state.Proof == proof;

    /// <summary>Whether a key is that of the session which goes on from another.</summary>
    public static bool IsContinuationOf(SessionState state, ContinuedSession from) =>
        state.Phase == SessionPhase.Live && state.Way == (from.SignsIn ? from.Way : SignInWay.Continued)
        && state.SessionId == from.SessionId && state.Subject == from.Subject && state.Kind == from.Kind;

    /// <summary>What a session takes along under a new key.</summary>
    public static ContinuedSession Continued(SessionState state) => new()
    {
        Kind = state.Kind,
        Subject = state.Subject,
        Epoch = state.Epoch,
        OrganisationEpoch = state.OrganisationEpoch,
        CreatedAt = state.CreatedAt,
        Device = state.Device,
        SessionId = state.SessionId,
        Credential = state.Credential,
        ProvedAt = state.ProvedAt,
        ActingFor = state.ActingFor,
        ActingScopes = state.ActingScopes,
    };

    // Half a surrogate pair could not be stored.
    private static string Cut(string text) =>
        text.Length <= LongestDevice ? text : text[..(char.IsHighSurrogate(text[LongestDevice - 1]) ? LongestDevice - 1 : LongestDevice)];

    private static DateTimeOffset Earlier(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;
}
