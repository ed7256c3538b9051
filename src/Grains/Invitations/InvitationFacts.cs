using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Invitations;

/// <summary>What others know that decides how an invitation stands.</summary>
/// <param name="TokenHash">The invitation's own name for the patient.</param>
/// <param name="PortalEnabled">Whether the portal is switched on.</param>
/// <param name="Standing">The patient's standing.</param>
public sealed record InvitationFacts(string TokenHash, bool PortalEnabled, PatientStanding Standing)
{
    /// <summary>The facts, as organisation and patient tell them.</summary>
    public static InvitationFacts Of(string tokenHash, OrganisationView? organisation, PatientStanding standing) =>
        new(tokenHash, organisation is { Settings.PortalEnabled: true }, standing);
}

/// <summary>Something about an invitation that belongs into the audit log.</summary>
/// <param name="Action">Stable name.</param>
/// <param name="Refused">Whether a rule refused it.</param>
/// <param name="Reason">Stable name of the reason; null: none.</param>
public sealed record InvitationNews(string Action, bool Refused = false, string? Reason = null);
