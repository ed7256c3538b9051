using System.Globalization;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Organisations;
using Portal.Web.Shared;

namespace Portal.Web.Organisations;

/// <summary>Settings in words: their names and values, what is wrong with them, and what a change does to whom.</summary>
public static class SettingsWording
{
    /// <summary>The settings of a part whose values differ.</summary>
    public static IReadOnlyList<(string Label, string Before, string After)> Differences(
        SettingsPart part, SettingsForm before, SettingsForm after) =>
    [
        .. Lines(part, before).Zip(Lines(part, after)).Where(l => l.First.Value != l.Second.Value)
            .Select(l => (l.First.Label, l.First.Value, l.Second.Value)),
    ];

    /// <summary>What is wrong with a setting, and what to do.</summary>
    public static string Of(SettingsFault fault) => fault.Rule switch
    {
        SettingsRule.Missing when IsLabel(fault.Setting) => "Enter a word, such as the one of the standard in the hint",
        SettingsRule.Missing => "Enter a name",
        SettingsRule.TooLong when IsLabel(fault.Setting) => $"Use at most {OrganisationLimits.MaxLabel} characters",
        SettingsRule.TooLong => $"Use at most {OrganisationLimits.MaxText} characters",
        SettingsRule.OutOfRange when CodeFigure.Find(fault.Setting) is { } figure => $"Enter a number: {figure.Range}",
        SettingsRule.OutOfRange when fault.Setting == nameof(PortalSettings.CancellationNoticeHours) =>
            $"Enter a number of hours from 0 to {AppointmentLimits.MaxNoticeHours}",
        SettingsRule.OutOfRange => "Enter a number of minutes from 5 to 60",
        SettingsRule.LastMethod => "Leave at least one way to sign in on: without any nobody could get in",
        SettingsRule.NotShowable => "Use letters, digits and signs only: there is something in it that can't be seen",
        SettingsRule.NotAColour => "Enter a colour like #005ea5",
        SettingsRule.UnknownTimeZone => "Choose a time zone from the list",
        SettingsRule.UnknownCountry => "Choose a country from the list",
        SettingsRule.UnknownCurrency => "Choose a currency from the list",
        _ => string.Create(
            CultureInfo.InvariantCulture,
            $"White text on this colour has a contrast of {fault.Measured:0.00} to 1; it needs 4.5 to 1. Choose a darker colour"),
    };

    /// <summary>What a change does to whom, in a sentence or two.</summary>
    public static string Of(SettingsEffect effect, Labels labels)
    {
        var (n, one) = (effect.Count, effect.Count == 1);
        var patients = Wording.Count(n, labels.Patient, labels.Patients);
        return effect.Kind switch
        {
            SettingsEffectKind.SessionsEnd => $"{patients} {(one ? "has a session" : "have sessions")} now and will be signed out, "
                + "for good: switching the portal on again does not bring the sessions back.",
            SettingsEffectKind.AccessRests => $"{patients} with access can't sign in while the portal is off.",
            SettingsEffectKind.InvitationsRest => $"{Of(n, "invitation")} {Are(one)} open and will not work while the portal is off.",
            SettingsEffectKind.LinksRest => $"{Of(n, "link")} {Are(one)} out and will not work while the portal is off.",
            SettingsEffectKind.InvitationsRevive => $"{Of(n, "invitation")} that {(one ? "has" : "have")} not expired will work again.",
            SettingsEffectKind.LinksRevive => $"{Of(n, "link")} that {(one ? "has" : "have")} not expired will work again.",
            SettingsEffectKind.NoWayWithoutEmail => Shut("email"),
            SettingsEffectKind.NoWayWithoutMobile => Shut("mobile"),
            SettingsEffectKind.NoWayWithoutPassword => Shut("password"),
            SettingsEffectKind.NoWayLeft => $"{patients} would have no way to sign in left.",
            SettingsEffectKind.PasswordsRest =>
                $"{patients} {(one ? "has a password that does" : "have passwords that do")} not work any more; a code still does.",
            SettingsEffectKind.AppointmentsHidden =>
                $"{patients} {(one ? "has" : "have")} {labels.Appointments} to come and will not see them any more.",
            SettingsEffectKind.RecordsClose =>
                $"{patients} {(one ? "has" : "have")} clinical records open now, and the pages will close.",
            SettingsEffectKind.IdleEnd =>
                $"{patients} {(one ? "has" : "have")} not used the portal for longer than that and will be signed out.",
            _ => $"{Wording.Count(n, labels.Appointment, labels.Appointments)} to come will be shown at another time of day.",
        };

        string Shut(string way) => $"{patients} {(one ? "signs" : "sign")} in by {way} only and could not get in any more.";
    }

    /// <summary>What a section of the portal is called.</summary>
    public static string Name(PortalSection section, Labels labels) => section switch
    {
        PortalSection.Appointments => MenuItem.Capital(labels.Appointments),
        PortalSection.ClinicalRecords => "Clinical records",
        _ => section.ToString(),
    };

    private static IEnumerable<(string Label, string Value)> Lines(SettingsPart part, SettingsForm form)
    {
        var settings = form.Settings;
        return part switch
        {
            SettingsPart.Portal =>
            [
                ("Portal", OnOff(settings.PortalEnabled)),
                .. Enum.GetValues<PortalSection>()
                    .Select(s => (Name(s, settings.Labels), settings.Sections.Contains(s) ? "shown" : "hidden")),
                ("Access at once when added by hand", OnOff(settings.ActivateWithoutConfirmation)),
                ("Online registration", OnOff(settings.Registration)),
                ("Look at every online registration first", OnOff(settings.RegistrationReview)),
                ("Confirmation required", OnOff(settings.RequireConfirmation)), ("Cancelling", OnOff(settings.AllowCancellation)),
                ("Notice for cancelling", Wording.Count(settings.CancellationNoticeHours, "hour", "hours")),
                ("Asking for another time", OnOff(settings.AllowRescheduling)), ("Time zone", form.TimeZone),
                ("Country", form.Country), ("Currency", settings.Currency),
            ],
            SettingsPart.Authentication =>
            [
                ("Code by email", OnOff(settings.EmailCode)), ("Code by SMS", OnOff(settings.MobileCode)),
                ("Username and password", OnOff(settings.Password)), ("Sign out when unused for", Minutes(settings.IdleLimit)),
                ("Keep clinical records open for", Minutes(settings.ElevationLimit)),
                ("Open clinical records with an authenticator app only", OnOff(settings.MfaForElevation)),
                ("Age at which a parent's access ends", $"{settings.AdultAge}"),
                ("A second staff member approves changes of credentials", OnOff(settings.SecondApprover)),
                .. CodeFigure.All.Select(f => (f.Label, f.Of(settings.CodeLimits))),
            ],
            _ =>
            [
                ("Name of the portal", Quoted(settings.PortalName)), ("Colour", settings.AccentColour),
                ("Welcome message", Quoted(settings.WelcomeMessage)), ("Phone", Quoted(settings.Contact.Phone)),
                ("Email", Quoted(settings.Contact.Email)), ("Address", Quoted(settings.Contact.Address)),
                ("Address on pages", settings.ShowAddress ? "shown" : "hidden"),
                .. Term.All.Select(t => (t.Label, Quoted(t.Of(settings.Labels)))),
            ],
        };
    }

    private static bool IsLabel(string setting) => Term.All.Any(t => t.Name == setting);

    private static string Of(int count, string thing) => Wording.Count(count, thing, thing + "s");

    private static string Are(bool one) => one ? "is" : "are";

    private static string OnOff(bool value) => value ? "on" : "off";

    private static string Minutes(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMinutes} minutes");

    private static string Quoted(string text) => text.Length == 0 ? "nothing" : $"“{text}”";
}
