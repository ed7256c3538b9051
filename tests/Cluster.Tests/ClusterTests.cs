using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Portal.Tests;
using Portal.Web.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Portal.Cluster.Tests;

/// <summary>What people notice of a cluster: nothing. Each test leaves all nodes running.</summary>
[Collection(PostgresCollection.Name), Trait("Needs", "PostgreSQL")]
public sealed partial class ClusterTests(ClusterFixture cluster, ITestOutputHelper output) : IClassFixture<ClusterFixture>
{
    private const string Home = "/riverside";
    private const string Sessions = "/riverside/settings";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LimitOfRevocation = TimeSpan.FromSeconds(5);

    [PostgresFact]
    public async Task A_patient_who_signed_in_at_one_node_goes_on_at_every_other()
    {
        var alice = await cluster.SignInAsync(cluster.Silos[0], cluster.NextPatient());
        foreach (var node in cluster.Nodes) Assert.True((await node.Browser(alice.Cookies).GetAsync(Sessions)).IsPage(), node.Name);
        var left = await cluster.Web.Browser(alice.Cookies).SubmitAsync("/riverside/sign-out", "sign-out");
        Assert.Equal(303, left.Code);
        foreach (var node in cluster.Nodes)
            Assert.StartsWith("/riverside/sign-in", (await node.Browser(alice.Cookies).GetAsync(Sessions)).Location);
    }

    [PostgresFact]
    public async Task A_form_of_one_node_is_taken_by_another()
    {
        var patient = cluster.NextPatient();
        var (first, second) = (cluster.Silos[1].Browser(), cluster.Web.Browser());
        var page = await first.GetAsync("/riverside/sign-in");
        foreach (var (name, value) in first.Cookies) second.Cookies[name] = value;
        var asked = await second.SubmitAsync(page, "/riverside/sign-in", "sign-in", ("credential", patient.AuthEmail!));
        Assert.Equal("/riverside/sign-in/code", asked.Location);
        var third = cluster.Silos[2].Browser(second.Cookies);
        var code = await cluster.CodeAsync(cluster.Silos[0], patient.AuthEmail!);
        Assert.Equal(303, (await third.SubmitAsync("/riverside/sign-in/code", "code", ("code", code))).Code);
        Assert.True((await cluster.Silos[1].Browser(third.Cookies).GetAsync(Sessions)).IsPage());
    }

    [PostgresFact]
    public async Task State_is_plain_JSON_without_names_of_types()
    {
        const string payloads = "SELECT count(*) FROM orleans_grain_state WHERE convert_from(payload, 'UTF8')";
        Assert.True(await cluster.QueryAsync<long>($"{payloads} LIKE '{{%'") > 20);
        Assert.Equal(0, await cluster.QueryAsync<long>($"{payloads} NOT LIKE '{{%'"));
        Assert.Equal(0, await cluster.QueryAsync<long>($"{payloads} ~ '\\$type|Portal\\.|, Version='"));
    }

    [PostgresFact]
    public async Task A_silo_that_is_killed_costs_less_than_ten_seconds_and_no_session()
    {
        var victim = cluster.Silos[1];
        List<Browser> patients = [];
        for (var i = 0; i < 9; i++) patients.Add(await cluster.SignInAsync(cluster.Silos[i % 3], cluster.NextPatient()));
        Node[] left = [cluster.Silos[0], cluster.Silos[2], cluster.Web];
        await victim.KillAsync();
        var waits = await Task.WhenAll(patients.Select((patient, i) =>
            ClusterFixture.UntilServedAsync(left[i % 3].Browser(patient.Cookies), Sessions, answer => answer.IsPage())));
        output.WriteLine($"kill -9: {string.Join(", ", waits.Select(w => $"{w.Took.TotalSeconds:0.0} s ({w.Failed} error pages)"))}");
        Assert.All(waits, wait => Assert.InRange(wait.Took, TimeSpan.Zero, Limit));
        await victim.StartAsync();
        foreach (var patient in patients) Assert.True((await victim.Browser(patient.Cookies).GetAsync(Sessions)).IsPage());
    }

    [PostgresFact]
    public async Task What_was_acknowledged_while_silos_were_killed_is_there()
    {
        var dana = await cluster.StaffAsync(cluster.Web, "dana");
        var writer = new Blocking(dana, [.. cluster.Riverside.Patients.TakeLast(20).Select(p => p.Id)]);
        using var enough = new CancellationTokenSource();
        var writing = writer.WriteAsync(enough.Token);
        foreach (var victim in new[] { cluster.Silos[2], cluster.Silos[1] })
        {
            await victim.KillAsync();
            await writer.WaitAsync(10);
            await victim.StartAsync();
        }

        await enough.CancelAsync();
        await writing;
        var longest = writer.Longest.TotalSeconds;
        output.WriteLine($"{writer.Acknowledged} acknowledged, {writer.Failed} told to try again, longest {longest:0.0} s");
        Assert.InRange(writer.Longest, TimeSpan.Zero, Limit);
        var erin = await cluster.StaffAsync(cluster.Silos[1], "erin");
        foreach (var (patient, blocked) in writer.Last)
            Assert.Equal(blocked, Blocking.IsBlocked(await erin.GetAsync(AccessPath(patient))));
        Assert.True(await cluster.QueryAsync<long>(
            "SELECT count(*) FROM audit_log WHERE action IN ('patient.blocked', 'patient.unblocked')") >= writer.Acknowledged);
    }

    [PostgresFact]
    public async Task Two_silos_that_claim_one_credential_at_once_give_it_to_one_patient()
    {
        var (dana, erin) = (await cluster.StaffAsync(cluster.Silos[0], "dana"), await cluster.StaffAsync(cluster.Silos[1], "erin"));
        string[] patients = [cluster.NextPatient().Id, cluster.NextPatient().Id];
        for (var round = 0; round < 5; round++)
        {
            var value = $"shared{round}@example.org";
            var pages = await Task.WhenAll(patients.Select((p, i) => (i == 0 ? dana : erin).GetAsync(AccessPath(p))));
            var claims = patients.Select((patient, i) => ClaimAsync(i == 0 ? dana : erin, pages[i], patient, value));
            var answers = await Task.WhenAll(claims);
            Assert.Single(answers, a => a.Code == 303);
            Assert.Single(answers, a => a.Code == 200);
            var holders = await cluster.QueryAsync<long>(
                "SELECT count(*) FROM orleans_grain_state WHERE grain_type LIKE 'patient%' AND convert_from(payload, 'UTF8') LIKE @value",
                new { value = $"%\"{value}\"%" });
            Assert.InRange(holders, 1, 2);
        }
    }

    [PostgresFact]
    public async Task A_block_at_one_silo_closes_the_pages_that_are_open_at_others()
    {
        var patient = cluster.NextPatient();
        var alice = await cluster.SignInAsync(cluster.Silos[2], patient);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var streams = await Task.WhenAll(cluster.Nodes.Select(n => n.EventsAsync("/riverside/session/events", alice, patience.Token)));
        foreach (var stream in streams) await ReadUntilAsync(stream, "watching", patience.Token);
        var dana = await cluster.StaffAsync(cluster.Silos[0], "dana");
        var page = await dana.GetAsync(AccessPath(patient.Id));
        Assert.Equal(303, (await dana.SubmitAsync(page, AccessPath(patient.Id), "block", ("reason", "test"))).Code);
        var since = Stopwatch.GetTimestamp();
        var took = await Task.WhenAll(streams.Select(async stream =>
        {
            await ReadUntilAsync(stream, "event: ended", patience.Token);
            return Stopwatch.GetElapsedTime(since);
        }));
        output.WriteLine($"closed after {string.Join(", ", took.Select(t => $"{t.TotalSeconds:0.0} s"))}");
        Assert.All(took, t => Assert.InRange(t, TimeSpan.Zero, LimitOfRevocation));
        foreach (var node in cluster.Nodes)
            Assert.StartsWith("/riverside/sign-in?ended=", (await node.Browser(alice.Cookies).GetAsync(Sessions)).Location);
    }

    [PostgresFact]
    public async Task A_rolling_restart_signs_nobody_out_and_is_not_noticed_at_the_other_nodes()
    {
        var alice = await cluster.SignInAsync(cluster.Web, cluster.NextPatient());
        foreach (var silo in cluster.Silos)
        {
            using var enough = new CancellationTokenSource();
            var others = cluster.Nodes.Where(n => n != silo).Select(node => node.Browser(alice.Cookies));
            var asking = Task.WhenAll(others.Select(browser => AskAsync(browser, enough.Token)));
            await silo.StopAsync();
            await silo.StartAsync();
            await enough.CancelAsync();
            var asked = await asking;
            var (pages, failed, longest) = (asked.Sum(a => a.Asked), asked.Sum(a => a.Failed), asked.Max(a => a.Longest));
            output.WriteLine($"{silo.Name}: {pages} pages, {failed} not served, longest {longest.TotalSeconds:0.0} s");
            Assert.Equal(0, asked.Sum(a => a.Failed));
            Assert.All(asked, a => Assert.InRange(a.Longest, TimeSpan.Zero, Limit));
            Assert.True((await silo.Browser(alice.Cookies).GetAsync(Sessions)).IsPage());
        }
    }

    [PostgresFact]
    public async Task The_dashboard_is_for_operators_and_shows_no_state()
    {
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(401, (await DashboardAsync(node, "/", null)).Code);
            Assert.Equal(401, (await DashboardAsync(node, "/ClusterStats", "wrong")).Code);
            Assert.Contains("<title>Orleans Dashboard", (await DashboardAsync(node, "/", ClusterFixture.Password)).Body);
            Assert.Equal(200, (await DashboardAsync(node, "/ClusterStats", ClusterFixture.Password)).Code);
            Assert.Equal(404, (await DashboardAsync(node, "/GrainState?grainId=x&grainType=y", ClusterFixture.Password)).Code);
        }
    }

    internal static string AccessPath(string patient) => $"/riverside/staff/patients/{patient}/access";

    private static Task<Answer> ClaimAsync(Browser browser, Answer page, string patient, string value)
    {
        var form = Regex.Match(page.Body, "value=\"set-email\".*?name=\"operation\" value=\"([^\"]+)\"", RegexOptions.Singleline);
        return browser.SubmitAsync(page, AccessPath(patient), "set-email",
            ("operation", form.Groups[1].Value), ("value-email", value), ("confirmed", "true"));
    }

    private static Task<Answer> DashboardAsync(Node node, string path, string? password)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/operator/dashboard" + path);
        if (password is not null)
        {
            var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"operator:{password}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        }

        return node.Browser().SendAsync(request);
    }

    private static async Task<(int Asked, int Failed, TimeSpan Longest)> AskAsync(Browser browser, CancellationToken until)
    {
        var (asked, failed, longest) = (0, 0, TimeSpan.Zero);
        for (; !until.IsCancellationRequested; asked++)
        {
            var began = Stopwatch.GetTimestamp();
            if (!(await browser.GetAsync(Home)).IsPage()) failed++;
            var took = Stopwatch.GetElapsedTime(began);
            if (took > longest) longest = took;
            await Pause.ShortAsync();
        }

        return (asked, failed, longest);
    }

    private static async Task ReadUntilAsync(StreamReader stream, string text, CancellationToken ct)
    {
        while (await stream.ReadLineAsync(ct) is { } line)
            if (line.Contains(text, StringComparison.Ordinal)) return;
        throw new InvalidOperationException($"The stream ended without \"{text}\".");
    }
}
