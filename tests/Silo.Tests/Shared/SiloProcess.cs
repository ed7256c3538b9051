using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Portal.Silo.Tests.Shared;

/// <summary>
/// The executable in a process of its own, with a folder of its own, as an operator runs it. Ends with this test run, also when that is
/// killed.
/// </summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    private readonly Process _guard;
    private readonly StringBuilder _output;
    private readonly Task<int> _ended;

    private SiloProcess(Process guard, StringBuilder output, int id, string address)
    {
        (_guard, _output, Id, Address) = (guard, output, id, address);
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
        _ended = EndAsync();
    }

    /// <summary>Its process id.</summary>
    public int Id { get; }

    /// <summary>Where it serves.</summary>
    public string Address { get; }

    /// <summary>Asks it.</summary>
    public HttpClient Http { get; }

    /// <summary>Its exit code, once it has ended.</summary>
    public Task<int> Ended => _ended.WaitAsync(Patience);

    /// <summary>What it has written to the console so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>A folder for one process or several after one another.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("portal-silo-").FullName;

    /// <summary>A port that nobody has.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts one and waits for nothing.</summary>
    /// <param name="folder">Its working directory.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="settings">Environment variables, beside those that make it a quiet development machine on a free port.</param>
    public static async Task<SiloProcess> StartAsync(string folder, string[] arguments, params (string Name, string? Value)[] settings)
    {
        // The guard's input closes when this process ends, also when it is killed; then the portal is killed too.
        const string Script = "exec 3<&0; dotnet \"$@\" 2>&1 </dev/null 3<&- & pid=$!; echo $pid; "
            + "(read -r line <&3; kill -KILL $pid 2>/dev/null) >/dev/null & wait $pid; echo \"ended $?\"";
        var address = $"http://127.0.0.1:{FreePort()}";
        var start = new ProcessStartInfo("sh", ["-c", Script, "sh", Repository.Executable, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var environment = new Dictionary<string, string?>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_URLS"] = address,
            ["Portal__DemoPatients"] = "5",
        };
        foreach (var (name, value) in settings) environment[name] = value;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var guard = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        var id = int.Parse((await guard.StandardOutput.ReadLineAsync())!, System.Globalization.CultureInfo.InvariantCulture);
        return new SiloProcess(guard, new StringBuilder(), id, environment["ASPNETCORE_URLS"]!);
    }

    /// <summary>Starts one and waits until it is ready.</summary>
    public static async Task<SiloProcess> ReadyAsync(string folder, params (string Name, string? Value)[] settings)
    {
        var silo = await StartAsync(folder, [], settings);
        await silo.UntilAsync(async () => (await silo.Http.GetAsync("/health/ready")).IsSuccessStatusCode);
        return silo;
    }

    /// <summary>Sends a signal: <c>TERM</c>, <c>KILL</c>.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits until something is so. Who does not listen is asked again; that the process has ended is an error.</summary>
    public async Task UntilAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var often = new PeriodicTimer(Often);
        while (true)
        {
            try
            {
                if (await isSo()) return;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            if (_ended.IsCompleted) throw new InvalidOperationException($"It ended with {await _ended}: {Output}");
            try
            {
                await often.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException("It never was so: " + Output);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_ended.IsCompleted) Signal("KILL");
        await _ended;
        _guard.StandardInput.Close();
        _guard.Dispose();
        Http.Dispose();
    }

    private async Task<int> EndAsync()
    {
        const string Last = "ended ";
        while (await _guard.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Last, StringComparison.Ordinal))
                return int.Parse(line[Last.Length..], System.Globalization.CultureInfo.InvariantCulture);
            lock (_output) _output.AppendLine(line);
        }

        throw new InvalidOperationException("The guard ended before the process did.");
    }
}
