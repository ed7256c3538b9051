using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Dapper;
using Portal.Silo.Hosting;
using Portal.Silo.Tests.Shared;
using Portal.Storage;
using Xunit;

namespace Portal.Silo.Tests.Hosting;

/// <summary>The real process told to end, while people use it.</summary>
public sealed partial class DrainTests : IDisposable
{
    private readonly string _folder = SiloProcess.NewFolder();

    [Fact]
    public async Task A_process_that_is_told_to_end_says_so_answers_everybody_and_loses_nothing_it_acknowledged()
    {
        var metrics = $"http://127.0.0.1:{SiloProcess.FreePort()}";
        await using var silo = await SiloProcess.ReadyAsync(_folder,
            ("Portal__DrainDelay", "00:00:03"), ("Portal__MetricsAddress", metrics), ("Portal__TrustedProxies", "127.0.0.1"));
        await silo.UntilAsync(async () => (await silo.Http.GetAsync("/dev/demo.json")).IsSuccessStatusCode);
        var acknowledged = new ConcurrentBag<string>();
        var failures = new ConcurrentBag<string>();
        var people = Enumerable.Range(0, 4).Select(n => Task.Run(() => AskForCodesAsync(silo.Address, n, acknowledged, failures))).ToList();
        await silo.UntilAsync(() => Task.FromResult(acknowledged.Count > 10));

        silo.Signal("TERM");
        // Ready goes red first, for whoever asks at either place, and everybody is still served.
        await silo.UntilAsync(async () => (await silo.Http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var operators = new HttpClient { BaseAddress = new Uri(metrics) };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await operators.GetAsync("/health/ready")).StatusCode);
        var page = await silo.Http.GetAsync("/riverside/sign-in");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.True(page.Headers.ConnectionClose);
        // What would outlive it is not begun.
        var circuit = await silo.Http.PostAsync("/_blazor/negotiate?negotiateVersion=1", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, circuit.StatusCode);
        Assert.StartsWith("retry:", await silo.Http.GetStringAsync("/riverside/session/events"));

        Assert.Equal(0, await silo.Ended);
        await Task.WhenAll(people);
        Assert.Equal([], failures);
        await using var database = Database.Open("sqlite:" + Path.Combine(_folder, "data/portal.db"));
        var kept = await database.ReadAsync(read => read.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM outbox WHERE kind = 'SignInCode'"));
        Assert.InRange(kept, acknowledged.Count, acknowledged.Count + people.Count);
        var taken = await database.ReadAsync(read => read.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM outbox WHERE state = 0 AND owner IS NOT NULL"));
        Assert.Equal(0, taken);
    }

    [Fact]
    public async Task An_open_event_stream_ends_so_that_the_browser_connects_elsewhere_and_holds_nothing_up()
    {
        await using var silo = await SiloProcess.ReadyAsync(_folder);
        await silo.UntilAsync(async () => (await silo.Http.GetAsync("/dev/demo.json")).IsSuccessStatusCode);
        using var staff = await StaffMember.SignInAsync(silo.Address);
        using var stream = await staff.Http.GetStreamAsync("/riverside/staff/session/events");
        using var reader = new StreamReader(stream);
        Assert.StartsWith("retry:", await reader.ReadLineAsync());
        silo.Signal("TERM");
        Assert.Equal(0, await silo.Ended.WaitAsync(Draining.Limit / 2));
        // To its end, without an error: the stream was ended and not cut off.
        await reader.ReadToEndAsync();
    }

    [Fact]
    public async Task Told_twice_it_ends_at_once()
    {
        await using var silo = await SiloProcess.ReadyAsync(_folder, ("Portal__DrainDelay", "00:00:20"));
        silo.Signal("TERM");
        await silo.UntilAsync(async () => (await silo.Http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        silo.Signal("TERM");
        Assert.Equal(PortalLifetime.CutOff, await silo.Ended.WaitAsync(TimeSpan.FromSeconds(15)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Asks for one code after the other, each for another stranger: the same writes as for a patient, and no limit of one person's.
    private static async Task AskForCodesAsync(
        string address, int person, ConcurrentBag<string> acknowledged, ConcurrentBag<string> failures)
    {
        using var http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        for (var n = 0; ; n++)
        {
            try
            {
                // Each from another place, as one address may ask for so many codes only.
                http.DefaultRequestHeaders.Remove("X-Forwarded-For");
                http.DefaultRequestHeaders.Add("X-Forwarded-For", $"10.{person}.{n / 250}.{n % 250}");
                var page = await http.GetStringAsync("/riverside/sign-in");
                var answer = await http.PostAsync("/riverside/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["_handler"] = "sign-in",
                    ["__RequestVerificationToken"] = WebUtility.HtmlDecode(FormToken().Match(page).Groups[1].Value),
                    ["credential"] = $"stranger-{person}-{n}@example.org",
                }));
                if (answer.StatusCode == HttpStatusCode.SeeOther) acknowledged.Add($"{person}-{n}");
                else failures.Add($"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
            catch (HttpRequestException error) when (ListensNoMore(error))
            {
                // A load balancer would have gone elsewhere.
                return;
            }
            catch (Exception error)
            {
                failures.Add(error.ToString());
                return;
            }
        }
    }

    // Refused, or made with the kernel at the moment when the socket was closed, and reset before the process ever saw it. A request that
    // was
    // taken and not answered ends otherwise: the response is cut off.
    private static bool ListensNoMore(HttpRequestException error) =>
        error.HttpRequestError == HttpRequestError.ConnectionError
        || error.InnerException is IOException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionReset } };

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
