using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Portal.Silo.Observability;

/// <summary>
/// Adds up the measurements of the portal's meters and of some of the framework's, for the page that Prometheus reads.
/// </summary>
public sealed class MetricsRegistry : IDisposable
{
    /// <summary>The meters; those of the framework carry routes as templates and status codes, never an address.</summary>
    public static readonly IReadOnlyList<string> Meters =
    [
        "Portal", "Portal.Storage", "Portal.Messages", "System.Runtime", "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans",
    ];

    private readonly ConcurrentDictionary<Instrument, Metric> _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _collecting = new();

    /// <summary>Listens from now on.</summary>
    public MetricsRegistry()
    {
        _listener.InstrumentPublished = Publish;
        _listener.SetMeasurementEventCallback<byte>(static (_, value, labels, state) => ((Metric)state!).Measure(value, labels));
        _listener.SetMeasurementEventCallback<short>(static (_, value, labels, state) => ((Metric)state!).Measure(value, labels));
        _listener.SetMeasurementEventCallback<int>(static (_, value, labels, state) => ((Metric)state!).Measure(value, labels));
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, state) => ((Metric)state!).Measure(value, labels));
        _listener.SetMeasurementEventCallback<float>(static (_, value, labels, state) => ((Metric)state!).Measure(value, labels));
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, state) => ((Metric)state!).Measure(value, labels));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, labels, state) => ((Metric)state!).Measure((double)value, labels));
        _listener.Start();
    }

    /// <summary>All figures as they are now, in the text format of Prometheus.</summary>
    public string Read()
    {
        lock (_collecting)
        {
            foreach (var (instrument, metric) in _metrics)
            {
                if (instrument.IsObservable) metric.Forget();
            }

            _listener.RecordObservableInstruments();
            return PrometheusText.Write(_metrics.Values);
        }
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => _listener.Dispose();

    private void Publish(Instrument instrument, MeterListener listener)
    {
        if (!Meters.Contains(instrument.Meter.Name)) return;
        var type = instrument.GetType();
        var name = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var kind = name == typeof(Histogram<>) ? MetricKind.Histogram
            : name == typeof(Counter<>) || name == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        var adds = name == typeof(Counter<>) || name == typeof(UpDownCounter<>);
        var metric = _metrics.GetOrAdd(instrument, new Metric(instrument, kind, adds, Advised(instrument)));
        listener.EnableMeasurementEvents(instrument, metric);
    }

    // What whoever made the instrument knows of its range.
    private static double[]? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(b => (double)b)],
        _ => null,
    };
}
