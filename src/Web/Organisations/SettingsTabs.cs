using Portal.Grains.Abstractions.Organisations;
using Portal.Web.Shared;

namespace Portal.Web.Organisations;

/// <summary>The pages of the settings. Add a page here.</summary>
public static class SettingsTabs
{
    /// <summary>Words and address of each.</summary>
    public static IReadOnlyList<(string Text, string Href)> Of(OrganisationView organisation) =>
    [
        ($"{MenuItem.Capital(organisation.Settings.Labels.Patient)} portal", Address(organisation, SettingsPart.Portal)),
        ($"{MenuItem.Capital(organisation.Settings.Labels.Patient)} authentication", Address(organisation, SettingsPart.Authentication)),
        ("Branding and terminology", Address(organisation, SettingsPart.Branding)),
        ("Credentials", Credentials(organisation)),
    ];

    /// <summary>Where the credentials of all patients are.</summary>
    public static string Credentials(OrganisationView organisation) => $"/{organisation.Slug}/staff/settings/credentials";

    /// <summary>Where the page of a part is.</summary>
    public static string Address(OrganisationView organisation, SettingsPart part) => $"/{organisation.Slug}/staff/settings/" + part switch
    {
        SettingsPart.Portal => "portal",
        SettingsPart.Authentication => "authentication",
        _ => "branding",
    };
}
