using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portal.Browser.Tests;

/// <summary>
/// The portal as it is shipped: the built executable in a process of its own, with the demo's people in a database file, a folder and a
/// port of its own. It can be killed and started again, and its clock moved forward.
/// </summary>
public sealed partial class PortalProcess : IAsyncDisposable
{
    private const int FirstPort = 56_800;
    private const int LastPort = 56_899;
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MailPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly string _folder =
        Path.Combine(Path.GetTempPath(), "portal-browser-" + RandomNumberGenerator.GetHexString(12, lowercase: true));
    private readonly HttpClient _http;
    private Process? _process;

    private PortalProcess(string address)
    {
        Address = address;
        _http = new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Where it serves, without a slash at its end.</summary>
    public string Address { get; }

    /// <summary>Who is in it.</summary>
    public IReadOnlyList<DemoPeople> Demo { get; private set; } = [];

    /// <summary>The people of the organisation with 200 patients.</summary>
    public DemoPeople Riverside => Demo.Single(o => o.Organisation == "riverside");

    /// <summary>A portal that answers.</summary>
    public static async Task<PortalProcess> StartAsync()
    {
        var portal = new PortalProcess($"http://localhost:{FreePort()}");
        Directory.CreateDirectory(portal._folder);
        await portal.StartAgainAsync();
        portal.Demo = await portal._http.GetFromJsonAsync<List<DemoPeople>>("/dev/demo.json", JsonSerializerOptions.Web) ?? [];
        return portal;
    }

    /// <summary>Starts it on what the one before has left, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        // Its input closes when this process ends, also when it is killed; then the portal is killed too.
        const string Script = "dotnet \"$0\" >>log 2>&1 & pid=$!; read -r line; kill -KILL $pid; wait $pid 2>/dev/null";
        var start = new ProcessStartInfo("sh", ["-c", Script, Executable]) { WorkingDirectory = _folder, RedirectStandardInput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address;
        start.Environment["Portal__Storage"] = "sqlite:" + Path.Combine(_folder, "portal.db");
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        _process = Process.Start(start) ?? throw new InvalidOperationException("sh did not start.");
        var waited = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            if (waited.Elapsed > StartPatience)
                throw new InvalidOperationException("No answer: " + await File.ReadAllTextAsync(Path.Combine(_folder, "log")));
            await Task.Delay(Pause);
        }
    }

    /// <summary>Ends it with SIGKILL: it finishes nothing.</summary>
    public async Task KillAsync()
    {
        if (_process is null) return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>What its clock says.</summary>
    public async Task<DateTimeOffset> NowAsync() => (await _http.GetFromJsonAsync<Clock>("/dev/clock", JsonSerializerOptions.Web))!.Now;

    /// <summary>Moves its clock forward.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        using var answer = await _http.PostAsync($"/dev/clock?advance={by:c}", null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The newest code sent to an address at or after a time of its clock; waits until it is there.</summary>
    public async Task<string> CodeAsync(string to, DateTimeOffset since) =>
        Code().Match((await MailAsync(to, since, m => Code().IsMatch(m.Text))).Text).Groups[1].Value;

    /// <summary>The newest message to an address that fits; waits until it is there.</summary>
    public async Task<Mail> MailAsync(string to, DateTimeOffset since, Func<Mail, bool> fits)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var address = "/dev/mailbox.json?to=" + Uri.EscapeDataString(to);
            var mailbox = await _http.GetFromJsonAsync<List<Mail>>(address, JsonSerializerOptions.Web);
            if (mailbox?.FirstOrDefault(m => m.SentAt >= since && fits(m)) is { } mail) return mail;
            if (waited.Elapsed > MailPatience) throw new InvalidOperationException($"No such message has come to {to}.");
            await Task.Delay(Pause);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The build of src/Silo that belongs to this one: the same engine, the same configuration.
    private static string Executable
    {
        get
        {
            const string Tests = "tests/Browser.Tests/";
            var here = AppContext.BaseDirectory.Replace('\\', '/');
            var at = here.LastIndexOf(Tests, StringComparison.Ordinal);
            return Path.Combine(here[..at], "src/Silo", here[(at + Tests.Length)..], "Portal.Silo.dll");
        }
    }

    private static int FreePort()
    {
        var first = RandomNumberGenerator.GetInt32(FirstPort, LastPort + 1);
        for (var port = first; port <= LastPort; port++)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's: the next one.
            }
        }

        throw new InvalidOperationException($"No port from {first} to {LastPort} is free.");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/riverside/sign-in");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\b(\d{3} ?\d{3})\b")]
    private static partial Regex Code();

    private sealed record Clock(DateTimeOffset Now);
}

/// <summary>A message of the development mailbox.</summary>
public sealed record Mail(string To, string Subject, string Text, DateTimeOffset SentAt);

/// <summary>An organisation of the demo.</summary>
public sealed record DemoPeople(string Organisation, IReadOnlyList<DemoStaff> Staff, IReadOnlyList<DemoPatient> Patients)
{
    public DemoStaff Erin => Staff.Single(s => s.Role == "admin");

    public DemoStaff Dana => Staff.Single(s => s.Role == "front_desk");
}

/// <summary>A staff member of the demo.</summary>
public sealed record DemoStaff(string Email, string Password, string Role, string TotpSecret);

/// <summary>A patient of the demo.</summary>
public sealed record DemoPatient(string Id, string Name, string? AuthEmail, string? Username, DateOnly BirthDate, string Access);
