using System.Diagnostics.Metrics;
using Portal.Silo.Observability;
using Xunit;

namespace Portal.Silo.Tests.Observability;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly MetricsRegistry _registry = new();
    private readonly Meter _meter = new("Portal");

    [Fact]
    public void A_counter_ends_in_total_and_its_labels_are_escaped()
    {
        var counter = _meter.CreateCounter<long>("test.door-knocks", "{knock}", "Knocks\nat \\ doors");
        counter.Add(2, new KeyValuePair<string, object?>("who", "a \"friend\"\n\\o/"));
        counter.Add(3, new KeyValuePair<string, object?>("who", "a \"friend\"\n\\o/"));
        counter.Add(1);
        Assert.Equal(
            ["# HELP test_door_knocks_total Knocks\\nat \\\\ doors", "# TYPE test_door_knocks_total counter",
                "test_door_knocks_total 1", "test_door_knocks_total{who=\"a \\\"friend\\\"\\n\\\\o/\"} 5"],
            Lines("test_door_knocks"));
    }

    [Fact]
    public void A_gauge_has_its_unit_in_its_name_and_is_asked_each_time()
    {
        var age = 1.5;
        _meter.CreateObservableGauge("test.age", () => age, "s", "Age");
        Assert.Contains("test_age_seconds 1.5", Lines("test_age"));
        age = double.PositiveInfinity;
        Assert.Contains("test_age_seconds +Inf", Lines("test_age"));
        Assert.Contains("# TYPE test_age_seconds gauge", Lines("test_age"));
    }

    [Fact]
    public void What_a_gauge_gives_no_more_is_gone()
    {
        var value = new KeyValuePair<string, object?>("which", "one");
        _meter.CreateObservableGauge("test.which", () => new[] { new Measurement<int>(1, value) }, null, "Which");
        Assert.Contains("test_which{which=\"one\"} 1", Lines("test_which"));
        value = new KeyValuePair<string, object?>("which", "other");
        Assert.DoesNotContain("test_which{which=\"one\"} 1", Lines("test_which"));
    }

    [Fact]
    public void What_rises_and_falls_is_a_gauge()
    {
        var open = _meter.CreateUpDownCounter<int>("test.open", "{door}", "Open");
        open.Add(5);
        open.Add(-2);
        Assert.Equal(["# HELP test_open Open", "# TYPE test_open gauge", "test_open 3"], Lines("test_open"));
    }

    [Fact]
    public void A_histogram_has_buckets_that_add_up_a_sum_and_a_count()
    {
        var took = _meter.CreateHistogram("test.took", "s", "Took", null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var seconds in new[] { 0.05, 0.1, 0.5, 7 }) took.Record(seconds, new KeyValuePair<string, object?>("way", "x"));
        Assert.Equal(
            ["# HELP test_took_seconds Took", "# TYPE test_took_seconds histogram",
                "test_took_seconds_bucket{way=\"x\",le=\"0.1\"} 2", "test_took_seconds_bucket{way=\"x\",le=\"1\"} 3",
                "test_took_seconds_bucket{way=\"x\",le=\"+Inf\"} 4", "test_took_seconds_sum{way=\"x\"} 7.65",
                "test_took_seconds_count{way=\"x\"} 4"],
            Lines("test_took"));
    }

    [Fact]
    public void Labels_without_end_are_cut_off()
    {
        var counter = _meter.CreateCounter<long>("test.endless", null, "Endless");
        for (var i = 0; i < Metric.MostSeries + 10; i++) counter.Add(1, new KeyValuePair<string, object?>("n", i));
        Assert.Equal(Metric.MostSeries + 2, Lines("test_endless").Count);
    }

    [Fact]
    public void Meters_of_others_are_left_out()
    {
        using var other = new Meter("Somebody.Else");
        other.CreateCounter<long>("test.elsewhere").Add(1);
        Assert.Empty(Lines("test_elsewhere"));
    }

    [Fact]
    public void Measuring_makes_no_garbage_once_a_series_is_known()
    {
        var counter = _meter.CreateCounter<long>("test.lean", null, "Lean");
        var label = new KeyValuePair<string, object?>("way", "code");
        for (var i = 0; i < 1000; i++) counter.Add(1, label);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) counter.Add(1, label);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _registry.Dispose();
    }

    private List<string> Lines(string name) =>
        [.. _registry.Read().Split('\n').Where(line => line.TrimStart('#', ' ').Replace("HELP ", "", StringComparison.Ordinal)
            .Replace("TYPE ", "", StringComparison.Ordinal).StartsWith(name, StringComparison.Ordinal))];
}
