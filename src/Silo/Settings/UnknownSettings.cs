namespace Portal.Silo.Settings;

/// <summary>
/// Warns of keys under <c>Portal:</c> that nothing reads, most of them mistyped, with the known key that is nearest. A warning and no
/// refusal: a setting that an older or newer version knows must not keep this one from starting.
/// </summary>
/// <param name="unknown">The keys.</param>
/// <param name="logger">Where to.</param>
public sealed partial class UnknownSettings(IReadOnlyList<string> unknown, ILogger<UnknownSettings> logger) : IHostedService
{
    /// <summary>Different letters up to which a known key is suggested. Ours.</summary>
    public const int FarthestSuggestion = 6;

    /// <summary>The keys of a configuration that nothing reads.</summary>
    public static IReadOnlyList<string> In(IConfiguration configuration)
    {
        var known = KnownSettings.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. configuration.GetSection("Portal").AsEnumerable()
                .Where(pair => pair.Value is not null && !known.Contains(pair.Key) && pair.Key != "Portal")
                .Select(pair => pair.Key).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The known key that is nearest to one that is not; null where none is near.</summary>
    public static string? Nearest(string key)
    {
        var best = KnownSettings.Keys.MinBy(known => Distance(known.ToLowerInvariant(), key.ToLowerInvariant()))!;
        return Distance(best.ToLowerInvariant(), key.ToLowerInvariant()) <= FarthestSuggestion ? best : null;
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var key in unknown)
        {
            if (Nearest(key) is { } nearest) LogNear(key, nearest);
            else LogUnknown(key);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Levenshtein's: letters put in, left out or replaced.
    private static int Distance(string from, string to)
    {
        var costs = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = costs[0];
            costs[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = costs[j];
                costs[j] = Math.Min(replaced, Math.Min(costs[j], costs[j - 1]) + 1);
            }
        }

        return costs[^1];
    }

    [LoggerMessage(1, LogLevel.Warning, "The setting {Key} is unknown and has no effect; the nearest that is known is {Nearest}")]
    private partial void LogNear(string key, string nearest);

    [LoggerMessage(2, LogLevel.Warning, "The setting {Key} is unknown and has no effect")]
    private partial void LogUnknown(string key);
}
