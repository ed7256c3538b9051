using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace Portal.Silo.Tests.Observability;

/// <summary>The real process, watched by everything an operator has: probes, Prometheus, a collector.</summary>
public sealed partial class ObservedProcessTests(ObservedProcess observed) : IClassFixture<ObservedProcess>
{
    // What labels there may be at all: a new one is thought about here first.
    private static readonly string[] KnownLabels =
    [
        "outcome", "way", "check", "reason", "purpose", "state", "channel", "kind", "failure", "dialect", "le", "http_request_method",
        "http_response_status_code", "http_route", "network_protocol_version", "url_scheme", "error_type",
        "aspnetcore_user_is_authenticated",
        "network_type", "network_transport", "network_protocol_name", "server_address", "server_port", "tls_protocol_version",
        "gc_heap_generation", "cpu_mode", "aspnetcore_request_is_unhandled",
    ];

    [Fact]
    public async Task Metrics_are_text_that_Prometheus_reads_with_kind_and_help_for_each_name()
    {
        using var http = new HttpClient();
        var answer = await http.GetAsync(observed.Metrics + "/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(Line(), line));
        var kinds = lines.Where(l => l.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]).ToList();
        Assert.Equal(kinds.Distinct(), kinds);
        Assert.Equal(kinds, lines.Where(l => l.StartsWith("# HELP ", StringComparison.Ordinal)).Select(l => l.Split(' ')[2]));
        string[] some = ["portal_sign_ins_total", "portal_codes_total", "portal_storage_write_duration_seconds", "portal_silos"];
        Assert.Equal([], some.Except(kinds));
        var signIns = lines.Single(l => l.StartsWith("portal_sign_ins_total{outcome=\"done\",way=\"staff\"", StringComparison.Ordinal));
        Assert.EndsWith(" 1", signIns);
        const string withheld = "portal_codes_total{outcome=\"withheld\",purpose=\"sign-in\",reason=\"unknown-credential\"}";
        Assert.Contains(lines, l => l.StartsWith(withheld, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Labels_are_of_a_fixed_list_and_hold_nobody()
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(observed.Metrics + "/metrics");
        // Orleans names its labels itself; what they hold is looked at like everybody's.
        var ours = string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("orleans_", StringComparison.Ordinal)));
        Assert.Equal([], Label().Matches(ours).Select(m => m.Groups[1].Value).Distinct().Except(KnownLabels));
        foreach (var personal in ObservedProcess.Personal) Assert.DoesNotContain(personal, text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("riverside", text);
    }

    [Fact]
    public async Task Figures_are_only_at_their_own_port_and_pages_are_not_there()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await observed.Silo.Http.GetAsync("/metrics")).StatusCode);
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(observed.Metrics + "/riverside/sign-in")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(observed.Metrics + "/health/ready")).StatusCode);
    }

    [Fact]
    public async Task Readiness_names_each_check_and_how_long_it_took()
    {
        var answer = await observed.Silo.Http.GetAsync("/health/ready");
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        var report = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("ready", report.GetProperty("status").GetString());
        var checks = report.GetProperty("checks");
        Assert.Equal(["database", "draining", "engine", "outbox"], checks.EnumerateObject().Select(c => c.Name).Order());
        Assert.All(checks.EnumerateObject(), check =>
        {
            Assert.Equal("ok", check.Value.GetProperty("status").GetString());
            Assert.InRange(check.Value.GetProperty("milliseconds").GetInt64(), 0, 2500);
        });
        Assert.Equal("""{"status":"live"}""", await observed.Silo.Http.GetStringAsync("/health/live"));
    }

    [Fact]
    public async Task A_collector_gets_traces_of_requests_grain_calls_and_writes_and_figures_and_nothing_of_anybody()
    {
        string[] names =
        [
            "IOneTimeCodeGrain.", "storage write", "portal.sign_ins", "portal.storage.write.duration", "/{org}/sign-in",
            "/{org}/invitation/{token}",
        ];
        var sent = "";
        await observed.Silo.UntilAsync(() =>
        {
            sent = observed.Collected;
            return Task.FromResult(names.All(name => sent.Contains(name, StringComparison.Ordinal)));
        });
        foreach (var personal in ObservedProcess.Personal) Assert.DoesNotContain(personal, sent, StringComparison.OrdinalIgnoreCase);
    }

    [GeneratedRegex("""^(# (HELP|TYPE) [a-z_][a-z0-9_]* .*|[a-z_][a-z0-9_]*"""
        + """(\{([a-zA-Z_]+="([^"\\]|\\.)*",?)+\})? (-?[0-9.E+-]+|[+-]Inf|NaN))$""")]
    private static partial Regex Line();

    [GeneratedRegex("""([a-zA-Z_0-9]+)="(?:[^"\\]|\\.)*"[,}]""")]
    private static partial Regex Label();
}
