using System.Diagnostics.Metrics;

namespace Portal.Silo.Observability;

/// <summary>The labels of one series, compared by their content.</summary>
/// <param name="labels">Names and values, in the order in which the instrument gives them.</param>
internal sealed class LabelSet(KeyValuePair<string, object?>[] labels)
{
    public IReadOnlyList<KeyValuePair<string, object?>> Labels => labels;

    public ReadOnlySpan<KeyValuePair<string, object?>> Span => labels;
}

/// <summary>Finds a label set by the labels of a measurement without making one.</summary>
internal sealed class LabelSetComparer
    : IEqualityComparer<LabelSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, LabelSet>
{
    public static readonly LabelSetComparer Instance = new();

    public bool Equals(LabelSet? x, LabelSet? y) => ReferenceEquals(x, y) || (x is not null && y is not null && Equals(x.Span, y));

    public int GetHashCode(LabelSet obj) => GetHashCode(obj.Span);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, LabelSet other)
    {
        var labels = other.Span;
        if (alternate.Length != labels.Length) return false;
        for (var i = 0; i < labels.Length; i++)
        {
            if (alternate[i].Key != labels[i].Key || !Equals(alternate[i].Value, labels[i].Value)) return false;
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = new HashCode();
        foreach (var (name, value) in alternate)
        {
            hash.Add(name);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public LabelSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());
}

/// <summary>What one series has come to: a sum, the last value, or a distribution. Safe for any number of threads.</summary>
/// <param name="bounds">Upper bounds of a distribution's buckets; null: no distribution.</param>
internal sealed class Cell(double[]? bounds)
{
    private readonly Lock _lock = new();
    private readonly long[]? _buckets = bounds is null ? null : new long[bounds.Length + 1];
    private double _value;
    private long _count;

    public void Add(double value)
    {
        lock (_lock) _value += value;
    }

    public void Set(double value)
    {
        lock (_lock) _value = value;
    }

    public void Record(double value)
    {
        var at = Array.BinarySearch(bounds!, value);
        lock (_lock)
        {
            _buckets![at < 0 ? ~at : at]++;
            _value += value;
            _count++;
        }
    }

    public (double Value, long Count, long[]? Buckets) Read()
    {
        lock (_lock) return (_value, _count, (long[]?)_buckets?.Clone());
    }
}

/// <summary>How the measurements of an instrument are put together.</summary>
internal enum MetricKind
{
    /// <summary>Only rises: Prometheus' counter.</summary>
    Counter,

    /// <summary>Rises and falls.</summary>
    Gauge,

    /// <summary>A distribution over buckets.</summary>
    Histogram,
}

/// <summary>One instrument and its series.</summary>
internal sealed class Metric
{
    /// <summary>
    /// Series of one instrument; measurements for further ones are dropped. Ours: labels are bounded, so only a mistake gets here.
    /// </summary>
    public const int MostSeries = 1000;

    // Seconds; those of OpenTelemetry's HTTP conventions and two below, for storage on a fast disk.
    private static readonly double[] Seconds = [.001, .0025, .005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10];
    private static readonly double[] Amounts = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private readonly System.Collections.Concurrent.ConcurrentDictionary<LabelSet, Cell> _cells = new(LabelSetComparer.Instance);
    private readonly double[]? _bounds;
    private readonly bool _adds;

    public Metric(Instrument instrument, MetricKind kind, bool adds, double[]? advised)
    {
        (Instrument, Kind, _adds) = (instrument, kind, adds);
        if (kind == MetricKind.Histogram) _bounds = advised ?? (instrument.Unit == "s" ? Seconds : Amounts);
    }

    public Instrument Instrument { get; }

    public MetricKind Kind { get; }

    public IReadOnlyList<double> Bounds => _bounds ?? [];

    public IEnumerable<(LabelSet Labels, Cell Cell)> Series =>
        from cell in _cells
        let name = string.Join('|', cell.Key.Labels.Select(label => $"{label.Value}"))
        orderby name
        select (cell.Key, cell.Value);

    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var found = _cells.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!found.TryGetValue(labels, out var cell))
        {
            if (_cells.Count >= MostSeries) return;
            cell = _cells.GetOrAdd(new LabelSet(labels.ToArray()), _ => new Cell(_bounds));
        }

        if (Kind == MetricKind.Histogram) cell.Record(value);
        else if (_adds) cell.Add(value);
        else cell.Set(value);
    }

    /// <summary>Forgets what is asked anew each time, so that a series that is no more given is gone.</summary>
    public void Forget() => _cells.Clear();
}
