using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>Signing in by code and elevating, with the disk failing and the process dying at every write.</summary>
public sealed class SignInCrashTests
{
    private const string Email = "alice@example.org";

    [Fact]
    public Task A_sign_in_that_was_cut_off_anywhere_is_finished_by_trying_again() => Every.FaultAsync(SignInAsync);

    [Fact]
    public Task A_sign_in_that_was_cut_off_twice_is_finished_by_trying_again() => Every.PairAsync(SignInAsync, seed: 20261121);

    [Fact]
    public Task An_elevation_that_was_cut_off_anywhere_is_finished_by_trying_again() => Every.FaultAsync(ElevateAsync);

    private static async Task<int> SignInAsync((int, WriteFault)[] faults)
    {
        await using var world = await World.OpenAsync();
        var alice = await AdmitAsync(world);
        world.Break(faults);
        var where = $"sign-in, {string.Join(", ", faults)}";
        var code = await AskAsync(world, where);
        var token = Tokens.New();
        var outcome = await EnterAsync(world, token, code);
        Assert.True(outcome is SignInOutcome.SignedIn, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();
        Assert.True(await world.IsAliveAsync(token), where);
        Assert.False(await EnterAsync(world, Tokens.New(), code) is SignInOutcome.SignedIn, $"{where}: one code, two sessions");
        Assert.True(await world.AuditedAsync(alice, "sign-in.done") == 1, where);
        await world.CheckInvariantsAsync(where, alice);
        return writes;
    }

    private static async Task<int> ElevateAsync((int, WriteFault)[] faults)
    {
        await using var world = await World.OpenAsync();
        var alice = await AdmitAsync(world);
        var where = $"elevation, {string.Join(", ", faults)}";
        var token = Tokens.New();
        var first = await AskAsync(world, where);
        Assert.IsType<SignInOutcome.SignedIn>(await EnterAsync(world, token, first));
        world.Break(faults);
        var code = await AskAsync(world, where, first, () => world.Session(token).RequestElevation(World.Phone));
        var next = Tokens.New();
        var command = new Elevate { Code = code, NewSession = Tokens.Hash(next), Device = World.Phone };
        var outcome = await world.InsistAsync(World.Somebody, () => world.Session(token).Elevate(command));
        Assert.True(outcome is ElevateOutcome.Elevated, $"{where}: {outcome}");
        var writes = world.Faults!.Points.Count;
        await world.MendAsync();
        Assert.False(await world.IsAliveAsync(token), $"{where}: the old token still works");
        Assert.True(await world.IsAliveAsync(next), where);
        await world.CheckInvariantsAsync(where, alice);
        return writes;
    }

    private static async Task<string> AdmitAsync(World world)
    {
        var alice = await world.Portal.RegisterAsync("Alice", email: Email);
        await world.Portal.AsAsync(Cast.Dana(), async () =>
        {
            await world.Portal.Patient(alice).SetCredential(
                new SetCredential { Kind = CredentialKind.Email, Value = Email, Operation = "admit", ConfirmedWithPatient = true });
            await world.Portal.Patient(alice).SetAccess(AccessLevel.CanAccess);
        });
        await world.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        return alice;
    }

    private static Task<string> AskAsync(World world, string where) => AskAsync(
        world, where, null, () =>
            world.Portal.Grains.GetGrain<IOneTimeCodeGrain>(
            GrainKeys.ForOneTimeCode(PortalFixture.Riverside, world.SubjectOf(Email))).RequestSignIn(World.Phone));

    // A code that never came is asked for again, as the page offers.
    private static async Task<string> AskAsync<T>(World world, string where, string? before, Func<Task<T>> ask)
    {
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await world.InsistAsync(World.Somebody, ask);
            if (await world.CodeAsync(Email, before) is { } code) return code;
            await world.Portal.AdvanceAsync(TimeSpan.FromSeconds(61));
        }

        throw new Xunit.Sdk.XunitException($"{where}: no code ever came");
    }

    private static Task<SignInOutcome> EnterAsync(World world, string token, string code) => world.InsistAsync(
        World.Somebody,
        () => world.Session(token).SignInWithCode(
            new SignInWithCode { Subject = world.SubjectOf(Email), Code = code, Device = World.Phone }));
}
