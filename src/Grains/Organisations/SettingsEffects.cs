using Portal.Grains.Abstractions.Organisations;

namespace Portal.Grains.Organisations;

/// <summary>How many patients with access can get in by the same ways.</summary>
/// <param name="Email">By a code to an email address, of their own or, with a username, the one on file.</param>
/// <param name="Mobile">By a code to a mobile number.</param>
/// <param name="Password">By a password.</param>
/// <param name="Count">How many.</param>
public sealed record PatientsByWay(bool Email, bool Mobile, bool Password, int Count);

/// <summary>What the tables say about the people whom a change of the settings may touch.</summary>
public sealed record SettingsFigures
{
    /// <summary>Patients with a session.</summary>
    public int SignedIn { get; init; }

    /// <summary>Of those, patients whose every session has been unused for longer than the new limit.</summary>
    public int Idle { get; init; }

    /// <summary>Patients who have clinical records open now, and would not under the new settings.</summary>
    public int RecordsClosing { get; init; }

    /// <summary>Patients with access.</summary>
    public int WithAccess { get; init; }

    /// <summary>Invitations that are open.</summary>
    public int Invitations { get; init; }

    /// <summary>Links that could still be used.</summary>
    public int Links { get; init; }

    /// <summary>Patients with access who have appointments to come.</summary>
    public int WithAppointments { get; init; }

    /// <summary>Appointments to come.</summary>
    public int Appointments { get; init; }

    /// <summary>Patients with access by the ways they can get in, each combination once.</summary>
    public IReadOnlyList<PatientsByWay> Ways { get; init; } = [];
}

/// <summary>The rules of what a change of the settings does to people.</summary>
public static class SettingsEffects
{
    /// <summary>The effects, most drastic first; only those that somebody notices.</summary>
    /// <param name="before">The organisation as it is.</param>
    /// <param name="after">The organisation as it would be.</param>
    /// <param name="figures">What the tables say, for just this change.</param>
    public static IReadOnlyList<SettingsEffect> Of(OrganisationState before, OrganisationState after, SettingsFigures figures) =>
        [.. All(before, after, figures).Where(e => e.Count > 0).Select(e => new SettingsEffect { Kind = e.Kind, Count = e.Count })];

    private static IEnumerable<(SettingsEffectKind Kind, int Count)> All(
        OrganisationState before, OrganisationState after, SettingsFigures figures)
    {
        var (old, wanted) = (before.Settings, after.Settings);
        if (old.PortalEnabled && !wanted.PortalEnabled)
        {
            yield return (SettingsEffectKind.SessionsEnd, figures.SignedIn);
            yield return (SettingsEffectKind.AccessRests, figures.WithAccess);
            yield return (SettingsEffectKind.InvitationsRest, figures.Invitations);
            yield return (SettingsEffectKind.LinksRest, figures.Links);
        }

        if (!old.PortalEnabled && wanted.PortalEnabled)
        {
            yield return (SettingsEffectKind.InvitationsRevive, figures.Invitations);
            yield return (SettingsEffectKind.LinksRevive, figures.Links);
        }

        foreach (var effect in OfMethods(old, wanted, figures.Ways)) yield return effect;
        if (Hides(PortalSection.Appointments)) yield return (SettingsEffectKind.AppointmentsHidden, figures.WithAppointments);
        if (Hides(PortalSection.ClinicalRecords) || wanted.ElevationLimit < old.ElevationLimit)
            yield return (SettingsEffectKind.RecordsClose, figures.RecordsClosing);
        if (wanted.IdleLimit < old.IdleLimit) yield return (SettingsEffectKind.IdleEnd, figures.Idle);
        if (before.TimeZone != after.TimeZone) yield return (SettingsEffectKind.TimesMove, figures.Appointments);

        bool Hides(PortalSection section) => old.Sections.Contains(section) && !wanted.Sections.Contains(section);
    }

    private static IEnumerable<(SettingsEffectKind Kind, int Count)> OfMethods(
        PortalSettings old, PortalSettings wanted, IReadOnlyList<PatientsByWay> patients)
    {
        var shutOut = patients.Where(p => WaysOf(p, old) > 0 && WaysOf(p, wanted) == 0).ToList();
        foreach (var kind in shutOut.GroupBy(p => Last(p, old)).OrderBy(g => g.Key)) yield return (kind.Key, kind.Sum(p => p.Count));
        if (old.Password && !wanted.Password)
            yield return (SettingsEffectKind.PasswordsRest, patients.Where(p => p.Password && WaysOf(p, wanted) > 0).Sum(p => p.Count));
    }

    private static int WaysOf(PatientsByWay patient, PortalSettings settings) =>
        (patient.Email && settings.EmailCode ? 1 : 0) + (patient.Mobile && settings.MobileCode ? 1 : 0)
        + (patient.Password && settings.Password ? 1 : 0);

    // The way that was their only one.
    private static SettingsEffectKind Last(PatientsByWay patient, PortalSettings old) => WaysOf(patient, old) > 1
        ? SettingsEffectKind.NoWayLeft
        : patient.Email && old.EmailCode ? SettingsEffectKind.NoWayWithoutEmail
        : patient.Mobile && old.MobileCode ? SettingsEffectKind.NoWayWithoutMobile
        : SettingsEffectKind.NoWayWithoutPassword;
}
