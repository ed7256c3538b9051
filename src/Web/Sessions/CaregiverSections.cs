using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>Which scope a caregiver needs for which section.</summary>
public static class CaregiverSections
{
    /// <summary>
    /// The scope; null: a section that no caregiver sees. A new section is nobody's but the patient's until it is named here.
    /// </summary>
    public static CaregiverScopes? ScopeOf(PortalSection section) => section switch
    {
        PortalSection.Appointments => CaregiverScopes.Appointments,
        PortalSection.ClinicalRecords => CaregiverScopes.Records,
        _ => null,
    };
}
