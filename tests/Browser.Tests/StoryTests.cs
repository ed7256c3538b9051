using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Portal.Browser.Tests;

/// <summary>How a patient comes to sign in, from the front desk to the clinical records, in two real windows.</summary>
[Trait("Needs", "Chromium")]
[Collection(BrowserCollection.Name)]
public sealed class StoryTests(Chromium chromium)
{
    private static readonly TimeSpan NextDay = new(1, 0, 0, 1);
    private static readonly TimeSpan FortyMinutes = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan TheRestOfTheHour = new(0, 20, 1);

    [BrowserTheory(DisplayName = "Invitation (S3, S4): … The patient opens it, confirms who they are (date of birth), verifies the "
        + "credential by code … Sessions last 24 hours from sign-in. Clinical elevation … lasts up to 60 minutes, then the pages close "
        + "by themselves.")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_patient_is_invited_and_signs_in_and_reads_the_records_with_scripts_on_and_off(bool scripts)
    {
        await using var portal = await PortalProcess.StartAsync();
        var riverside = portal.Riverside;
        var alice = riverside.Patients.First(p => p is { Access: "no_access", AuthEmail: null, Username: null });
        Assert.Equal(200, riverside.Patients.Count);

        var dana = new StaffPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Desktop, scripts), riverside, riverside.Dana);
        await dana.SignInAsync();
        await dana.FindAsync(alice);
        var email = await dana.SetEmailAsync();
        await Expect(dana.Card("Portal credentials")).ToContainTextAsync("Unverified");
        await dana.InviteAsync();
        await Expect(dana.Card("Invitations")).ToContainTextAsync("Pending");

        var phone = new PatientPerson(portal, await chromium.OpenAsync(portal.Address, Screen.Phone, scripts), riverside);
        await phone.AcceptInvitationAsync(email, alice.BirthDate);
        await Expect(phone.Page.Heading()).ToContainTextAsync("Hello");
        await dana.OpenAsync(alice);
        await Expect(dana.Card("Portal credentials")).ToContainTextAsync("Verified");
        await Expect(dana.Card("Invitations")).ToContainTextAsync("Accepted");

        await portal.KillAsync();
        await portal.StartAgainAsync();
        await phone.Page.ReloadAsync();
        await Expect(phone.Page.Heading()).ToContainTextAsync("Hello");
        await dana.Page.ReloadAsync();
        await Expect(dana.Page.Heading()).ToContainTextAsync(alice.Name);

        await portal.AdvanceAsync(NextDay);
        // With scripts the open page leaves by itself, without them at the next step.
        if (scripts) await phone.Page.WaitForURLAsync("**/sign-in*");
        else await phone.Page.GotoAsync("/riverside");
        await Expect(phone.Page.Heading()).ToHaveTextAsync("Sign in");
        await phone.SignInAsync(email);

        await phone.OpenRecordsAsync(email);
        await Expect(phone.Page.Heading()).ToHaveTextAsync("Clinical records");
        // Used now and then, so that the session itself goes on.
        await portal.AdvanceAsync(FortyMinutes);
        var other = await phone.Page.Context.NewPageAsync();
        await other.GotoAsync("/riverside");
        await portal.AdvanceAsync(TheRestOfTheHour);
        if (!scripts) await phone.Page.ReloadAsync();
        await phone.Page.WaitForURLAsync("**/elevate*");
        await phone.Page.GotoAsync("/riverside/records");
        await Expect(phone.Page.Heading()).ToHaveTextAsync("Open your clinical records");
        await other.ReloadAsync();
        await Expect(other.Heading()).ToContainTextAsync("Hello");
    }
}
