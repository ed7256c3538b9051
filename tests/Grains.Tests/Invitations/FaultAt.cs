using Portal.Storage;
using Portal.Tests.Shared;

namespace Portal.Grains.Tests.Invitations;

/// <summary>Spoils one write of a scenario, by its number from 1; counts all of them.</summary>
public sealed class FaultAt(PortalFixture portal, int number, WriteFault fault) : IWriteFaults
{
    /// <summary>All that can happen to a write.</summary>
    public static readonly WriteFault[] Kinds =
        [WriteFault.FailBefore, WriteFault.WriteThenThrow, WriteFault.WriteThenKill, WriteFault.AnswerLate, WriteFault.StaleETag];

    // Longer than calls wait for an answer.
    private static readonly TimeSpan s_late = TimeSpan.FromSeconds(40);

    private readonly TaskCompletionSource _answer = new();

    public int Writes { get; private set; }

    public bool Hit => Writes >= number;

    public bool Killed { get; private set; }

    private bool IsLate => fault == WriteFault.AnswerLate;

    public async ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
    {
        // The dead write nothing.
        if (PortalFixture.InKilledTurn) await new TaskCompletionSource().Task;
        return ++Writes == number ? fault : WriteFault.None;
    }

    public void Kill(WriteUnit unit)
    {
        Killed = true;
        portal.Silo.Kill();
    }

    public Task AnswerAsync(WriteUnit unit) => _answer.Task;

    /// <summary>
    /// Runs a scenario once for each of its writes and each kind of fault, on a portal of its own: <paramref name="prepare"/> without
    /// faults, <paramref name="run"/> with one, whatever comes of it, then a new silo where the old one was killed, and <paramref
    /// name="check"/>.
    /// </summary>
    public static async Task EachAsync<T>(
        Func<PortalFixture, Task<T>> prepare, Func<PortalFixture, T, Task> run, Func<PortalFixture, T, Task> check)
    {
        foreach (var kind in Kinds)
        {
            var number = 0;
            for (var hit = true; hit;)
            {
                await using var portal = await PortalFixture.StartAsync(deterministic: true);
                var prepared = await prepare(portal);
                var faults = new FaultAt(portal, ++number, kind);
                await SpoilAsync(portal, faults, () => run(portal, prepared));
                hit = faults.Hit;
                try
                {
                    await check(portal, prepared);
                }
                catch (Exception error)
                {
                    throw new InvalidOperationException($"After {kind} at write {number}: {error.Message}", error);
                }
            }

            // A scenario of which nothing was spoilt shows nothing.
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 3);
        }
    }

    private static async Task SpoilAsync(PortalFixture portal, FaultAt faults, Func<Task> run)
    {
        portal.Database.Faults = faults;
        try
        {
            var running = run();
            await portal.SettleAsync();
            if (faults is { IsLate: true, Hit: true })
            {
                await portal.AdvanceAsync(s_late);
                faults._answer.TrySetResult();
                await portal.SettleAsync();
            }

            await running;
        }
        catch (Exception) when (faults.Hit)
        {
            // What the caller makes of it is the check's to say.
        }

        portal.Database.Faults = null;
        if (faults.Killed) await portal.RestartAsync();
    }
}
