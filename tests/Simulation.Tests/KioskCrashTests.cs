using Dapper;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>A form on the clinic's tablet, with the disk failing and the process dying at every write.</summary>
public sealed class KioskCrashTests
{
    [Fact]
    public Task A_form_that_was_cut_off_anywhere_is_kept_once_by_trying_again_and_closes_the_tablet() => Every.FaultAsync(HandInAsync);

    [Fact]
    public Task A_form_that_was_cut_off_twice_is_kept_once_by_trying_again() => Every.PairAsync(HandInAsync, seed: 1123);

    private static async Task<int> HandInAsync((int, WriteFault)[] faults)
    {
        await using var world = await World.OpenAsync();
        var alice = await world.Portal.RegisterAsync("Alice");
        var where = $"kiosk, {string.Join(", ", faults)}";
        var token = Tokens.New();
        var begun = await world.Portal.AsAsync(Cast.Dana(), () =>
            world.Session(token).BeginKiosk(new BeginKiosk { Patient = alice, Pin = "4712" }));
        Assert.Equal(BeginKioskOutcome.Begun, begun);
        var kiosk = Cast.Patient(alice, session: Tokens.Hash(token)) with { Kind = PrincipalKind.Kiosk };
        world.Break(faults);
        var outcome = await world.InsistAsync(kiosk, () => Forms(world, alice).Submit(
            new SubmitIntake { Answers = new IntakeAnswers { Allergies = "Penicillin", Consent = true } }));
        Assert.True(outcome == SubmitIntakeOutcome.Kept, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();

        Assert.True(await CheckAsync(world, token) is SessionCheck.Ended { Reason: SessionEnd.Submitted }, where);
        var rows = await world.Portal.AsAsync(Cast.Dana(), () => Forms(world, alice).List());
        Assert.True(rows is [{ AtKiosk: true }], where);
        var kept = await world.Portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM intake_forms"));
        Assert.True(kept == 1, where);
        Assert.True(await world.AuditedAsync(alice, "form.submitted") == 1, where);
        Assert.True(await world.AuditedAsync(alice, "kiosk.ended") == 1, where);
        await world.CheckInvariantsAsync(where, alice);
        return writes;
    }

    private static Task<SessionCheck> CheckAsync(World world, string token) =>
        world.Portal.AsAsync(World.Somebody, () => world.Session(token).Check(touch: false));

    private static IIntakeFormsGrain Forms(World world, string patient) =>
        world.Portal.Grains.GetGrain<IIntakeFormsGrain>(GrainKeys.ForIntakeForms(PortalFixture.Riverside, patient));
}
