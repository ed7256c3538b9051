using System.Diagnostics;
using System.Globalization;

namespace Portal.Benchmarks;

/// <summary>Runs work for a while and says how often it was done.</summary>
public static class Measure
{
    /// <summary>How long the compiler is given before anything counts.</summary>
    public static readonly TimeSpan Warmup = TimeSpan.FromSeconds(2);

    /// <summary>How long each counted run takes.</summary>
    public static readonly TimeSpan Run = TimeSpan.FromSeconds(5);

    /// <summary>Counted runs; the median is what counts.</summary>
    public const int Runs = 5;

    /// <summary>Does the work from so many callers at once, and prints how often a second: the median of the runs, the least and the
    /// most.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="callers">How many at once, each one after the other.</param>
    /// <param name="work">The work of a caller, by its number.</param>
    public static async Task RateAsync(string name, int callers, Func<int, Task> work)
    {
        await CountAsync(callers, work, Warmup);
        var rates = new List<double>();
        for (var run = 0; run < Runs; run++) rates.Add(await CountAsync(callers, work, Run) / Run.TotalSeconds);
        rates.Sort();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{name,-58} {rates[Runs / 2],12:N0}/s   ({rates[0]:N0} to {rates[^1]:N0})"));
    }

    private static async Task<long> CountAsync(int callers, Func<int, Task> work, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            long count = 0;
            for (; clock.Elapsed < time; count++) await work(caller);
            return count;
        })));
        return counts.Sum();
    }
}
