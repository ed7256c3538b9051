using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Observability;

/// <summary>A process that serves figures and sends them to a collector of this test run, after a few people have used it.</summary>
public sealed partial class ObservedProcess : IAsyncLifetime
{
    /// <summary>What they typed, and what was in their addresses.</summary>
    public static readonly string[] Personal = ["ophelia.observed", "observed-token-0123456789", "observed-surname", "erin@riverside"];

    private readonly ConcurrentQueue<byte[]> _bodies = new();
    private readonly string _folder = SiloProcess.NewFolder();
    private WebApplication _collector = null!;

    /// <summary>The process.</summary>
    public SiloProcess Silo { get; private set; } = null!;

    /// <summary>Where its figures are.</summary>
    public string Metrics { get; } = $"http://127.0.0.1:{SiloProcess.FreePort()}";

    /// <summary>Everything the collector was sent; names and values are plain text in it.</summary>
    public string Collected => string.Concat(_bodies.Select(Encoding.Latin1.GetString));

    public async Task InitializeAsync()
    {
        var endpoint = $"http://127.0.0.1:{SiloProcess.FreePort()}";
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(endpoint);
        _collector = builder.Build();
        _collector.Run(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _bodies.Enqueue(body.ToArray());
            context.Response.ContentType = "application/x-protobuf";
        });
        await _collector.StartAsync();
        Silo = await SiloProcess.ReadyAsync(_folder,
            ("Portal__MetricsAddress", Metrics), ("Portal__OtlpEndpoint", endpoint), ("Portal__OtlpProtocol", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "500"), ("OTEL_BSP_SCHEDULE_DELAY", "200"));
        await Silo.UntilAsync(async () => (await Silo.Http.GetAsync("/dev/demo.json")).IsSuccessStatusCode);
        await PlayAsync();
    }

    public async Task DisposeAsync()
    {
        await Silo.DisposeAsync();
        await _collector.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task PlayAsync()
    {
        var page = await Silo.Http.GetStringAsync("/riverside/sign-in");
        var answer = await Silo.Http.PostAsync("/riverside/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in",
            ["__RequestVerificationToken"] = WebUtility.HtmlDecode(FormToken().Match(page).Groups[1].Value),
            ["credential"] = "ophelia.observed@example.org",
        }));
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        await Silo.Http.GetAsync("/riverside/invitation/observed-token-0123456789");
        using var erin = await StaffMember.SignInAsync(Silo.Address);
        await erin.Http.GetAsync("/riverside/staff/patients?text=observed-surname");
        // The code is dealt with after the answer: it is counted a moment later.
        using var http = new HttpClient();
        await Silo.UntilAsync(async () =>
            (await http.GetStringAsync(Metrics + "/metrics")).Contains("reason=\"unknown-credential\"", StringComparison.Ordinal));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
