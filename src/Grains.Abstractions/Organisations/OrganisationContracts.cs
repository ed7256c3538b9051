using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Organisations;

/// <summary>The bounds of an organisation's settings.</summary>
public static class OrganisationLimits
{
    /// <summary>The longest an idle session may live, and the default. Source: security rules, "Time limits"; an organisation may tighten
    /// it.</summary>
    public static readonly TimeSpan MaxIdle = TimeSpan.FromHours(1);

    /// <summary>The shortest idle limit: less would sign people out while they read. Ours.</summary>
    public static readonly TimeSpan MinIdle = TimeSpan.FromMinutes(5);

    /// <summary>The longest a clinical elevation may last, and the default. Source: security rules, "Elevation".</summary>
    public static readonly TimeSpan MaxElevation = TimeSpan.FromMinutes(60);

    /// <summary>The shortest elevation. Ours.</summary>
    public static readonly TimeSpan MinElevation = TimeSpan.FromMinutes(5);

    /// <summary>The youngest age at which a parent's access may end. Ours: younger children can't decide about their care.</summary>
    public const int YoungestAdult = 12;

    /// <summary>The oldest. Ours: of age everywhere.</summary>
    public const int OldestMinor = 21;

    /// <summary>The most staff members one organisation's roster holds. Ours; the roster is the organisation's own state.</summary>
    public const int MaxStaff = 2_000;

    /// <summary>The longest name, portal name or contact line, in characters. Ours.</summary>
    public const int MaxText = 200;

    /// <summary>The longest label, in characters: what a message has room for. Ours.</summary>
    public const int MaxLabel = 40;

    /// <summary>The largest logo, in bytes: sign-in pages load it over telephone networks. Ours.</summary>
    public const int MaxLogoBytes = 512 * 1024;

    /// <summary>The longest side of a logo, in pixels. Ours; it is shown at a tenth of that.</summary>
    public const int MaxLogoSide = 2_000;

    /// <summary>The shortest side of a logo, in pixels. Ours: less is a blur on the screens of today.</summary>
    public const int MinLogoSide = 16;
}

/// <summary>The parts of the portal that an organisation shows or hides. A hidden one is gone from the menu and refused when its address is
/// typed.</summary>
[GenerateSerializer, Alias("portal.PortalSection")]
public enum PortalSection
{
    /// <summary>Appointments.</summary>
    Appointments,

    /// <summary>Clinical records.</summary>
    ClinicalRecords,
}

/// <summary>
/// What the organisation calls its patients, practitioners and appointments, singular and plural, in the middle of a sentence. Each has 1
/// to  <see cref="OrganisationLimits.MaxLabel"/> characters.
/// </summary>
[GenerateSerializer, Alias("portal.Labels"), Immutable]
public sealed record Labels
{
    /// <summary>One patient. Default "patient".</summary>
    [Id(0)] public string Patient { get; init; } = "patient";

    /// <summary>Several patients. Default "patients".</summary>
    [Id(1)] public string Patients { get; init; } = "patients";

    /// <summary>One practitioner. Default "practitioner".</summary>
    [Id(2)] public string Practitioner { get; init; } = "practitioner";

    /// <summary>One appointment. Default "appointment".</summary>
    [Id(3)] public string Appointment { get; init; } = "appointment";

    /// <summary>Several appointments. Default "appointments".</summary>
    [Id(4)] public string Appointments { get; init; } = "appointments";

    /// <summary>Several practitioners. Default "practitioners".</summary>
    [Id(5)] public string Practitioners { get; init; } = "practitioners";
}

/// <summary>How to reach the clinic, shown where the portal can't help.</summary>
[GenerateSerializer, Alias("portal.ClinicContact"), Immutable]
public sealed record ClinicContact
{
    /// <summary>Telephone number as people write it.</summary>
    [Id(0)] public string Phone { get; init; } = "";

    /// <summary>Email address.</summary>
    [Id(1)] public string Email { get; init; } = "";

    /// <summary>Postal address on one line.</summary>
    [Id(2)] public string Address { get; init; } = "";
}

/// <summary>The settings of a portal that this version knows. Every one takes effect at once, for sessions that are open too.</summary>
[GenerateSerializer, Alias("portal.PortalSettings"), Immutable]
public sealed record PortalSettings
{
    /// <summary>Off: every link, invitation and session stops working, and sign-in says that the portal is not enabled. Sessions ended by
    /// it stay ended.</summary>
    [Id(0)] public bool PortalEnabled { get; init; } = true;

    /// <summary>Patients may sign in with a code sent to their email credential. At least one method stays on.</summary>
    [Id(1)] public bool EmailCode { get; init; } = true;

    /// <summary>Patients may sign in with a code sent to their mobile credential.</summary>
    [Id(2)] public bool MobileCode { get; init; } = true;

    /// <summary>How long a session lives without a request, from <see cref="OrganisationLimits.MinIdle"/> to
    /// <see cref="OrganisationLimits.MaxIdle"/>, the default.</summary>
    [Id(3)] public TimeSpan IdleLimit { get; init; } = OrganisationLimits.MaxIdle;

    /// <summary>How long a clinical elevation lasts, from <see cref="OrganisationLimits.MinElevation"/> to
    /// <see cref="OrganisationLimits.MaxElevation"/>, the default.</summary>
    [Id(4)] public TimeSpan ElevationLimit { get; init; } = OrganisationLimits.MaxElevation;

    /// <summary>The sections that patients see. Default: all.</summary>
    [Id(5)] public IReadOnlyList<PortalSection> Sections { get; init; } = [PortalSection.Appointments, PortalSection.ClinicalRecords];

    /// <summary>The name of the portal, on every page and message.</summary>
    [Id(6)] public string PortalName { get; init; } = "";

    /// <summary>Accent colour as <c>#rrggbb</c>, with a contrast of at least 4.5 to white (WCAG 2.2 AA).</summary>
    [Id(7)] public string AccentColour { get; init; } = "#005ea5";

    /// <summary>Greeting on the home page; may be empty.</summary>
    [Id(8)] public string WelcomeMessage { get; init; } = "";

    /// <summary>How to reach the clinic.</summary>
    [Id(9)] public ClinicContact Contact { get; init; } = new();

    /// <summary>What things are called here.</summary>
    [Id(10)] public Labels Labels { get; init; } = new();

    /// <summary>
    /// How often codes are sent and guessed, and how long one lives: as tight as the organisation wants it, never looser than
    /// <see cref="OneTimeCodeLimits.Default"/>, the default.
    /// </summary>
    [Id(11)] public OneTimeCodeLimits CodeLimits { get; init; } = OneTimeCodeLimits.Default;

    /// <summary>Patients may sign in with a username, email or mobile and a password. Off by default: a code needs no password.</summary>
    [Id(12)] public bool Password { get; init; }

    /// <summary>
    /// Clinical records are opened with an authenticator app only: an emailed code is not enough, and who has no app sets one up first.
    /// Off by default. Source: security rules, "Known tension".
    /// </summary>
    [Id(40)] public bool MfaForElevation { get; init; }

    /// <summary>
    /// "Should the patient be able to activate the portal without further confirmation": whoever staff add by hand has access at once,
    /// where an email address and a postal code are on file. Off by default: staff give access after asking who reads that mailbox.
    /// Concerns nobody who is on file already, nor anybody imported.
    /// </summary>
    [Id(13)] public bool ActivateWithoutConfirmation { get; init; }

    /// <summary>ISO 4217 code of the money that prices and invoices are in. Default "GBP".</summary>
    [Id(14)] public string Currency { get; init; } = "GBP";

    /// <summary>Whether pages give the clinic's postal address. On by default.</summary>
    [Id(15)] public bool ShowAddress { get; init; } = true;

    /// <summary>Anyone may register as a patient at the organisation's address. Off by default.</summary>
    [Id(50)] public bool Registration { get; init; }

    /// <summary>
    /// Staff look at every registration before it becomes a patient, not only at those like somebody on file. On by default: where it is
    /// off, whoever registers under a name and birth date learns whether somebody like that is on file.
    /// </summary>
    [Id(51)] public bool RegistrationReview { get; init; } = true;

    /// <summary>Patients are asked to confirm their appointments; staff see which are not. Off by default.</summary>
    [Id(16)] public bool RequireConfirmation { get; init; }

    /// <summary>Patients may cancel their appointments themselves. Off by default.</summary>
    [Id(17)] public bool AllowCancellation { get; init; }

    /// <summary>Patients may ask for another time, which staff accept or decline. Off by default.</summary>
    [Id(18)] public bool AllowRescheduling { get; init; }

    /// <summary>
    /// How many hours before an appointment patients may cancel it at the latest, from 0 to <see
    /// cref="Appointments.AppointmentLimits.MaxNoticeHours"/>. Default 24.
    /// </summary>
    [Id(19)] public int CancellationNoticeHours { get; init; } = 24;

    /// <summary>
    /// The age at which a patient comes of age and a parent's access ends, from <see cref="OrganisationLimits.YoungestAdult"/> to
    /// <see cref="OrganisationLimits.OldestMinor"/>. Default 18.
    /// </summary>
    [Id(41)] public int AdultAge { get; init; } = 18;

    /// <summary>
    /// A change of a patient's credentials by staff waits for a second staff member's approval. Off by default. Source: product, section 2.
    /// </summary>
    [Id(42)] public bool SecondApprover { get; init; }
}

/// <summary>What anyone may know of an organisation.</summary>
[GenerateSerializer, Alias("portal.OrganisationView"), Immutable]
public sealed record OrganisationView
{
    /// <summary>The organisation's slug, its address and the first segment of every key.</summary>
    [Id(0)] public string Slug { get; init; } = "";

    /// <summary>The clinic's name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>IANA time zone in which dates are shown, such as <c>Europe/London</c>.</summary>
    [Id(2)] public string TimeZone { get; init; } = "UTC";

    /// <summary>ISO 3166 country, by which national telephone numbers are read.</summary>
    [Id(3)] public string Country { get; init; } = "GB";

    /// <summary>The settings in force.</summary>
    [Id(4)] public PortalSettings Settings { get; init; } = new();

    /// <summary>
    /// Rises each time the portal is switched off or everybody's sessions are ended. A session lives only as long as the value it began
    /// under, so that sessions ended by switching off stay ended.
    /// </summary>
    [Id(5)] public int Epoch { get; init; }

    /// <summary>The logo in force; null where there is none.</summary>
    [Id(6)] public Logo? Logo { get; init; }
}

/// <summary>Makes an organisation.</summary>
[GenerateSerializer, Alias("portal.FoundOrganisation"), Immutable]
public sealed record FoundOrganisation
{
    /// <summary>The clinic's name.</summary>
    [Id(0)] public string Name { get; init; } = "";

    /// <summary>IANA time zone.</summary>
    [Id(1)] public string TimeZone { get; init; } = "UTC";

    /// <summary>ISO 3166 country.</summary>
    [Id(2)] public string Country { get; init; } = "GB";

    /// <summary>The first settings.</summary>
    [Id(3)] public PortalSettings Settings { get; init; } = new();
}

/// <summary>One staff member on the roster.</summary>
[GenerateSerializer, Alias("portal.RosterEntry"), Immutable]
public sealed record RosterEntry
{
    /// <summary>The staff member's id.</summary>
    [Id(0)] public string Staff { get; init; } = "";

    /// <summary>Name as shown to colleagues and patients.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>Role.</summary>
    [Id(2)] public StaffRole Role { get; init; }

    /// <summary>Keyed hash of the canonical sign-in address.</summary>
    [Id(3)] public string EmailHash { get; init; } = "";
}

/// <summary>What came of a change of settings.</summary>
[GenerateSerializer, Alias("portal.SettingsOutcome")]
public abstract record SettingsOutcome
{
    private SettingsOutcome() { }

    /// <summary>In force.</summary>
    [GenerateSerializer, Alias("portal.SettingsOutcome.Changed")]
    public sealed record Changed : SettingsOutcome;

    /// <summary>Nothing was changed: somebody else has changed this part since the form was opened.</summary>
    [GenerateSerializer, Alias("portal.SettingsOutcome.ChangedMeanwhile")]
    public sealed record ChangedMeanwhile : SettingsOutcome
    {
        /// <summary>What is in force now.</summary>
        [Id(0)] public SettingsForm Now { get; init; } = new();
    }

    /// <summary>Nothing was changed.</summary>
    [GenerateSerializer, Alias("portal.SettingsOutcome.Refused")]
    public sealed record Refused : SettingsOutcome
    {
        /// <summary>Everything that is wrong.</summary>
        [Id(0)] public IReadOnlyList<SettingsFault> Faults { get; init; } = [];
    }
}

/// <summary>One thing that is wrong with the settings.</summary>
[GenerateSerializer, Alias("portal.SettingsFault"), Immutable]
public sealed record SettingsFault
{
    /// <summary>
    /// The property of <see cref="PortalSettings"/>, of its <see cref="PortalSettings.CodeLimits"/>, <see cref="PortalSettings.Contact"/>
    /// or  <see cref="PortalSettings.Labels"/>, or of <see cref="SettingsChange"/>, that is meant.
    /// </summary>
    [Id(0)] public string Setting { get; init; } = "";

    /// <summary>The rule that it breaks.</summary>
    [Id(1)] public SettingsRule Rule { get; init; }

    /// <summary>The measured contrast where <see cref="Rule"/> is <see cref="SettingsRule.ContrastTooLow"/>, else 0.</summary>
    [Id(2)] public double Measured { get; init; }
}

/// <summary>The rules that settings can break.</summary>
[GenerateSerializer, Alias("portal.SettingsRule")]
public enum SettingsRule
{
    /// <summary>A text is needed.</summary>
    Missing,

    /// <summary>A text is longer than <see cref="OrganisationLimits.MaxText"/>.</summary>
    TooLong,

    /// <summary>A time or a number is out of its range.</summary>
    OutOfRange,

    /// <summary>The last verification method can't be switched off.</summary>
    LastMethod,

    /// <summary>Not a colour of the form <c>#rrggbb</c>.</summary>
    NotAColour,

    /// <summary>White text on this colour would be hard to read.</summary>
    ContrastTooLow,

    /// <summary>A text holds characters that cannot be shown: see <see cref="PlainText.IsShowable(string)"/>.</summary>
    NotShowable,

    /// <summary>No time zone that this system knows.</summary>
    UnknownTimeZone,

    /// <summary>No country that this system knows.</summary>
    UnknownCountry,

    /// <summary>No currency that this system knows.</summary>
    UnknownCurrency,
}

/// <summary>What came of putting somebody on the roster.</summary>
[GenerateSerializer, Alias("portal.EnrolOutcome")]
public enum EnrolOutcome
{
    /// <summary>On the roster, now or before.</summary>
    Enrolled,

    /// <summary>Another staff member signs in with this address.</summary>
    AddressTaken,

    /// <summary>The roster is full.</summary>
    RosterFull,
}
