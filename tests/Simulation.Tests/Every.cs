using Portal.Storage;

namespace Portal.Simulation.Tests;

/// <summary>Runs a scenario with every write going wrong in every way, and then with two at once.</summary>
internal static class Every
{
    private const int Pairs = 40;

    private static readonly WriteFault[] Kinds =
        [WriteFault.FailBefore, WriteFault.WriteThenThrow, WriteFault.WriteThenKill, WriteFault.AnswerLate, WriteFault.StaleETag];

    /// <summary>Each write of the scenario, in each of the five ways.</summary>
    /// <param name="scenario">Takes what goes wrong, checks everything itself, and answers how many writes there were.</param>
    public static async Task FaultAsync(Func<(int, WriteFault)[], Task<int>> scenario)
    {
        var writes = await scenario([]);
        foreach (var kind in Kinds)
        {
            for (var number = 1; number <= writes; number++) await scenario([(number, kind)]);
        }
    }

    /// <summary>Pairs of faults, drawn from a fixed seed: the second one often hits what repairs the first.</summary>
    public static async Task PairAsync(Func<(int, WriteFault)[], Task<int>> scenario, int seed)
    {
        var writes = await scenario([]);
        var random = new Random(seed);
        for (var pair = 0; pair < Pairs; pair++)
        {
            var first = random.Next(1, writes + 1);
            await scenario([(first, Kinds[random.Next(Kinds.Length)]), (first + random.Next(1, 5), Kinds[random.Next(Kinds.Length)])]);
        }
    }
}
