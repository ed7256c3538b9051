using System.Text.Json;
using System.Text.RegularExpressions;
using Portal.Silo.Tests.Observability;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Deploy;

/// <summary>The dashboard and the alerts ask for figures that exist, of a process that runs.</summary>
public sealed partial class FigureTests(ObservedProcess observed) : IClassFixture<ObservedProcess>
{
    [Fact]
    public async Task Every_panel_of_the_dashboard_shows_figures_that_exist()
    {
        var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana/portal.json"))).RootElement;
        foreach (var key in new[] { "title", "uid", "schemaVersion", "panels", "templating", "time" })
            Assert.True(dashboard.TryGetProperty(key, out _), key);
        var panels = dashboard.GetProperty("panels").EnumerateArray().ToList();
        var ids = panels.Select(panel => panel.GetProperty("id").GetInt32()).ToList();
        Assert.Equal(ids.Distinct(), ids);
        var shown = panels.Where(panel => panel.GetProperty("type").GetString() != "row").ToList();
        Assert.InRange(shown.Count, 15, 40);
        Assert.All(shown, panel =>
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
            Assert.True(panel.GetProperty("gridPos").GetProperty("w").GetInt32() > 0);
        });
        var targets = shown.SelectMany(panel => panel.GetProperty("targets").EnumerateArray());
        await AssertExistAsync(targets.Select(target => target.GetProperty("expr").GetString()!));
    }

    [Fact]
    public async Task Every_alert_asks_for_figures_that_exist_and_leads_to_a_part_of_the_runbook()
    {
        var group = Assert.Single(Yaml.Load("deploy/prometheus/alerts.yml").List("groups"));
        var rules = group.List("rules");
        Assert.Equal(rules.Select(r => r["alert"].Text()).Distinct().Count(), rules.Count);
        var anchors = Headings().Matches(File.ReadAllText(Repository.PathOf("docs/operations.md")))
            .Select(m => m.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-')).ToList();
        Assert.All(rules, rule =>
        {
            Assert.Equal([], rule.Keys().Except(["alert", "expr", "for", "labels", "annotations"]));
            Assert.Contains(rule["labels"]["severity"].Text(), new[] { "page", "ticket" });
            Assert.NotEmpty(rule["annotations"]["summary"].Text());
            var (page, anchor) = rule["annotations"]["runbook"].Text().Split('#') is [var p, var a] ? (p, a) : ("", "");
            Assert.Equal("docs/operations.md", page);
            Assert.Contains(anchor, anchors);
        });
        await AssertExistAsync(rules.Select(rule => rule["expr"].Text()));
    }

    [Fact]
    public async Task Every_figure_that_the_runbook_names_exists() =>
        await AssertExistAsync(Named().Matches(File.ReadAllText(Repository.PathOf("docs/operations.md"))).Select(m => m.Groups[1].Value));

    [Fact]
    public async Task Every_figure_of_the_portal_is_on_the_dashboard()
    {
        var dashboard = File.ReadAllText(Repository.PathOf("deploy/grafana/portal.json"));
        // What each process has for itself, and what is there in other words.
        string[] elsewhere = ["portal_grains", "portal_messages_queued_total", "portal_messages_delay_seconds"];
        var existing = (await ExistingAsync()).Where(name => name.StartsWith("portal_", StringComparison.Ordinal));
        Assert.Equal([], existing.Except(elsewhere).Where(name => !dashboard.Contains(name, StringComparison.Ordinal)));
    }

    private async Task AssertExistAsync(IEnumerable<string> expressions)
    {
        var existing = await ExistingAsync();
        var asked = expressions.SelectMany(expression => Metrics().Matches(Strings().Replace(expression, "")).Select(m => m.Value))
            .Select(name => existing.Contains(name) ? name : Suffix().Replace(name, "")).Distinct().ToList();
        Assert.NotEmpty(asked);
        Assert.Equal([], asked.Except(existing));
    }

    private async Task<HashSet<string>> ExistingAsync()
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(observed.Metrics + "/metrics");
        return [.. Types().Matches(page).Select(m => m.Groups[1].Value)];
    }

    [GeneratedRegex(@"\b(?:portal|http|kestrel|dotnet|aspnetcore)_[a-z0-9_]+\b(?!\s*[=!]~?)")]
    private static partial Regex Metrics();

    [GeneratedRegex("\"[^\"]*\"|\\bby \\([^)]*\\)")]
    private static partial Regex Strings();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("^# TYPE ([a-z0-9_]+) ", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();

    [GeneratedRegex("`(portal_[a-z_]+)`")]
    private static partial Regex Named();
}
