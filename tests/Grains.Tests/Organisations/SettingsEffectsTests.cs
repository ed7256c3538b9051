using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Organisations;
using Xunit;

namespace Portal.Grains.Tests.Organisations;

/// <summary>The rules of what a change of the settings does to people.</summary>
public sealed class SettingsEffectsTests
{
    private static readonly OrganisationState Before = new()
    {
        Name = "Riverside",
        TimeZone = "Europe/London",
        Settings = new PortalSettings { PortalName = "Riverside online", Password = true },
    };

    private static readonly SettingsFigures Figures = new()
    {
        SignedIn = 3,
        Idle = 2,
        RecordsClosing = 1,
        WithAccess = 140,
        Invitations = 4,
        Links = 5,
        WithAppointments = 60,
        Appointments = 90,
        Ways =
        [
            new(Email: true, Mobile: false, Password: false, 100), new(Email: false, Mobile: true, Password: false, 12),
            new(Email: true, Mobile: true, Password: false, 20), new(Email: true, Mobile: false, Password: true, 7),
            new(Email: false, Mobile: false, Password: true, 1),
        ],
    };

    public static TheoryData<string, PortalSettings, string> Changes => new()
    {
        { "nothing", Of(s => s), "" },
        { "a new name", Of(s => s with { PortalName = "New", AccentColour = "#000000" }), "" },
        { "access at once for those to come", Of(s => s with { ActivateWithoutConfirmation = true }), "" },
        { "stricter codes", Of(s => s with { CodeLimits = s.CodeLimits with { SendsPerDay = 2 } }), "" },
        { "off", Of(s => s with { PortalEnabled = false }), "SessionsEnd 3, AccessRests 140, InvitationsRest 4, LinksRest 5" },
        { "no email", Of(s => s with { EmailCode = false }), "NoWayWithoutEmail 100" },
        { "no mobile", Of(s => s with { MobileCode = false }), "NoWayWithoutMobile 12" },
        { "no password", Of(s => s with { Password = false }), "NoWayWithoutPassword 1, PasswordsRest 7" },
        { "password only", Of(s => s with { EmailCode = false, MobileCode = false }),
            "NoWayWithoutEmail 100, NoWayWithoutMobile 12, NoWayLeft 20" },
        { "no appointments", Of(s => s with { Sections = [PortalSection.ClinicalRecords] }), "AppointmentsHidden 60" },
        { "no records", Of(s => s with { Sections = [PortalSection.Appointments] }), "RecordsClose 1" },
        { "shorter elevation", Of(s => s with { ElevationLimit = TimeSpan.FromMinutes(10) }), "RecordsClose 1" },
        { "shorter idle", Of(s => s with { IdleLimit = TimeSpan.FromMinutes(10) }), "IdleEnd 2" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void A_change_says_what_it_does_to_whom(string what, PortalSettings wanted, string expected) =>
        Assert.True(expected == Words(Before, Before with { Settings = wanted }), what);

    [Fact]
    public void What_is_loosened_touches_nobody()
    {
        var strict = Before with
        {
            Settings = Of(s => s with { IdleLimit = TimeSpan.FromMinutes(10), ElevationLimit = TimeSpan.FromMinutes(10), Sections = [] }),
        };
        Assert.Equal("", Words(strict, Before));
    }

    [Fact]
    public void Switching_on_again_says_what_works_again() => Assert.Equal(
        "InvitationsRevive 4, LinksRevive 5", Words(Before with { Settings = Of(s => s with { PortalEnabled = false }) }, Before));

    [Fact]
    public void Another_time_zone_moves_what_is_planned() =>
        Assert.Equal("TimesMove 90", Words(Before, Before with { TimeZone = "Europe/Paris" }));

    [Fact]
    public void What_happens_to_nobody_is_not_told() =>
        Assert.Empty(SettingsEffects.Of(Before, Before with { Settings = Of(s => s with { PortalEnabled = false }) }, new()));

    private static PortalSettings Of(Func<PortalSettings, PortalSettings> change) => change(Before.Settings);

    private static string Words(OrganisationState before, OrganisationState after) =>
        string.Join(", ", SettingsEffects.Of(before, after, Figures).Select(e => $"{e.Kind} {e.Count}"));
}
