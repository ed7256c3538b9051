using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Portal.Benchmarks.Load;

/// <summary>
/// Patients who arrive at a portal at random moments, so many a second, whether or not it keeps up: an open loop, in which a slow portal
/// shows as long waits and not as fewer visitors. Development only: codes are read in its mailbox.
/// </summary>
public static class LoadRun
{
    private const int Seed = 1;

    /// <summary>Runs, prints the figures, and says whether all went well.</summary>
    /// <returns>0; 1 where a visitor gave up or an acknowledged write was lost.</returns>
    public static async Task<int> RunAsync(LoadOptions options)
    {
        var people = await PeopleAsync(options);
        var arrivals = Arrivals(options, people.Count);
        var steps = new Steps(options.Duration);
        var (acknowledged, visitors) = (new ConcurrentBag<Acknowledged>(), new ConcurrentBag<Visitor>());
        var began = TimeProvider.System.GetTimestamp();
        var disturbing = options.Disturbances.Select(d => DisturbAsync(d, began)).ToArray();
        await Task.WhenAll(arrivals.Select((arrival, number) => Task.Run(async () =>
        {
            await UntilAsync(arrival, began);
            var visitor = new Visitor(number, options);
            visitors.Add(visitor);
            try
            {
                acknowledged.Add(await new Patient(options, steps).VisitAsync(
                    visitor, people[number], TimeProvider.System.GetTimestamp(), number * 61 % 100));
            }
            catch (Exception error) when (error is InvalidDataException or HttpRequestException or TaskCanceledException or IOException)
            {
                steps.Failed(error.Message);
            }
        })));
        await Task.WhenAll(disturbing);
        var lost = await Ledger.LostAsync(acknowledged, options.Organisation);
        Console.WriteLine($"{arrivals.Count} patients, {visitors.Sum(v => v.Again)} presses again");
        steps.Print(Console.Out);
        Console.WriteLine($"acknowledged writes lost: {lost} of {acknowledged.Count} visits");
        foreach (var visitor in visitors) visitor.Dispose();
        return lost == 0 && steps.Failures == 0 ? 0 : 1;
    }

    /// <summary>
    /// When visitors arrive, from the beginning: at random, as many as the rate says in the long run (a Poisson process).
    /// </summary>
    public static IReadOnlyList<TimeSpan> Arrivals(LoadOptions options, int most)
    {
        var random = new Random(Seed);
        List<TimeSpan> arrivals = [];
        for (var at = 0.0; arrivals.Count < most;)
        {
            at += -Math.Log(1 - random.NextDouble()) / options.Rate;
            if (at >= options.Duration.TotalSeconds) break;
            arrivals.Add(TimeSpan.FromSeconds(at));
        }

        return arrivals;
    }

    private static async Task<IReadOnlyList<string>> PeopleAsync(LoadOptions options)
    {
        using var visitor = new Visitor(0, options);
        var demo = JsonDocument.Parse((await visitor.GetAsync("/dev/demo.json")).Body).RootElement;
        var organisation = demo.EnumerateArray().First(o => o.GetProperty("organisation").GetString() == options.Organisation);
        return [.. organisation.GetProperty("patients").EnumerateArray()
            .Where(p => p.GetProperty("access").GetString() == "can_access" && p.GetProperty("authEmail").ValueKind == JsonValueKind.String)
            .Select(p => p.GetProperty("authEmail").GetString()!).Skip(options.Skip)];
    }

    private static async Task DisturbAsync(Disturbance disturbance, long began)
    {
        await UntilAsync(disturbance.At, began);
        Console.WriteLine($"{disturbance.At.TotalSeconds:0} s: {disturbance.Command}");
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", disturbance.Command]))!;
        await shell.WaitForExitAsync();
    }

    private static async Task UntilAsync(TimeSpan at, long began)
    {
        var wait = at - TimeProvider.System.GetElapsedTime(began);
        if (wait > TimeSpan.Zero) await Task.Delay(wait, TimeProvider.System);
    }
}
