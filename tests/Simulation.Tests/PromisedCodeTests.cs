using Microsoft.Extensions.Logging.Abstractions;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>A code that was promised comes, whatever went wrong at whichever write, though nobody asks again.</summary>
public sealed class PromisedCodeTests
{
    private const string Email = "alice@example.org";
    private static readonly TimeSpan Soon = OneTimeCodeTable.PromiseFor + TimeSpan.FromSeconds(1);

    [Fact]
    public Task A_promised_code_comes_by_itself_whichever_write_goes_wrong() => Every.FaultAsync(PromiseAsync);

    [Fact]
    public Task A_promised_code_comes_by_itself_whichever_two_writes_go_wrong() => Every.PairAsync(PromiseAsync, seed: 20261121);

    [Fact]
    public async Task A_code_that_was_sent_is_not_sent_again_by_the_sweep()
    {
        await using var world = await World.OpenAsync();
        await AdmitAsync(world);
        Assert.True(await AskAsync(world));
        await world.Portal.AdvanceAsync(Soon);
        Assert.Equal(0, await SweepAsync(world));
        Assert.Single(await world.Portal.MailAsync(Email));
    }

    private static async Task<int> PromiseAsync((int, WriteFault)[] faults)
    {
        await using var world = await World.OpenAsync();
        var alice = await AdmitAsync(world);
        var where = $"promise, {string.Join(", ", faults)}";
        world.Break(faults);
        var promised = await AskAsync(world);
        // What goes wrong may also hit those who mend it: the second run of the sweep finds it mended.
        for (var run = 1; run <= 2; run++)
        {
            if (!world.Portal.Silo.IsRunning) await world.Portal.RestartAsync();
            await world.Portal.AdvanceAsync(Soon);
            world.Faults!.AnswerNow();
            await SweepAsync(world);
        }

        var writes = world.Faults!.Points.Count;
        await world.MendAsync();
        var mails = (await world.Portal.MailAsync(Email)).Count;
        Assert.True(mails <= 1 && (mails == 1 || !promised), $"{where}: {mails} messages came");
        if (!promised) return writes;
        var outcome = await world.InsistAsync(World.Somebody, async () => await world.Session(Tokens.New()).SignInWithCode(
            new SignInWithCode { Subject = world.SubjectOf(Email), Code = (await world.CodeAsync(Email))!, Device = World.Phone }));
        Assert.True(outcome is SignInOutcome.SignedIn, $"{where}: {outcome}");
        await world.CheckInvariantsAsync(where, alice);
        return writes;
    }

    /// <summary>Asks once, as somebody who closes the page without an answer. Whether a code was promised.</summary>
    private static async Task<bool> AskAsync(World world)
    {
        var codes = world.Portal.Grains.GetGrain<IOneTimeCodeGrain>(
            GrainKeys.ForOneTimeCode(PortalFixture.Riverside, world.SubjectOf(Email)));
        try
        {
            var asking = world.Portal.AsAsync(World.Somebody, () => codes.RequestSignIn(World.Phone));
            await world.Portal.SettleAsync();
            if (!asking.IsCompleted) return false;
            return await asking is CodeRequestOutcome.OnItsWay;
        }
        catch (Exception error) when (error is not Xunit.Sdk.XunitException)
        {
            return false;
        }
    }

    private static async Task<int> SweepAsync(World world)
    {
        using var sweeper = new OneTimeCodeSweeper(
            world.Portal.Database, world.Portal.Grains, world.Portal.Clock, NullLogger<OneTimeCodeSweeper>.Instance);
        var sweeping = sweeper.SweepAsync();
        await world.Portal.SettleAsync();
        world.Faults?.AnswerNow();
        await world.Portal.SettleAsync();
        return sweeping.IsCompletedSuccessfully ? await sweeping : 0;
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
}
