using System.Collections.Concurrent;
using System.Globalization;

namespace Portal.Benchmarks.Load;

/// <summary>How long each step took, counted from when its visitor wanted it, and what failed.</summary>
/// <param name="arriving">For how long visitors arrive: later on there may be nobody to be answered.</param>
public sealed class Steps(TimeSpan arriving)
{
    private readonly ConcurrentDictionary<string, ConcurrentBag<double>> _times = [];
    private readonly ConcurrentDictionary<string, int> _failures = [];
    private readonly ConcurrentBag<double> _answers = [];
    private readonly long _began = TimeProvider.System.GetTimestamp();

    /// <summary>Notes a step that was done.</summary>
    /// <param name="step">Its name.</param>
    /// <param name="since">Timestamp of its beginning; for the first one, of the arrival.</param>
    public void Done(string step, long since)
    {
        _times.GetOrAdd(step, _ => []).Add(TimeProvider.System.GetElapsedTime(since).TotalMilliseconds);
        _answers.Add(TimeProvider.System.GetElapsedTime(_began).TotalSeconds);
    }

    /// <summary>Notes a visitor who gave up, and why.</summary>
    public void Failed(string why) => _failures.AddOrUpdate(why, 1, (_, count) => count + 1);

    /// <summary>
    /// The steps with their percentiles in milliseconds, the longest time in which nothing was answered, and the failures.
    /// </summary>
    public void Print(TextWriter to)
    {
        to.WriteLine($"{"step",-12} {"done",8} {"p50 ms",9} {"p90 ms",9} {"p99 ms",9} {"max ms",9}");
        foreach (var (step, times) in _times.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            var sorted = times.Order().ToArray();
            to.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{step,-12} {sorted.Length,8} {At(sorted, 50),9:0.0} {At(sorted, 90),9:0.0} {At(sorted, 99),9:0.0} {sorted[^1],9:0.0}"));
        }

        var answers = _answers.Where(at => at < arriving.TotalSeconds).Order().ToArray();
        var gap = answers.Zip(answers.Skip(1), (earlier, later) => later - earlier).DefaultIfEmpty().Max();
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"longest time without an answer while patients arrived: {gap:0.00} s"));
        foreach (var (why, count) in _failures.OrderByDescending(f => f.Value)) to.WriteLine($"failed: {count} × {why}");
    }

    /// <summary>How many visitors gave up.</summary>
    public int Failures => _failures.Values.Sum();

    private static double At(double[] sorted, int percent) => sorted[Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
}
