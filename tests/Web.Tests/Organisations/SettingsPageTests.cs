using System.Net;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Organisations;

/// <summary>The pages of settings, in a portal of their own each.</summary>
public sealed class SettingsPageTests : IDisposable
{
    private const string Portal = "/riverside/staff/settings/portal";
    private const string Authentication = "/riverside/staff/settings/authentication";
    private const string Branding = "/riverside/staff/settings/branding";
    private readonly PortalWeb _web = new();

    [Fact]
    public async Task Two_administrators_on_two_pages_do_not_overwrite_one_another()
    {
        var (erin, other) = (await _web.StaffAsync("erin"), await _web.StaffAsync("erin"));
        var (portal, branding) = (await erin.GetAsync(Portal), await other.GetAsync(Branding));
        Assert.Equal(303, (await erin.FillAsync(portal, Portal, "settings", ("Currency", "EUR"))).Code);
        Assert.Equal(303, (await other.FillAsync(branding, Branding, "settings", ("WelcomeMessage", "Good to see you"))).Code);
        Assert.Contains("value=\"EUR\" selected", (await erin.GetAsync(Portal)).Body);
        Assert.Contains("value=\"Good to see you\"", (await erin.GetAsync(Branding)).Body);
        Assert.Equal(2, (await _web.AuditAsync("organisation.settings-changed")).Count);
    }

    [Fact]
    public async Task The_second_of_two_administrators_on_one_page_is_told_and_keeps_what_they_typed()
    {
        var (erin, other) = (await _web.StaffAsync("erin"), await _web.StaffAsync("erin"));
        var (first, second) = (await erin.GetAsync(Branding), await other.GetAsync(Branding));
        Assert.Equal(303, (await erin.FillAsync(first, Branding, "settings", ("WelcomeMessage", "From the first"))).Code);
        var told = await other.FillAsync(second, Branding, "settings", ("WelcomeMessage", "From the second"));
        Assert.Equal(200, told.Code);
        Assert.Contains("Somebody else has changed these settings", told.Body);
        Assert.Contains("“From the first”", WebUtility.HtmlDecode(told.Body));
        Assert.Contains("value=\"From the second\"", told.Body);
        Assert.Contains("value=\"From the first\"", (await erin.GetAsync(Branding)).Body);
        Assert.Equal(303, (await other.FillAsync(told, Branding, "settings")).Code);
        Assert.Contains("value=\"From the second\"", (await erin.GetAsync(Branding)).Body);
    }

    [Fact]
    public async Task Switching_the_portal_off_says_first_whom_it_signs_out_and_changes_nothing_until_it_is_confirmed()
    {
        var (one, other) = (_web.Browser(), _web.Browser());
        await _web.SignInAsync(one, _web.NextPatient());
        await _web.SignInAsync(other, _web.NextPatient());
        var erin = await _web.StaffAsync("erin");
        var asked = await erin.FillAsync(Portal, "settings", ("PortalEnabled", null));
        Assert.Equal(200, asked.Code);
        Assert.Contains("Save these changes?", asked.Body);
        Assert.Contains("2 patients have sessions now and will be signed out", asked.Body);
        Assert.Contains("with access can&#x27;t sign in", asked.Body);
        Assert.Equal(200, (await one.GetAsync("/riverside")).Code);
        var back = await erin.FillAsync(asked, Portal, "settings", ("back", "yes"));
        Assert.DoesNotContain("name=\"PortalEnabled\" value=\"true\" checked", back.Body);
        Assert.Equal(200, (await one.GetAsync("/riverside")).Code);
        Assert.Equal(303, (await erin.FillAsync(asked, Portal, "settings", ("confirmed", "yes"))).Code);
        Assert.StartsWith("/riverside/not-enabled", (await one.GetAsync("/riverside")).Location);
        Assert.StartsWith("/riverside/not-enabled", (await other.GetAsync("/riverside")).Location);
    }

    [Fact]
    public async Task Switching_a_method_off_says_how_many_could_not_get_in_any_more()
    {
        var erin = await _web.StaffAsync("erin");
        var asked = await erin.FillAsync(Authentication, "settings", ("EmailCode", null), ("Password", null));
        Assert.Equal(200, asked.Code);
        Assert.Matches("[0-9]+ patients sign in by email only and could not get in any more", asked.Body);
        Assert.Contains("Code by email", asked.Body);
        var form = await erin.GetAsync(Authentication);
        Assert.Contains("id=\"EmailCode\" name=\"EmailCode\" value=\"true\" checked", form.Body);
    }

    [Fact]
    public async Task The_last_method_can_not_be_switched_off_and_the_page_says_why()
    {
        var erin = await _web.StaffAsync("erin");
        var answer = await erin.FillAsync(Authentication, "settings", ("EmailCode", null), ("MobileCode", null), ("Password", null));
        Assert.Equal(200, answer.Code);
        Assert.Contains("without any nobody could get in", answer.Body);
        Assert.DoesNotContain("Save these changes?", answer.Body);
    }

    [Fact]
    public async Task What_nobody_notices_is_saved_without_a_question()
    {
        var erin = await _web.StaffAsync("erin");
        var saved = await erin.FillAsync(Authentication, "settings", ("SendsPerDay", "9"));
        Assert.Equal("/riverside/staff/settings/authentication?done=saved", saved.Location);
    }

    [Fact]
    public async Task Ending_everybodys_sessions_says_how_many_and_leaves_staff_alone()
    {
        var alice = _web.Browser();
        await _web.SignInAsync(alice, _web.NextPatient());
        var erin = await _web.StaffAsync("erin");
        Assert.Contains("1 patient is signed in now", (await erin.GetAsync(Authentication)).Body);
        var asked = await erin.GetAsync(Authentication + "/end-sessions");
        Assert.Contains("1 patient has a session now and will be signed out", asked.Body);
        Assert.Equal(200, (await alice.GetAsync("/riverside")).Code);
        Assert.Equal(303, (await erin.FillAsync(asked, Authentication + "/end-sessions", "confirm")).Code);
        Assert.Equal(401, (await alice.GetAsync("/riverside/session")).Code);
        Assert.Equal(200, (await erin.GetAsync(Authentication)).Code);
        // The same click again, such as by the Back button, must not end who has come back.
        _web.Clock.Advance(TimeSpan.FromMinutes(2));
        var bob = _web.Browser();
        await _web.SignInAsync(bob, _web.NextPatient());
        Assert.Equal(303, (await erin.FillAsync(asked, Authentication + "/end-sessions", "confirm")).Code);
        Assert.Equal(200, (await bob.GetAsync("/riverside/session")).Code);
        Assert.Single(await _web.AuditAsync("organisation.sessions-ended"));
    }

    [Fact]
    public async Task Colours_are_refused_with_the_measured_ratio()
    {
        var erin = await _web.StaffAsync("erin");
        var refused = await erin.FillAsync(Branding, "settings", ("AccentColour", "#ffcc00"));
        Assert.Equal(200, refused.Code);
        Assert.Contains("has a contrast of 1.51 to 1; it needs 4.5 to 1", refused.Body);
        Assert.Contains("value=\"#ffcc00\"", refused.Body);
    }

    [Fact]
    public async Task Branding_is_looked_at_before_it_is_saved()
    {
        var erin = await _web.StaffAsync("erin");
        var looked = await erin.FillAsync(
            Branding, "settings", ("preview", "yes"), ("PortalName", "Our new portal"), ("AccentColour", "#7a1fa2"));
        Assert.Equal(200, looked.Code);
        Assert.Contains("theme.css?preview=7a1fa2", looked.Body);
        Assert.Contains("Not saved yet", looked.Body);
        var sheet = await erin.GetAsync("/riverside/theme.css?preview=7a1fa2");
        Assert.StartsWith(".preview {", sheet.Body);
        Assert.Equal("", (await erin.GetAsync("/riverside/theme.css?preview=%7D*%7Bdisplay:none")).Body);
        Assert.DoesNotContain("Our new portal", (await erin.GetAsync("/riverside/sign-in")).Body);
        Assert.Equal(303, (await erin.FillAsync(looked, Branding, "settings")).Code);
        Assert.Contains("Our new portal", (await erin.GetAsync("/riverside/sign-in")).Body);
    }

    [Fact]
    public async Task The_address_is_shown_or_not()
    {
        var erin = await _web.StaffAsync("erin");
        await erin.FillAsync(Branding, "settings", ("Address", "1 Weir Lane"));
        Assert.Contains("1 Weir Lane", (await _web.Browser().GetAsync("/riverside/sign-in")).Body);
        await erin.FillAsync(Branding, "settings", ("ShowAddress", null));
        Assert.DoesNotContain("1 Weir Lane", (await _web.Browser().GetAsync("/riverside/sign-in")).Body);
    }

    [Fact]
    public async Task Only_administrators_of_the_clinic_open_the_settings()
    {
        var charlie = await _web.StaffAsync("erin", "hilltop");
        var dana = await _web.StaffAsync("dana");
        foreach (var path in new[] { Portal, Authentication, Authentication + "/end-sessions", Branding, Branding + "/logo" })
        {
            Assert.Equal(404, (await dana.GetAsync(path)).Code);
            Assert.StartsWith("/riverside/staff/sign-in", (await charlie.GetAsync(path)).Location);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();
}
