using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>Durable state writes a second: each call is answered after its write is on the disk.</summary>
public static class StateWrites
{
    private const int Grains = 64;

    /// <summary>Measures and prints.</summary>
    /// <param name="storage">A storage setting.</param>
    public static async Task RunAsync(string storage)
    {
        await using var database = Database.Open(storage);
        await using var silo = await BenchSilo.StartAsync(database);
        var grains = Enumerable.Range(0, Grains).Select(n => silo.GrainFactory.GetGrain<ICounterGrain>($"bench/{n}")).ToArray();
        await Measure.RateAsync($"durable writes, {database.Dialect}, 1 grain", 1, _ => grains[0].Count());
        await Measure.RateAsync($"durable writes, {database.Dialect}, {Grains} grains", Grains, caller => grains[caller].Count());
    }
}
