using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Shared;

/// <summary>An organisation's own words.</summary>
public static class OrganisationWords
{
    /// <summary>The name of its portal; its own name where it has none; "Online portal" outside every organisation.</summary>
    public static string PortalTitle(this OrganisationView organisation) => (organisation.Settings.PortalName, organisation.Name) switch
    {
        ({ Length: > 0 } portal, _) => portal,
        (_, { Length: > 0 } name) => name,
        _ => "Online portal",
    };
}
