using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Organisations;

/// <summary>The parts of the settings: a page each, saved apart, so that nobody overwrites what they did not see.</summary>
[GenerateSerializer, Alias("portal.SettingsPart")]
public enum SettingsPart
{
    /// <summary>Settings &gt; Patient Portal: on or off, sections, first access, time zone, country, currency.</summary>
    Portal,

    /// <summary>Settings &gt; Patient Authentication: verification methods, code limits, session rules.</summary>
    Authentication,

    /// <summary>Branding and terminology: names, colour, contact, labels. The logo is apart: <see cref="ILogoGrain"/>.</summary>
    Branding,
}

/// <summary>Settings as a page edits them.</summary>
[GenerateSerializer, Alias("portal.SettingsForm"), Immutable]
public sealed record SettingsForm
{
    /// <summary>The settings in force, all parts.</summary>
    [Id(0)] public PortalSettings Settings { get; init; } = new();

    /// <summary>IANA time zone.</summary>
    [Id(1)] public string TimeZone { get; init; } = "";

    /// <summary>ISO 3166 country.</summary>
    [Id(2)] public string Country { get; init; } = "";

    ///  <summary>Names the values of the part that was opened: another value, another version. No secret, nothing to be
    /// understood.</summary>
    [Id(3)] public string Version { get; init; } = "";
}

/// <summary>A change of one part of the settings.</summary>
[GenerateSerializer, Alias("portal.SettingsChange"), Immutable]
public sealed record SettingsChange
{
    /// <summary>The part.</summary>
    [Id(0)] public SettingsPart Part { get; init; }

    /// <summary>The values wanted. Those of other parts are not looked at.</summary>
    [Id(1)] public PortalSettings Settings { get; init; } = new();

    /// <summary>IANA time zone wanted; only <see cref="SettingsPart.Portal"/> looks at it.</summary>
    [Id(2)] public string TimeZone { get; init; } = "";

    /// <summary>ISO 3166 country wanted; only <see cref="SettingsPart.Portal"/> looks at it.</summary>
    [Id(3)] public string Country { get; init; } = "";

    /// <summary>The <see cref="SettingsForm.Version"/> that was shown when the change was thought of.</summary>
    [Id(4)] public string Version { get; init; } = "";
}

/// <summary>
/// What a change of the settings would do to whom, before it is made. A stateless worker over the tables of sessions, invitations, links,
/// patients and appointments; it changes nothing. Key: <c>{org}</c>.
/// </summary>
[Alias("portal.ISettingsEffectsGrain"), Repeatable]
public interface ISettingsEffectsGrain : IGrainWithStringKey
{
    /// <summary>What saving a change would come to.</summary>
    [Alias("Preview"), Door(Callers.Admin)]
    Task<SettingsPreview> Preview(SettingsChange change);

    /// <summary>
    /// How many patients have sessions now. A session that something else has ended counts until its grain has noticed, at the latest when
    /// it would be idle.
    /// </summary>
    [Alias("SignedIn"), Door(Callers.Admin)]
    Task<int> SignedIn();
}

/// <summary>What saving a change of the settings would come to.</summary>
[GenerateSerializer, Alias("portal.SettingsPreview"), Immutable]
public sealed record SettingsPreview
{
    /// <summary>Everything that is wrong with it; it can't be saved then.</summary>
    [Id(0)] public IReadOnlyList<SettingsFault> Faults { get; init; } = [];

    /// <summary>The effects on people, most drastic first; empty where nobody notices, or it can't be saved.</summary>
    [Id(1)] public IReadOnlyList<SettingsEffect> Effects { get; init; } = [];
}

/// <summary>One effect of a change of the settings on people.</summary>
[GenerateSerializer, Alias("portal.SettingsEffect"), Immutable]
public sealed record SettingsEffect
{
    /// <summary>What happens.</summary>
    [Id(0)] public SettingsEffectKind Kind { get; init; }

    /// <summary>To how many; at least 1.</summary>
    [Id(1)] public int Count { get; init; }
}

/// <summary>What a change of the settings can do to people.</summary>
[GenerateSerializer, Alias("portal.SettingsEffectKind")]
public enum SettingsEffectKind
{
    /// <summary>Patients have sessions, which end for good.</summary>
    SessionsEnd,

    /// <summary>Patients with access can't sign in while the portal is off.</summary>
    AccessRests,

    /// <summary>Open invitations do not work while the portal is off.</summary>
    InvitationsRest,

    /// <summary>Links that have not expired do not work while the portal is off.</summary>
    LinksRest,

    /// <summary>Open invitations work again.</summary>
    InvitationsRevive,

    /// <summary>Links that have not expired work again.</summary>
    LinksRevive,

    /// <summary>Patients sign in by email code only, and could not get in any more.</summary>
    NoWayWithoutEmail,

    /// <summary>Patients sign in by mobile code only, and could not get in any more.</summary>
    NoWayWithoutMobile,

    /// <summary>Patients sign in by password only, and could not get in any more.</summary>
    NoWayWithoutPassword,

    /// <summary>Patients could sign in by several of the methods switched off, and by nothing else.</summary>
    NoWayLeft,

    /// <summary>Patients have a password that does not work any more, and another way in.</summary>
    PasswordsRest,

    /// <summary>Patients have appointments to come, which they do not see any more.</summary>
    AppointmentsHidden,

    /// <summary>Patients have clinical records open, which close.</summary>
    RecordsClose,

    /// <summary>Patients have been signed in unused for longer than the new limit, and are signed out.</summary>
    IdleEnd,

    /// <summary>Appointments to come are shown at another time of day.</summary>
    TimesMove,
}
