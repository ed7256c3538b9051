using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>How the directory follows the patients.</summary>
public sealed class PatientDirectoryTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalFixture.StartAsync(deterministic: true);

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task What_a_command_acknowledged_is_in_the_directory()
    {
        var alice = await _portal.RegisterAsync("Alice", mobile: "07700 900123");
        Assert.Equal((AccessState.NoAccess, false), await FindAsync("447700900123"));
        await DanaAsync(() => _portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
        Assert.Equal((AccessState.CanAccess, false), await FindAsync("07700 900123"));
        await SetAsync(alice, "sign-in@x.org");
        Assert.Equal((AccessState.CanAccess, true), await FindAsync("sign-in@x.org"));
        await SetAsync(alice, "other@x.org");
        Assert.Null(await FindAsync("sign-in@x.org"));
        await DanaAsync(() => _portal.Patient(alice).Block("lost"));
        Assert.Equal((AccessState.Blocked, true), await FindAsync("other@x.org"));
    }

    [Fact]
    public async Task A_sign_in_is_in_the_directory_a_moment_later()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var at = _portal.Clock.GetUtcNow();
        await SignInAsync(alice, "s1");
        Assert.Null(await LastSignInAsync());
        await _portal.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(at, await LastSignInAsync());
    }

    [Fact]
    public async Task A_sign_in_that_a_crash_kept_from_the_directory_is_there_once_somebody_has_looked_at_the_patient()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var at = _portal.Clock.GetUtcNow();
        await SignInAsync(alice, "s1");
        await _portal.RestartAsync();
        await _portal.AsGrainAsync(() => _portal.Patient(alice).Get());
        await _portal.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Equal(at, await LastSignInAsync());
    }

    [Fact]
    public async Task A_sign_in_is_tried_again_while_the_directory_cannot_be_written()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var at = _portal.Clock.GetUtcNow();
        await SignInAsync(alice, "s1");
        _portal.Database.Faults = new FaultAt(1, WriteFault.FailBefore, () => { });
        await _portal.AdvanceAsync(TimeSpan.FromSeconds(3));
        Assert.Null(await LastSignInAsync());
        await _portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(at, await LastSignInAsync());
    }

    [Fact]
    public async Task Registering_again_after_a_crash_makes_up_for_what_is_missing()
    {
        // The state of the patient, then its entries in directory and audit log, then the state without them.
        foreach (var number in Enumerable.Range(1, 4))
        {
            await using var portal = await PortalFixture.StartAsync(deterministic: true);
            portal.Database.Faults = new FaultAt(number, WriteFault.WriteThenKill, () => portal.Silo.Kill());
            await Assert.ThrowsAnyAsync<Exception>(() => portal.RegisterAsync("Alice"));
            portal.Database.Faults = null;
            await portal.RestartAsync();
            await portal.RegisterAsync("Alice");
            var page = await portal.AsAsync(Cast.Dana(), () => Directory(portal).Search(new PatientQuery { Text = "alice" }));
            Assert.Single(page.Rows);
        }
    }

    [Fact]
    public async Task Charlie_cannot_find_a_patient_of_another_organisation()
    {
        await _portal.RegisterAsync("Alice");
        var directory = _portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Hilltop);
        var page = await _portal.AsAsync(Cast.Charlie, () => directory.Search(new PatientQuery()));
        Assert.Equal(0, page.Total);
    }

    private static IPatientDirectoryGrain Directory(PortalFixture portal) =>
        portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside);

    private async Task<(AccessState, bool)?> FindAsync(string text)
    {
        var rows = (await DanaAsync(() => Directory(_portal).Search(new PatientQuery { Text = text }))).Rows;
        return rows.Count == 0 ? null : (rows.Single().Access, rows.Single().HasCredential);
    }

    private async Task<DateTimeOffset?> LastSignInAsync() =>
        (await DanaAsync(() => Directory(_portal).Search(new PatientQuery { Text = "alice" }))).Rows.Single().LastSignIn;

    private Task SignInAsync(string id, string operation) => _portal.AsGrainAsync(
        () => _portal.Patient(id).RecordSignIn(
            CredentialKind.Email, _portal.HashOf(CredentialKind.Email, "a@x.org"), operation, byCode: true));

    private Task SetAsync(string id, string value) => DanaAsync(() => _portal.Patient(id).SetCredential(
        new SetCredential { Kind = CredentialKind.Email, Value = value, Operation = value, ConfirmedWithPatient = true }));

    private Task<T> DanaAsync<T>(Func<Task<T>> call) => _portal.AsAsync(Cast.Dana(), call);

    private Task DanaAsync(Func<Task> call) => _portal.AsAsync(Cast.Dana(), call);
}
