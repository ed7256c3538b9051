using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>Grain calls a second: to one grain, to many, and with something to copy.</summary>
public static class GrainCalls
{
    /// <summary>Measures and prints.</summary>
    public static async Task RunAsync()
    {
        await using var database = Database.Open("sqlite::memory:");
        await using var silo = await BenchSilo.StartAsync(database);
        var grains = Enumerable.Range(0, 64).Select(n => silo.GrainFactory.GetGrain<IEchoGrain>($"bench/{n}")).ToArray();
        var parcel = new Parcel { Text = "something to copy", Items = ["one", "two", "three"] };
        await Measure.RateAsync("calls, 1 caller, 1 grain", 1, _ => grains[0].Echo(1));
        await Measure.RateAsync("calls, 64 callers, 64 grains", 64, caller => grains[caller].Echo(1));
        await Measure.RateAsync("calls, 64 callers, 1 grain", 64, _ => grains[0].Echo(1));
        await Measure.RateAsync("calls with a record both ways, 64 callers, 64 grains", 64, caller => grains[caller].Pass(parcel));
    }
}
