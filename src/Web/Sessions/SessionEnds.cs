using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>The reasons for which sessions end, as they stand in addresses.</summary>
public static class SessionEnds
{
    /// <summary>The name of a reason, for <c>?ended=</c>.</summary>
    public static string Name(SessionEnd reason) => reason switch
    {
        SessionEnd.Expired => "expired",
        SessionEnd.Idle => "idle",
        SessionEnd.SignedOut => "signed-out",
        SessionEnd.Revoked => "revoked",
        SessionEnd.AccessEnded => "access-ended",
        SessionEnd.PortalDisabled => "portal-disabled",
        SessionEnd.Submitted => "submitted",
        SessionEnd.TakenBack => "taken-back",
        SessionEnd.Locked => "locked",
        _ => "ended",
    };

    /// <summary>The reason in a few words, in the middle of a sentence.</summary>
    public static string Words(SessionEnd reason) => reason switch
    {
        SessionEnd.Expired => "its time was over",
        SessionEnd.Idle => "not used for a while",
        SessionEnd.SignedOut => "signed out",
        SessionEnd.Revoked => "ended from elsewhere",
        SessionEnd.AccessEnded => "access changed",
        SessionEnd.PortalDisabled => "the portal was switched off",
        SessionEnd.Submitted => "the form was handed in",
        SessionEnd.TakenBack => "taken back by staff",
        SessionEnd.Locked => "too many wrong PINs",
        _ => "ended",
    };

    /// <summary>Whether a role is among the callers that a page is for.</summary>
    public static bool Includes(this Callers callers, StaffRole role) => role switch
    {
        StaffRole.FrontDesk => callers.HasFlag(Callers.FrontDesk),
        StaffRole.Practitioner => callers.HasFlag(Callers.Practitioner),
        StaffRole.AdminAssistant => callers.HasFlag(Callers.AdminAssistant),
        _ => callers.HasFlag(Callers.Admin),
    };
}
