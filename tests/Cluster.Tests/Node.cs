using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Portal.Web.Tests.Shared;

namespace Portal.Cluster.Tests;

/// <summary>One process of the cluster: the built executable, with ports of its own. It can be killed, stopped and started again.</summary>
public sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);
    private static int s_browsers;
    private readonly Dictionary<string, string> _settings;
    private readonly string _log;
    private readonly HttpClient _http;
    private Process? _process;
    private string _id = "";

    /// <summary>A process that was not started yet.</summary>
    /// <param name="name">Its name in the folder.</param>
    /// <param name="folder">Where it logs.</param>
    /// <param name="settings">Its settings beside address and ports.</param>
    public Node(string name, string folder, IEnumerable<(string Key, string Value)> settings)
    {
        Name = name;
        Address = new Uri($"http://localhost:{FreePort()}");
        _log = Path.Combine(folder, name + ".log");
        _http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(60) };
        _settings = settings.ToDictionary(s => s.Key.Replace(":", "__", StringComparison.Ordinal), s => s.Value);
        _settings["ASPNETCORE_URLS"] = Address.GetLeftPart(UriPartial.Authority);
        _settings["Portal__Cluster__SiloPort"] = $"{FreePort()}";
        _settings["Portal__Cluster__GatewayPort"] = $"{FreePort()}";
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Where it serves.</summary>
    public Uri Address { get; }

    /// <summary>Whether it was started and not ended.</summary>
    public bool Runs => _process is not null;

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        // Its input closes when this process ends, also when it is killed; then the node is killed too. What it says first is its id.
        const string Script = "dotnet \"$0\" >>\"$1\" 2>&1 & pid=$!; echo $pid; read -r line; kill -KILL $pid 2>/dev/null; wait $pid";
        var start = new ProcessStartInfo("sh", ["-c", Script, Executable, _log])
        {
            WorkingDirectory = Path.GetDirectoryName(_log)!,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (key, value) in _settings) start.Environment[key] = value;
        _process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        _id = await _process.StandardOutput.ReadLineAsync() ?? "";
        var waited = Stopwatch.StartNew();
        while (!await IsReadyAsync())
        {
            if (waited.Elapsed > StartPatience) throw new InvalidOperationException($"{Name} does not start: {await LogAsync()}");
            await Pause.ShortAsync();
        }
    }

    /// <summary>Ends it with SIGKILL: it finishes nothing, and nobody is told.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        _process = null;
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    /// <summary>Ends it with SIGTERM, as a rolling upgrade does, and waits until it has ended.</summary>
    public async Task StopAsync()
    {
        using (var term = Process.Start("kill", ["-TERM", _id])) await term.WaitForExitAsync();
        var waited = Stopwatch.StartNew();
        while (Directory.Exists($"/proc/{_id}") && !IsZombie() && waited.Elapsed < StartPatience) await Pause.ShortAsync();
        await KillAsync();
    }

    /// <summary>A browser that has never been here.</summary>
    public Browser Browser(Dictionary<string, string>? cookies = null)
    {
        // An address of its own: what one may do in a minute is counted.
        var own = new IPEndPoint(new IPAddress([127, 0, 1, (byte)(Interlocked.Increment(ref s_browsers) % 250 + 1)]), 0);
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = ConnectAsync };
        return new(handler, Address) { Cookies = cookies ?? [] };

        async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Bind(own);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
    }

    /// <summary>Asks for text as a script does.</summary>
    public Task<string> GetAsync(string path) => _http.GetStringAsync(path);

    /// <summary>Opens a stream of events with a browser's cookies.</summary>
    public async Task<StreamReader> EventsAsync(string path, Browser browser, CancellationToken ct)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", browser.Cookies.Select(c => $"{c.Key}={c.Value}")));
        var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        response.EnsureSuccessStatusCode();
        return new StreamReader(await response.Content.ReadAsStreamAsync(ct));
    }

    /// <summary>Moves its clock forward.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        using var answer = await _http.PostAsync($"/dev/clock?advance={by:c}", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>What it logged.</summary>
    public async Task<string> LogAsync() => File.Exists(_log) ? await File.ReadAllTextAsync(_log) : "";

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
    }

    // The shell that started it has not fetched its status yet.
    private bool IsZombie()
    {
        try
        {
            return File.ReadAllText($"/proc/{_id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // The build of src/Silo that belongs to this one: the same engine, the same configuration.
    private static string Executable
    {
        get
        {
            const string Tests = "tests/Cluster.Tests/";
            var here = AppContext.BaseDirectory.Replace('\\', '/');
            var at = here.LastIndexOf(Tests, StringComparison.Ordinal);
            return Path.Combine(here[..at], "src/Silo", here[(at + Tests.Length)..], "Portal.Silo.dll");
        }
    }
}

/// <summary>Processes and mailboxes are asked again and again until they answer: nothing announces it.</summary>
internal static class Pause
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(20);

    public static async Task ShortAsync()
    {
        using var timer = new PeriodicTimer(Short);
        await timer.WaitForNextTickAsync();
    }
}
