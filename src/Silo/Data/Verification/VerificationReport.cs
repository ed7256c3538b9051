using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Portal.Silo.Data.Verification;

/// <summary>How much something found matters.</summary>
public enum Severity
{
    /// <summary>Under way, or left by a crash in a way that the portal finishes by itself.</summary>
    Pending,

    /// <summary>Wrong, and put right by this run.</summary>
    Repaired,

    /// <summary>Wrong.</summary>
    Problem,
}

/// <summary>
/// Prints what a verification finds, as it finds it: lines, or one JSON object. Names are keys and ids, never personal data.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="json">As JSON.</param>
/// <param name="limit">How many of each kind are printed; all are counted.</param>
public sealed class VerificationReport(TextWriter output, bool json, int limit) : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly SortedDictionary<string, long> _found = new(StringComparer.Ordinal);
    private readonly List<(string What, long Count)> _looked = [];
    private bool _any;

    /// <summary>How many problems were found.</summary>
    public long Problems { get; private set; }

    /// <summary>How many were found of each kind.</summary>
    public IReadOnlyDictionary<string, long> Found => _found;

    /// <summary>Puts something found down.</summary>
    /// <param name="severity">How much it matters.</param>
    /// <param name="kind">Stable name of the kind, such as <c>claim-without-binding</c>.</param>
    /// <param name="subject">What it is about: a key, or a row's.</param>
    /// <param name="text">In words.</param>
    public void Add(Severity severity, string kind, string subject, string text)
    {
        if (severity == Severity.Problem) Problems++;
        var count = _found[kind] = _found.GetValueOrDefault(kind) + 1;
        if (count > limit) return;
        var name = severity.ToString().ToLowerInvariant();
        if (!json)
        {
            output.WriteLine($"{name,-8} {kind} {subject}: {text}");
            return;
        }

        output.Write(_any ? ",\n" : "{\"findings\":[\n");
        output.Write(JsonSerializer.Serialize(new { severity = name, kind, subject, text }, Options));
        _any = true;
    }

    /// <summary>Says how many of something were looked at.</summary>
    public void Looked(string what, long count) => _looked.Add((what, count));

    /// <summary>Prints the totals. Last.</summary>
    public void End()
    {
        if (json)
        {
            output.Write(_any ? "\n]" : "{\"findings\":[]");
            output.Write(",\"found\":" + JsonSerializer.Serialize(_found));
            output.Write(",\"looked\":" + JsonSerializer.Serialize(_looked.ToDictionary(looked => looked.What, looked => looked.Count)));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $",\"problems\":{Problems}}}"));
            return;
        }

        foreach (var (kind, count) in _found.Where(found => found.Value > limit))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {count:N0} in all, {limit:N0} printed"));
        output.WriteLine("Looked at " + string.Join(", ", _looked.Select(looked =>
            string.Create(CultureInfo.InvariantCulture, $"{looked.Count:N0} {looked.What}"))) + ".");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Problems:N0} problems."));
    }

    /// <inheritdoc />
    public void Dispose() => output.Flush();
}
