using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Shared;

/// <summary>One entry of a menu.</summary>
/// <param name="Text">Its words.</param>
/// <param name="Href">Where it leads.</param>
/// <param name="Icon">Its picture.</param>
/// <param name="Area">What the addresses of all its pages begin with; null: <paramref name="Href"/>.</param>
public sealed record MenuItem(string Text, string Href, string Icon, string? Area = null)
{
    /// <summary>
    /// The patient's menu: what the organisation shows and whoever asks may see, in its words. Add a section's page here.
    /// </summary>
    public static IReadOnlyList<MenuItem> ForPatient(PortalSession session)
    {
        var home = $"/{session.Slug}";
        var labels = session.Organisation.Settings.Labels;
        List<MenuItem> menu = [new("Home", home, "home")];
        if (session.Shows(PortalSection.Appointments)) menu.Add(new(Capital(labels.Appointments), $"{home}/appointments", "calendar"));
        if (session.Shows(PortalSection.ClinicalRecords)) menu.Add(new("Clinical records", $"{home}/records", "document"));
        if (session.Caller is { CaregiverOnly: false, ActingFor: null }) menu.Add(new("Forms", $"{home}/questionnaires", "form"));
        if (session.Caller is { CaregiverOnly: false, ActingFor: null }) menu.Add(new("Relationships", $"{home}/relationships", "users"));
        menu.Add(new("Settings", $"{home}/settings", "settings"));
        return menu;
    }

    /// <summary>The staff menu: what the role may open. Add a page here, with the roles of its <see cref="StaffPageAttribute"/>.</summary>
    public static IReadOnlyList<MenuItem> ForStaff(OrganisationView organisation, StaffRole role)
    {
        var home = $"/{organisation.Slug}/staff";
        List<MenuItem> menu = [new(Capital(organisation.Settings.Labels.Patients), $"{home}/patients", "users")];
        if (Callers.AccessStaff.Includes(role)) menu.Add(new("Onboarding", $"{home}/onboarding", "mail"));
        if (Callers.AccessStaff.Includes(role)) menu.Add(new("Import", $"{home}/import", "download"));
        menu.Add(new("Kiosk", $"{home}/kiosk", "device"));
        if (organisation.Settings.Registration && Callers.AccessStaff.Includes(role))
            menu.Add(new("Registrations", $"{home}/registrations", "form"));
        var settings = organisation.Settings;
        if (settings.RequireConfirmation || settings.AllowRescheduling)
            menu.Add(new(Capital(settings.Labels.Appointments), $"{home}/appointments", "calendar"));
        menu.Add(new("Adoption", $"{home}/adoption", "chart"));
        if (organisation.Settings.SecondApprover && Callers.AccessStaff.Includes(role))
            menu.Add(new("Credential requests", $"{home}/credential-requests", "key"));
        if ((Callers.Admin | Callers.AdminAssistant).Includes(role)) menu.Add(new("Audit", $"{home}/audit", "audit"));
        if (Callers.AccessStaff.Includes(role)) menu.Add(new("Poster", $"{home}/poster", "qr"));
        if (role == StaffRole.Admin) menu.Add(new("Settings", $"{home}/settings/portal", "settings", $"{home}/settings"));
        return menu;
    }

    /// <summary>A label at the start of a sentence: "patients" as "Patients".</summary>
    public static string Capital(string label) => label.Length == 0 ? label : char.ToUpperInvariant(label[0]) + label[1..];

    /// <summary><c>aria-current</c> of the entry on a page: the entry whose address the page's begins with.</summary>
    /// <param name="path">The page's path.</param>
    /// <param name="home">The address that begins every other, and so is current only when it is the page itself.</param>
    internal string? Current(string path, string home)
    {
        if (path == Href) return "page";
        var area = Area ?? Href;
        return Href != home && path.StartsWith(area, StringComparison.Ordinal) && path[area.Length..] is ['/', ..] ? "true" : null;
    }
}
