using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Organisations;

/// <summary>What is stored of an organisation.</summary>
[GenerateSerializer, Alias("portal.OrganisationState")]
public sealed record OrganisationState : IUntold<OrganisationState>
{
    /// <summary>The clinic's name; empty where there is no such organisation.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>IANA time zone.</summary>
    [Id(1)] public string TimeZone { get; init; } = "UTC";

    /// <summary>ISO 3166 country.</summary>
    [Id(2)] public string Country { get; init; } = "GB";

    /// <summary>The settings in force.</summary>
    [Id(3)] public PortalSettings Settings { get; init; } = new();

    /// <summary>Rises each time the portal is switched off.</summary>
    [Id(4)] public int Epoch { get; init; }

    /// <summary>The staff roster, at most <see cref="OrganisationLimits.MaxStaff"/>.</summary>
    [Id(5)] public List<RosterEntry> Roster { get; init; } = [];

    /// <inheritdoc />
    [Id(6)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public OrganisationState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>The rules of an organisation: pure functions of its state and a command.</summary>
public static class Organisation
{
    /// <summary>Least contrast of white text on the accent colour. Source: WCAG 2.2, 1.4.3, level AA.</summary>
    public const double LeastContrast = 4.5;

    /// <summary>Whether there is such an organisation.</summary>
    public static bool Exists(OrganisationState state) => state.Name.Length > 0;

    /// <summary>What anyone may know of it; null where there is none.</summary>
    public static OrganisationView? View(OrganisationState state, string slug) => !Exists(state) ? null : new OrganisationView
    {
        Slug = slug,
        Name = state.Name,
        TimeZone = state.TimeZone,
        Country = state.Country,
        Settings = state.Settings,
        Epoch = state.Epoch,
    };

    /// <summary>Makes it; the same state where it exists already.</summary>
    public static OrganisationState Found(OrganisationState state, FoundOrganisation command) => Exists(state) ? state : state with
    {
        Name = command.Name,
        TimeZone = command.TimeZone,
        Country = command.Country,
        Settings = command.Settings with
        {
            PortalName = command.Settings.PortalName.Length > 0 ? command.Settings.PortalName
            : command.Name
        },
    };

    /// <summary>Everything that is wrong with the settings; none where they may be used.</summary>
    public static List<SettingsFault> Faults(PortalSettings settings)
    {
        List<SettingsFault> faults = [];
        if (settings is { EmailCode: false, MobileCode: false, Password: false }) Add(nameof(settings.EmailCode), SettingsRule.LastMethod);
        if (settings.IdleLimit < OrganisationLimits.MinIdle || settings.IdleLimit > OrganisationLimits.MaxIdle)
            Add(nameof(settings.IdleLimit), SettingsRule.OutOfRange);
        if (settings.ElevationLimit < OrganisationLimits.MinElevation || settings.ElevationLimit > OrganisationLimits.MaxElevation)
            Add(nameof(settings.ElevationLimit), SettingsRule.OutOfRange);
        foreach (var figure in OneTimeCodeLimits.OutOfRange(settings.CodeLimits)) Add(figure, SettingsRule.OutOfRange);
        if (string.IsNullOrWhiteSpace(settings.PortalName)) Add(nameof(settings.PortalName), SettingsRule.Missing);
        CheckText(nameof(settings.PortalName), settings.PortalName);
        CheckText(nameof(settings.WelcomeMessage), settings.WelcomeMessage);
        CheckText(nameof(ClinicContact.Phone), settings.Contact.Phone);
        CheckText(nameof(ClinicContact.Email), settings.Contact.Email);
        CheckText(nameof(ClinicContact.Address), settings.Contact.Address);
        if (Colour.ContrastWithWhite(settings.AccentColour) is not { } contrast) Add(
            nameof(settings.AccentColour), SettingsRule.NotAColour);
        else if (contrast < LeastContrast) Add(nameof(settings.AccentColour), SettingsRule.ContrastTooLow, Math.Round(contrast, 2));
        return faults;

        void CheckText(string setting, string text)
        {
            if (text.Length > OrganisationLimits.MaxText) Add(setting, SettingsRule.TooLong);
            else if (!PlainText.IsShowable(text)) Add(setting, SettingsRule.NotShowable);
        }

        void Add(string setting, SettingsRule rule, double measured = 0) =>
            faults.Add(new() { Setting = setting, Rule = rule, Measured = measured });
    }

    /// <summary>Puts settings without faults in force. Switching the portal off ends every session for good, also when it is switched on
    /// again.</summary>
    public static OrganisationState Change(OrganisationState state, PortalSettings settings) => state with
    {
        Settings = settings,
        Epoch = state.Settings.PortalEnabled && !settings.PortalEnabled ? state.Epoch + 1 : state.Epoch,
    };

    /// <summary>Puts somebody on the roster, or brings their entry up to date.</summary>
    public static (EnrolOutcome Outcome, OrganisationState State) Enrol(OrganisationState state, RosterEntry entry)
    {
        if (state.Roster.Any(r => r.EmailHash == entry.EmailHash && r.Staff != entry.Staff)) return (EnrolOutcome.AddressTaken, state);
        if (state.Roster.Contains(entry)) return (EnrolOutcome.Enrolled, state);
        var others = state.Roster.Where(r => r.Staff != entry.Staff).ToList();
        if (others.Count >= OrganisationLimits.MaxStaff) return (EnrolOutcome.RosterFull, state);
        return (EnrolOutcome.Enrolled, state with { Roster = [.. others.Append(entry).OrderBy(r => r.Name, StringComparer.Ordinal)] });
    }

    /// <summary>The settings whose values differ, by name, for the audit log.</summary>
    public static IReadOnlyList<string> Differences(PortalSettings before, PortalSettings after) =>
        [.. typeof(PortalSettings).GetProperties().Where(p => p.CanWrite && !Same(p.GetValue(before), p.GetValue(after))).Select(p =>
            p.Name)];

    private static bool Same(object? left, object? right) =>
        left is IReadOnlyList<PortalSection> one && right is IReadOnlyList<PortalSection> other ? one.SequenceEqual(other)
            : Equals(left, right);
}
