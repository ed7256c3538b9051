using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

/// <summary>Something about a session that belongs into the audit log, once.</summary>
/// <param name="Action">Stable name.</param>
/// <param name="Reason">Stable name of the reason; null: none.</param>
/// <param name="Way">By which way the session began, where that is what it says; null elsewhere.</param>
internal sealed record SessionNews(string Action, string? Reason = null, string? Way = null)
{
    /// <summary>All that the state tells, so that what a crash kept from the log can be told again; each is in the log once.</summary>
    public static IReadOnlyList<SessionNews> All(SessionState state) => [.. Began(state), .. Lowered(state), .. Ended(state)];

    /// <summary>That it began: by sign-in, or as the elevated or second half of another.</summary>
    public static IReadOnlyList<SessionNews> Began(SessionState state) => state switch
    {
        { Phase: SessionPhase.None } => [],
        { Way: SignInWay.Password, Kind: PrincipalKind.Staff } => [new("staff.password-accepted")],
        { AwaitsFactor: true } => [new("sign-in.first-step-done", Name(state.Way))],
        { Way: SignInWay.TemporaryPassword } => [new("sign-in.temporary-password-accepted")],
        { Way: SignInWay.Continued, Kind: PrincipalKind.Staff } => [new("staff.sign-in-done")],
        { Way: SignInWay.Kiosk } => [new("kiosk.started")],
        { Way: SignInWay.Continued, OnlyProved: true } => [new("session.proved")],
        { Way: SignInWay.Continued } => state.ElevatedAt is null ? [] : [new("elevation.granted")],
        _ => [new("sign-in.done", Way: Name(state.Way))],
    };

    /// <summary>That its elevation is over, where it is.</summary>
    public static IReadOnlyList<SessionNews> Lowered(SessionState state) => state.Lowered switch
    {
        ElevationEnd.Over => [new("elevation.ended")],
        ElevationEnd.Revoked => [new("elevation.revoked")],
        _ => [],
    };

    /// <summary>
    /// That it ended. Not told of a key that the session only goes on from, nor of a first step whose second never came.
    /// </summary>
    public static IReadOnlyList<SessionNews> Ended(SessionState state) =>
        state is { Phase: SessionPhase.Ended, End: not SessionEnd.Superseded, Way: not SignInWay.TemporaryPassword, AwaitsFactor: false }
        && !(state.Way == SignInWay.Password && state.Kind == PrincipalKind.Staff)
            ? [new(state.Kind == PrincipalKind.Kiosk ? "kiosk.ended" : "session.ended", Name(state.End))]
            : [];

    /// <summary>The way's stable name in the audit log.</summary>
    public static string Name(SignInWay way) => way switch
    {
        SignInWay.Code => "code",
        SignInWay.Invitation => "invitation",
        SignInWay.Link => "link",
        SignInWay.Registration => "registration",
        SignInWay.Password or SignInWay.TemporaryPassword => "password",
        _ => "",
    };

    private static string Name(SessionEnd end) => end switch
    {
        SessionEnd.Expired => "expired",
        SessionEnd.Idle => "idle",
        SessionEnd.SignedOut => "signed-out",
        SessionEnd.Revoked => "revoked",
        SessionEnd.AccessEnded => "access-ended",
        SessionEnd.PortalDisabled => "portal-disabled",
        SessionEnd.Submitted => "submitted",
        SessionEnd.TakenBack => "taken-back",
        SessionEnd.Locked => "wrong-pins",
        _ => "",
    };
}
