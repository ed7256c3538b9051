using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>Who is asking, in this request or circuit. Filled by <see cref="SessionMiddleware"/> before any page runs.</summary>
public sealed class PortalSession
{
    /// <summary>The organisation of the address.</summary>
    public OrganisationView Organisation { get; set; } = new();

    /// <summary>The caller: a visitor, patient or staff member of <see cref="Organisation"/>.</summary>
    public Principal Caller { get; set; } = new();

    /// <summary>The session that lives; null where there is none.</summary>
    public SessionCheck.Alive? Alive { get; set; }

    /// <summary>Why the session that the browser showed is no more; null where it showed none, or it lives.</summary>
    public SessionEnd? EndedBy { get; set; }

    /// <summary>Whether the address is in the staff part of the organisation.</summary>
    public bool StaffArea { get; set; }

    /// <summary>Whether the browser is a clinic tablet in the hands of a patient.</summary>
    public bool AtKiosk => Caller.Kind == PrincipalKind.Kiosk;

    /// <summary>The organisation's slug.</summary>
    public string Slug => Organisation.Slug;

    /// <summary>
    /// The patient whose data the pages of sections show: whom the person acts for, else themselves. What is the person's own (settings,
    /// devices, password, authenticator app) is of <see cref="Caller"/>'s subject always.
    /// </summary>
    public string Patient => Caller.ActingFor ?? Caller.Subject;

    /// <summary>Whether a section is there for whoever asks: shown by the organisation, and within what they may do for another.</summary>
    public bool Shows(PortalSection section) =>
        Organisation.Settings.Sections.Contains(section) && (Caller.ActingFor is null
            ? !Caller.CaregiverOnly
            : CaregiverSections.ScopeOf(section) is { } scope && Caller.Scopes.HasFlag(scope));

    /// <summary>Whether the session may read clinical records at this moment.</summary>
    /// <param name="now">Now.</param>
    public bool IsElevated(DateTimeOffset now) => Caller.ElevatedUntil > now;
}
