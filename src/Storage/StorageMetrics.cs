using System.Diagnostics.Metrics;

namespace Portal.Storage;

/// <summary>
/// The figures of one database under the meter <c>Portal.Storage</c>, tagged with its dialect. They cost nothing while nobody listens.
/// </summary>
internal sealed class StorageMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Histogram<double> _latency;
    private readonly Histogram<int> _groups;
    private readonly KeyValuePair<string, object?> _dialect;

    public StorageMetrics(Dialect dialect, Func<int> queueLength)
    {
        _dialect = new("dialect", dialect == Dialect.Sqlite ? "sqlite" : "postgresql");
        _meter = new Meter("Portal.Storage", null, [_dialect]);
        _latency = _meter.CreateHistogram<double>("portal.storage.write.duration", "s", "From the call to the durable answer.");
        _groups = _meter.CreateHistogram<int>("portal.storage.write.group", "{unit}", "Units committed in one transaction.");
        _meter.CreateObservableGauge("portal.storage.write.queue", queueLength, "{unit}", "Units waiting for the writer.");
    }

    /// <summary>Records a group and the latency of each of its units.</summary>
    public void Committed(List<WriteRequest> group)
    {
        if (_groups.Enabled) _groups.Record(group.Count, _dialect);
        if (!_latency.Enabled) return;
        foreach (var request in group) _latency.Record(TimeProvider.System.GetElapsedTime(request.Started).TotalSeconds, _dialect);
    }

    public void Dispose() => _meter.Dispose();
}
