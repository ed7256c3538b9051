using System.Globalization;
using System.Text;

namespace Portal.Silo.Observability;

/// <summary>
/// The text format that Prometheus reads, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
/// </summary>
internal static class PrometheusText
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    // Units that become part of a name (https://prometheus.io/docs/practices/naming/#base-units).
    private static readonly Dictionary<string, string> Units = new() { ["s"] = "seconds", ["By"] = "bytes", ["ms"] = "milliseconds" };

    /// <summary>All metrics, each name once with its kind and help.</summary>
    public static string Write(IEnumerable<Metric> metrics)
    {
        var text = new StringBuilder();
        // One name may come from several meters: of two databases in one process, say.
        foreach (var named in metrics.GroupBy(NameOf).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var first = named.First();
            text.Append("# HELP ").Append(named.Key).Append(' ').Append(EscapeHelp(first.Instrument.Description ?? "")).Append('\n');
            text.Append("# TYPE ").Append(named.Key).Append(' ').Append(first.Kind.ToString().ToLowerInvariant()).Append('\n');
            foreach (var metric in named.Where(m => m.Kind == first.Kind))
            {
                foreach (var (labels, cell) in metric.Series) Write(text, named.Key, metric, labels, cell);
            }
        }

        return text.ToString();
    }

    /// <summary>The name of an instrument as Prometheus has it: with its unit, and <c>_total</c> where it only rises.</summary>
    public static string NameOf(Metric metric)
    {
        var name = Name(metric.Instrument.Name, isLabel: false);
        var unit = Units.GetValueOrDefault(metric.Instrument.Unit ?? "");
        if (unit is not null && !name.EndsWith("_" + unit, StringComparison.Ordinal)) name += "_" + unit;
        return metric.Kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static void Write(StringBuilder text, string name, Metric metric, LabelSet labels, Cell cell)
    {
        var (value, count, buckets) = cell.Read();
        if (buckets is null)
        {
            Line(text, name, labels, null, value);
            return;
        }

        long below = 0;
        for (var i = 0; i < buckets.Length; i++)
        {
            below += buckets[i];
            Line(text, name + "_bucket", labels, i < metric.Bounds.Count ? Number(metric.Bounds[i]) : "+Inf", below);
        }

        Line(text, name + "_sum", labels, null, value);
        Line(text, name + "_count", labels, null, count);
    }

    private static void Line(StringBuilder text, string name, LabelSet labels, string? upTo, double value)
    {
        text.Append(name);
        var pairs = labels.Labels
            .Select(label => (Name(label.Key, isLabel: true), Convert.ToString(label.Value, CultureInfo.InvariantCulture) ?? ""))
            .Concat(upTo is null ? [] : [("le", upTo)]).ToList();
        if (pairs.Count > 0)
        {
            text.Append('{').AppendJoin(',', pairs.Select(pair => $"{pair.Item1}=\"{EscapeValue(pair.Item2)}\"")).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>A figure as the format has it.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A label's value: backslash, quote and line feed escaped.</summary>
    public static string EscapeValue(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>A help text: backslash and line feed escaped.</summary>
    public static string EscapeHelp(string help) =>
        help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    // Letters, digits and underscores, no digit first; names of metrics could hold colons, which are left to recording rules.
    private static string Name(string name, bool isLabel)
    {
        var made = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return made.Length == 0 || char.IsAsciiDigit(made[0]) ? (isLabel ? "label_" : "metric_") + made : made;
    }
}
