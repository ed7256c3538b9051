namespace Portal.Benchmarks;

/// <summary>Whether two samples of times can be told apart: the Mann-Whitney rank test, which asks nothing of their distribution.</summary>
/// <param name="Slower">
/// The chance that one of the second sample took longer than one of the first: 0.5 where they cannot be told apart.
/// </param>
/// <param name="Z">In standard deviations; beyond ±1.96 in one of twenty comparisons of samples that are alike.</param>
/// <param name="P">How likely so large a difference is where there is none (two-sided).</param>
public readonly record struct RankTest(double Slower, double Z, double P)
{
    /// <summary>Compares two samples of at least 20 each.</summary>
    public static RankTest Of(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var all = first.Select(time => (Time: time, Second: false)).Concat(second.Select(time => (Time: time, Second: true)))
            .OrderBy(entry => entry.Time).ToArray();
        double ranks = 0, ties = 0;
        for (var from = 0; from < all.Length;)
        {
            var to = from + 1;
            while (to < all.Length && all[to].Time.Equals(all[from].Time)) to++;
            // Equal times share the mean of their ranks.
            ranks += all[from..to].Count(entry => entry.Second) * (from + to + 1) / 2.0;
            double equal = to - from;
            ties += equal * equal * equal - equal;
            from = to;
        }

        double n = first.Count, m = second.Count, count = all.Length;
        var wins = ranks - m * (m + 1) / 2;
        var deviation = Math.Sqrt(n * m / 12 * (count + 1 - ties / (count * (count - 1))));
        var z = (wins - n * m / 2) / deviation;
        return new RankTest(wins / (n * m), z, Tails(Math.Abs(z)));
    }

    // Both tails of the normal distribution (Abramowitz and Stegun 26.2.17; off by less than 1e-7).
    private static double Tails(double z)
    {
        var t = 1 / (1 + 0.2316419 * z);
        var polynomial = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return 2 * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * polynomial;
    }
}
