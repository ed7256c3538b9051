using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Organisations;

/// <summary>Settings in a running portal: effects counted in its tables, parts that do not touch each other, revocation.</summary>
public sealed class SettingsGrainTests : IAsyncLifetime
{
    private SignInDesk _desk = null!;

    public async Task InitializeAsync() => _desk = await PasswordDesk.OpenAsync();

    public async Task DisposeAsync() => await _desk.DisposeAsync();

    private IOrganisationGrain Organisation => _desk.Portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);

    private ISettingsEffectsGrain Effects => _desk.Portal.Grains.GetGrain<ISettingsEffectsGrain>(PortalFixture.Riverside);

    [Fact]
    public async Task The_figures_are_those_of_the_people_on_file()
    {
        var bob = await _desk.Portal.RegisterAsync("Bob", email: "bob@example.org", mobile: "07700 900123");
        await _desk.AdmitAsync(bob, "07700 900123", CredentialKind.Mobile);
        await _desk.Portal.RegisterAsync("Nobody", email: "nobody@example.org");
        await _desk.ChooseAsync();
        await _desk.Portal.SettleAsync();
        Assert.Equal("SessionsEnd 1, AccessRests 2", await OfAsync(SettingsPart.Portal, s => s with { PortalEnabled = false }));
        // Alice has a password besides.
        Assert.Equal("", await OfAsync(SettingsPart.Authentication, s => s with { EmailCode = false }));
        Assert.Equal("NoWayWithoutMobile 1", await OfAsync(SettingsPart.Authentication, s => s with { MobileCode = false }));
        Assert.Equal("PasswordsRest 1", await OfAsync(SettingsPart.Authentication, s => s with { Password = false }));
        Assert.Equal("NoWayLeft 1", await OfAsync(SettingsPart.Authentication, s => s with { EmailCode = false, Password = false }));
    }

    [Fact]
    public async Task A_temporary_password_that_is_over_is_no_way_in()
    {
        Assert.IsType<TemporaryPasswordOutcome.Made>(
            await _desk.Portal.AsAsync(Cast.Dana(), () => _desk.Password().MakeTemporary("make-1")));
        Assert.Equal("", await OfAsync(SettingsPart.Authentication, s => s with { EmailCode = false }));
        await _desk.Portal.AdvanceAsync(PasswordLimits.TemporaryLifetime + TimeSpan.FromSeconds(1));
        Assert.Equal("NoWayWithoutEmail 1", await OfAsync(SettingsPart.Authentication, s => s with { EmailCode = false }));
        await _desk.Portal.AsAsync(Cast.Dana(), () => _desk.Password().Remove("remove-1"));
        Assert.Equal("NoWayWithoutEmail 1", await OfAsync(SettingsPart.Authentication, s => s with { EmailCode = false }));
    }

    [Fact]
    public async Task Sessions_that_are_over_and_those_of_blocked_patients_are_not_counted()
    {
        await _desk.SignInAsync();
        await _desk.Portal.SettleAsync();
        Assert.Equal(1, await SignedInAsync());
        await _desk.Portal.AsAsync(Cast.Dana(), () => _desk.Portal.Patient(_desk.Alice).Block("A test"));
        Assert.Equal(0, await SignedInAsync());
        await _desk.Portal.AsAsync(Cast.Dana(), () => _desk.Portal.Patient(_desk.Alice).Unblock());
        await _desk.Portal.AdvanceAsync(TimeSpan.FromHours(2));
        Assert.Equal(0, await SignedInAsync());
    }

    [Fact]
    public async Task A_part_is_saved_without_the_others_and_once()
    {
        var form = await AsErinAsync(() => Organisation.OpenPart(SettingsPart.Authentication));
        var change = new SettingsChange
        {
            Part = SettingsPart.Authentication,
            Settings = form.Settings with { MobileCode = false, WelcomeMessage = "From another page", PortalEnabled = false },
            Version = form.Version,
        };
        Assert.IsType<SettingsOutcome.Changed>(await AsErinAsync(() => Organisation.ChangePart(change)));
        Assert.IsType<SettingsOutcome.Changed>(await AsErinAsync(() => Organisation.ChangePart(change)));
        var now = await AsErinAsync(() => Organisation.GetSettings());
        Assert.Equal((false, "", true), (now.MobileCode, now.WelcomeMessage, now.PortalEnabled));
        var other = change with { Settings = change.Settings with { EmailCode = false } };
        var meanwhile = Assert.IsType<SettingsOutcome.ChangedMeanwhile>(await AsErinAsync(() => Organisation.ChangePart(other)));
        Assert.False(meanwhile.Now.Settings.MobileCode);
        Assert.IsType<SettingsOutcome.Changed>(
            await AsErinAsync(() => Organisation.ChangePart(other with { Version = meanwhile.Now.Version })));
    }

    [Fact]
    public async Task Ending_everybodys_sessions_ends_them_once_and_only_here()
    {
        var token = await _desk.SignInAsync();
        await AsErinAsync(() => Organisation.EndAllSessions("end-1"));
        Assert.Equal(SessionEnd.Revoked, await _desk.EndOfAsync(token));
        await _desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        var again = await _desk.SignInAsync();
        await AsErinAsync(() => Organisation.EndAllSessions("end-1"));
        Assert.Null(await _desk.EndOfAsync(again));
    }

    [Fact]
    public async Task Charlie_cannot_look_at_or_change_the_settings_of_another_clinic()
    {
        foreach (var caller in new[] { Cast.Charlie, Cast.Dana(), Cast.Patient(_desk.Alice), Cast.Visitor() })
        {
            foreach (var call in new Func<Task>[]
            {
                () => Organisation.OpenPart(SettingsPart.Portal), () => Organisation.ChangePart(new SettingsChange()),
                () => Organisation.EndAllSessions("end-2"), () => Organisation.RemoveLogo(), () => Organisation.UseLogo("x"),
                () => Effects.SignedIn(), () => Effects.Preview(new SettingsChange()),
                () => _desk.Portal.Grains.GetGrain<ILogoGrain>(PortalFixture.Riverside).Propose([1]),
            })
            {
                await Assert.ThrowsAsync<DoorRefusedException>(() => _desk.Portal.AsAsync(caller, call));
            }
        }
    }

    [Theory]
    [InlineData(true, PatientOrigin.Manual, "RV1 4AB", AccessLevel.CanAccess)]
    [InlineData(true, PatientOrigin.Manual, "", AccessLevel.NoAccess)]
    [InlineData(true, PatientOrigin.Imported, "RV1 4AB", AccessLevel.NoAccess)]
    [InlineData(false, PatientOrigin.Manual, "RV1 4AB", AccessLevel.NoAccess)]
    public async Task Who_is_put_on_file_has_access_by_origin_and_setting(
        bool setting, PatientOrigin origin, string postalCode, AccessLevel expected)
    {
        await _desk.ChangeAsync(s => s with { ActivateWithoutConfirmation = setting });
        var command = new RegisterPatient
        {
            GivenName = "Bob",
            FamilyName = "Archer",
            BirthDate = new DateOnly(1985, 3, 27),
            Contact = new ContactDetails { Email = "bob@example.org", PostalCode = postalCode },
            Origin = origin,
        };
        var bob = _desk.Portal.Patient("p-bob");
        await _desk.Portal.AsAsync(Cast.Dana(), () => bob.Register(command));
        Assert.Equal(expected, (await _desk.Portal.AsAsync(Cast.Dana(), () => bob.OnlineAccess()))!.Level);
        var told = await _desk.Portal.AsAsync(Cast.Erin(), () => _desk.Portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { Action = "patient.access-given", Patient = "p-bob", PageSize = 10 }));
        Assert.Equal(expected == AccessLevel.CanAccess ? ["added-by-hand"] : Array.Empty<string>(), told.Rows.Select(r => r.Reason));
    }

    private Task<T> AsErinAsync<T>(Func<Task<T>> call) => _desk.Portal.AsAsync(Cast.Erin(), call);

    private Task AsErinAsync(Func<Task> call) => _desk.Portal.AsAsync(Cast.Erin(), call);

    private Task<int> SignedInAsync() => AsErinAsync(() => Effects.SignedIn());

    private async Task<string> OfAsync(SettingsPart part, Func<PortalSettings, PortalSettings> change)
    {
        var form = await AsErinAsync(() => Organisation.OpenPart(part));
        var preview = await AsErinAsync(() => Effects.Preview(new SettingsChange
        {
            Part = part,
            Settings = change(form.Settings),
            TimeZone = form.TimeZone,
            Country = form.Country,
        }));
        Assert.Empty(preview.Faults);
        return string.Join(", ", preview.Effects.Select(e => $"{e.Kind} {e.Count}"));
    }
}
