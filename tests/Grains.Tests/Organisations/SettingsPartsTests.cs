using System.Collections;
using System.Reflection;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Organisations;
using Xunit;

namespace Portal.Grains.Tests.Organisations;

/// <summary>The rules of the parts of the settings.</summary>
public sealed class SettingsPartsTests
{
    private static readonly PortalSettings Good = new() { PortalName = "Riverside online" };

    public static TheoryData<string> Settings =>
        [.. typeof(PortalSettings).GetProperties().Where(p => p.CanWrite).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Every_setting_belongs_to_one_part(string name)
    {
        var property = typeof(PortalSettings).GetProperty(name)!;
        var (before, after) = (new PortalSettings(), new PortalSettings());
        property.SetValue(after, Another(property, before));
        var parts = Enum.GetValues<SettingsPart>()
            .Where(part => Same(property.GetValue(SettingsParts.Merge(part, before, after)), property.GetValue(after)));
        Assert.Single(parts);
    }

    public static TheoryData<string, PortalSettings, string, SettingsRule> Wrong => new()
    {
        { "no method", Good with { EmailCode = false, MobileCode = false }, "EmailCode", SettingsRule.LastMethod },
        { "idle too long", Good with { IdleLimit = TimeSpan.FromMinutes(61) }, "IdleLimit", SettingsRule.OutOfRange },
        { "idle too short", Good with { IdleLimit = TimeSpan.FromMinutes(4) }, "IdleLimit", SettingsRule.OutOfRange },
        { "elevated too long", Good with { ElevationLimit = TimeSpan.FromMinutes(61) }, "ElevationLimit", SettingsRule.OutOfRange },
        { "codes too long", Good with { CodeLimits = OneTimeCodeLimits.Default with { Lifetime = TimeSpan.FromMinutes(11) } }, "Lifetime",
            SettingsRule.OutOfRange },
        { "no name", Good with { PortalName = " " }, "PortalName", SettingsRule.Missing },
        { "long name", Good with { PortalName = new string('a', 201) }, "PortalName", SettingsRule.TooLong },
        { "unseen", Good with { WelcomeMessage = "a\u202Eb" }, "WelcomeMessage", SettingsRule.NotShowable },
        { "no colour", Good with { AccentColour = "blue" }, "AccentColour", SettingsRule.NotAColour },
        { "pale", Good with { AccentColour = "#777777" }, "AccentColour", SettingsRule.ContrastTooLow },
        { "no money", Good with { Currency = "ZZZ" }, "Currency", SettingsRule.UnknownCurrency },
        { "no word", Good with { Labels = new Labels { Practitioners = "" } }, "Practitioners", SettingsRule.Missing },
        { "long word", Good with { Labels = new Labels { Patient = new string('a', 41) } }, "Patient", SettingsRule.TooLong },
        { "unseen word", Good with { Labels = new Labels { Appointment = "\u200Bvisit" } }, "Appointment", SettingsRule.NotShowable },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Settings_are_refused_where_they_are_wrong(string why, PortalSettings settings, string setting, SettingsRule rule)
    {
        var fault = Assert.Single(SettingsParts.Faults(settings));
        Assert.True((setting, rule) == (fault.Setting, fault.Rule), why);
    }

    [Fact]
    public void A_ratio_just_under_the_limit_is_not_said_to_be_the_limit()
    {
        // 4.48:1, and the colour next to it passes.
        Assert.Equal(4.47, Assert.Single(SettingsParts.Faults(Good with { AccentColour = "#777777" })).Measured);
        Assert.Empty(SettingsParts.Faults(Good with { AccentColour = "#767676" }));
    }

    [Fact]
    public void A_page_is_not_refused_for_what_only_another_page_can_mend()
    {
        var stored = Good with { AccentColour = "#eeeeee" };
        var change = new SettingsChange { Part = SettingsPart.Authentication, Settings = stored with { Password = true } };
        Assert.Empty(SettingsParts.Faults(change));
        Assert.NotEmpty(SettingsParts.Faults(change with { Part = SettingsPart.Branding }));
    }

    [Fact]
    public void Time_zone_and_country_have_to_be_known()
    {
        var change = new SettingsChange { Part = SettingsPart.Portal, Settings = Good, TimeZone = "Europe/London", Country = "GB" };
        Assert.Empty(SettingsParts.Faults(change));
        Assert.Equal(
            [("TimeZone", SettingsRule.UnknownTimeZone), ("Country", SettingsRule.UnknownCountry)],
            SettingsParts.Faults(change with { TimeZone = "Middle/Earth", Country = "XX" }).Select(f => (f.Setting, f.Rule)));
    }

    [Fact]
    public void A_version_is_that_of_its_part_only()
    {
        var state = new OrganisationState { Name = "Riverside", Settings = Good, TimeZone = "Europe/London" };
        var change = new SettingsChange
        {
            Part = SettingsPart.Portal,
            Version = SettingsParts.Open(state, SettingsPart.Portal).Version,
        };
        Assert.False(SettingsParts.IsOvertaken(state, change));
        Assert.False(SettingsParts.IsOvertaken(state with { Settings = Good with { WelcomeMessage = "Hello" } }, change));
        Assert.True(SettingsParts.IsOvertaken(state with { Settings = Good with { Sections = [] } }, change));
        Assert.True(SettingsParts.IsOvertaken(state with { TimeZone = "Europe/Paris" }, change));
    }

    [Theory]
    [InlineData("patient", "a patient")]
    [InlineData("appointment", "an appointment")]
    [InlineData("session", "a session")]
    [InlineData("user", "a user")]
    [InlineData("hour", "an hour")]
    [InlineData("Östlund", "a Östlund")]
    public void A_label_gets_its_article(string label, string expected) => Assert.Equal(expected, LabelWords.A(label));

    // Another value than the default's.
    private static object Another(PropertyInfo property, PortalSettings from) => property.GetValue(from) switch
    {
        bool on => !on,
        string text => text + "x",
        TimeSpan span => span - TimeSpan.FromMinutes(1),
        int number => number + 1,
        Enum value => Enum.GetValues(property.PropertyType).Cast<Enum>().First(v => !v.Equals(value)),
        Labels labels => labels with { Patient = "client" },
        ClinicContact contact => contact with { Phone = "1" },
        OneTimeCodeLimits limits => limits with { GuessesPerDay = limits.GuessesPerDay - 1 },
        IReadOnlyList<PortalSection> => Array.Empty<PortalSection>(),
        var other => throw new NotSupportedException($"Say here what another {property.Name} is than {other}."),
    };

    private static bool Same(object? left, object? right) => left is IEnumerable one and not string && right is IEnumerable other
        ? one.Cast<object>().SequenceEqual(other.Cast<object>())
        : Equals(left, right);
}
