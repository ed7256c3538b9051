using System.Security.Cryptography;
using System.Text.Json;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Organisations;

///  <summary>The rules of the parts of the settings: what belongs to which, which values are wrong, and when a part is another
/// one.</summary>
public static class SettingsParts
{
    /// <summary>Least contrast of white text on the accent colour. Source: WCAG 2.2, 1.4.3, level AA.</summary>
    public const double LeastContrast = 4.5;

    private const int VersionLength = 16;

    // Every part but the one that is judged: a page must not be refused for what only another page can mend.
    private static readonly PortalSettings Faultless = new() { PortalName = "Portal" };

    /// <summary>The settings with one part of others. A new setting is added here, or no page could change it.</summary>
    /// <param name="part">The part.</param>
    /// <param name="settings">All other parts are these.</param>
    /// <param name="from">That part is these.</param>
    public static PortalSettings Merge(SettingsPart part, PortalSettings settings, PortalSettings from) => part switch
    {
        SettingsPart.Portal => settings with
        {
            PortalEnabled = from.PortalEnabled,
            Sections = from.Sections,
            ActivateWithoutConfirmation = from.ActivateWithoutConfirmation,
            Registration = from.Registration,
            RegistrationReview = from.RegistrationReview,
            Currency = from.Currency,
            RequireConfirmation = from.RequireConfirmation,
            AllowCancellation = from.AllowCancellation,
            AllowRescheduling = from.AllowRescheduling,
            CancellationNoticeHours = from.CancellationNoticeHours,
        },
        SettingsPart.Authentication => settings with
        {
            EmailCode = from.EmailCode,
            MobileCode = from.MobileCode,
            Password = from.Password,
            MfaForElevation = from.MfaForElevation,
            AdultAge = from.AdultAge,
            SecondApprover = from.SecondApprover,
            IdleLimit = from.IdleLimit,
            ElevationLimit = from.ElevationLimit,
            CodeLimits = from.CodeLimits,
        },
        SettingsPart.Branding => settings with
        {
            PortalName = from.PortalName,
            AccentColour = from.AccentColour,
            WelcomeMessage = from.WelcomeMessage,
            Contact = from.Contact,
            ShowAddress = from.ShowAddress,
            Labels = from.Labels,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(part)),
    };

    /// <summary>One part as its page edits it.</summary>
    public static SettingsForm Open(OrganisationState state, SettingsPart part) => new()
    {
        Settings = state.Settings,
        TimeZone = state.TimeZone,
        Country = state.Country,
        Version = Version(state, part),
    };

    /// <summary>The state with the part of a change in force; the same values where they are in force already.</summary>
    public static OrganisationState Change(OrganisationState state, SettingsChange change)
    {
        var next = Organisation.Change(state, Merge(change.Part, state.Settings, change.Settings));
        return change.Part == SettingsPart.Portal ? next with { TimeZone = change.TimeZone, Country = change.Country } : next;
    }

    /// <summary>Whether the part is no longer what the change was thought of with.</summary>
    public static bool IsOvertaken(OrganisationState state, SettingsChange change) => Version(state, change.Part) != change.Version;

    /// <summary>The names of the settings that a change makes another, for the audit log.</summary>
    public static IReadOnlyList<string> Differences(OrganisationState before, OrganisationState after)
    {
        List<string> names = [.. Organisation.Differences(before.Settings, after.Settings)];
        if (before.TimeZone != after.TimeZone) names.Add(nameof(before.TimeZone));
        if (before.Country != after.Country) names.Add(nameof(before.Country));
        return names;
    }

    /// <summary>Everything that is wrong with the part of a change; none where it may be used.</summary>
    public static List<SettingsFault> Faults(SettingsChange change)
    {
        var faults = Faults(Merge(change.Part, Faultless, change.Settings));
        if (change.Part != SettingsPart.Portal) return faults;
        if (!Places.TimeZones.Contains(change.TimeZone)) faults.Add(Fault(nameof(change.TimeZone), SettingsRule.UnknownTimeZone));
        if (!Places.Countries.Has(change.Country)) faults.Add(Fault(nameof(change.Country), SettingsRule.UnknownCountry));
        return faults;
    }

    /// <summary>Everything that is wrong with the settings; none where they may be used.</summary>
    public static List<SettingsFault> Faults(PortalSettings settings)
    {
        List<SettingsFault> faults = [];
        if (settings is { EmailCode: false, MobileCode: false, Password: false }) Add(nameof(settings.EmailCode), SettingsRule.LastMethod);
        if (settings.IdleLimit < OrganisationLimits.MinIdle || settings.IdleLimit > OrganisationLimits.MaxIdle)
            Add(nameof(settings.IdleLimit), SettingsRule.OutOfRange);
        if (settings.ElevationLimit < OrganisationLimits.MinElevation || settings.ElevationLimit > OrganisationLimits.MaxElevation)
            Add(nameof(settings.ElevationLimit), SettingsRule.OutOfRange);
        if (settings.AdultAge is < OrganisationLimits.YoungestAdult or > OrganisationLimits.OldestMinor)
            Add(nameof(settings.AdultAge), SettingsRule.OutOfRange);
        foreach (var figure in OneTimeCodeLimits.OutOfRange(settings.CodeLimits)) Add(figure, SettingsRule.OutOfRange);
        if (settings.CancellationNoticeHours is < 0 or > AppointmentLimits.MaxNoticeHours)
            Add(nameof(settings.CancellationNoticeHours), SettingsRule.OutOfRange);
        if (!Places.Currencies.Has(settings.Currency)) Add(nameof(settings.Currency), SettingsRule.UnknownCurrency);
        if (string.IsNullOrWhiteSpace(settings.PortalName)) Add(nameof(settings.PortalName), SettingsRule.Missing);
        foreach (var (name, text) in Texts(settings)) CheckText(name, text, OrganisationLimits.MaxText);
        foreach (var (name, label) in Labels(settings.Labels))
        {
            if (string.IsNullOrWhiteSpace(label)) Add(name, SettingsRule.Missing);
            else CheckText(name, label, OrganisationLimits.MaxLabel);
        }

        if (Colour.ContrastWithWhite(settings.AccentColour) is not { } contrast)
            Add(nameof(settings.AccentColour), SettingsRule.NotAColour);
        else if (contrast < LeastContrast)
            // Downwards: 4.499 must not be said to be 4.5.
            Add(nameof(settings.AccentColour), SettingsRule.ContrastTooLow, Math.Floor(contrast * 100) / 100);
        return faults;

        void CheckText(string setting, string text, int most)
        {
            if (text.Length > most) Add(setting, SettingsRule.TooLong);
            else if (!PlainText.IsShowable(text)) Add(setting, SettingsRule.NotShowable);
        }

        void Add(string setting, SettingsRule rule, double measured = 0) => faults.Add(Fault(setting, rule, measured));
    }

    private static SettingsFault Fault(string setting, SettingsRule rule, double measured = 0) =>
        new() { Setting = setting, Rule = rule, Measured = measured };

    private static (string Name, string Text)[] Texts(PortalSettings settings) =>
    [
        (nameof(settings.PortalName), settings.PortalName), (nameof(settings.WelcomeMessage), settings.WelcomeMessage),
        (nameof(ClinicContact.Phone), settings.Contact.Phone), (nameof(ClinicContact.Email), settings.Contact.Email),
        (nameof(ClinicContact.Address), settings.Contact.Address),
    ];

    private static (string Name, string Label)[] Labels(Labels labels) =>
    [
        (nameof(labels.Patient), labels.Patient), (nameof(labels.Patients), labels.Patients),
        (nameof(labels.Practitioner), labels.Practitioner), (nameof(labels.Practitioners), labels.Practitioners),
        (nameof(labels.Appointment), labels.Appointment), (nameof(labels.Appointments), labels.Appointments),
    ];

    // Of the values, not of a counter: whoever sets back what another had set meanwhile has overtaken nobody.
    private static string Version(OrganisationState state, SettingsPart part)
    {
        var own = part == SettingsPart.Portal ? state.TimeZone + " " + state.Country : "";
        var json = JsonSerializer.SerializeToUtf8Bytes((own, Merge(part, Faultless, state.Settings)), Fields);
        return Convert.ToHexStringLower(SHA256.HashData(json))[..VersionLength];
    }

    private static readonly JsonSerializerOptions Fields = new() { IncludeFields = true };
}
