using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Portal.Benchmarks;

/// <summary>
/// Whether somebody who measures can tell a credential that a patient has from one that nobody has: the times of asking for a code and of
/// a wrong code, over HTTP, one at a time, both kinds in random order.
/// </summary>
public static partial class SignInTiming
{
    private const string Address = "http://127.0.0.1:5089";
    private const int Pairs = 2_000;
    private const int WarmupPairs = 300;

    // Some of the demo's patients have no email address to sign in with.
    private const int Patients = 8_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Measures and prints.</summary>
    /// <param name="silo">Path of Portal.Silo.dll, built in Release.</param>
    /// <param name="storage">A storage setting; null: a SQLite file of its own.</param>
    public static async Task RunAsync(string silo, string? storage)
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench").FullName;
        try
        {
            // Making the demo leaves its patients in memory; they are measured as after a night's rest.
            await WithPortalAsync(silo, folder, storage, KnownAsync);
            await WithPortalAsync(silo, folder, storage, async () => await MeasureAsync(await KnownAsync()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task WithPortalAsync(string silo, string folder, string? storage, Func<Task> work)
    {
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(silo)]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address;
        start.Environment["Portal__DemoPatients"] = Patients.ToString(CultureInfo.InvariantCulture);
        if (storage is not null) start.Environment["Portal__Storage"] = storage;
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            await work();
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static async Task MeasureAsync(List<string> known)
    {
        Times ask = new([], []), guess = new([], []);
        var number = 0;
        foreach (var pairs in new[] { WarmupPairs, Pairs })
        {
            // Shuffled as a whole: what the one before leaves to be done in the background must not meet one kind more often.
            var order = Enumerable.Range(0, 2 * pairs).Select(i => i < pairs).ToArray();
            RandomNumberGenerator.Shuffle<bool>(order);
            foreach (var isHeld in order)
            {
                var (asked, guessed) = await OnceAsync(isHeld ? known[number] : NobodyLike(known[number], number), number++);
                if (pairs == WarmupPairs) continue;
                ask.Of(isHeld).Add(asked);
                guess.Of(isHeld).Add(guessed);
            }
        }

        Print("asking for a code", ask);
        Print("a wrong code", guess);
    }

    // As long as a real one and with the same characters, so that nothing but its holder tells them apart.
    private static string NobodyLike(string held, int number)
    {
        var name = held[..held.IndexOf('@')].ToCharArray();
        Array.Reverse(name);
        return $"{new string(name)[..^5]}{number:00000}{held[held.IndexOf('@')..]}";
    }

    private static async Task<(double Asked, double Guessed)> OnceAsync(string credential, int number)
    {
        using var client = Client(number);
        var form = await client.GetStringAsync("/riverside/sign-in");
        var asked = await PostAsync(client, "/riverside/sign-in", form, "credential", credential, HttpStatusCode.SeeOther);
        var codeForm = await client.GetStringAsync("/riverside/sign-in/code");
        // The right one by chance once in a million: then it is no refusal, and the run says so.
        var guessed = await PostAsync(client, "/riverside/sign-in/code", codeForm, "code", "000000", HttpStatusCode.OK);
        return (asked, guessed);
    }

    private static async Task<double> PostAsync(
        HttpClient client, string path, string page, string field, string value, HttpStatusCode expected)
    {
        var fields = Hidden().Matches(page).Select(m => KeyValuePair.Create(m.Groups[1].Value, WebUtility.HtmlDecode(m.Groups[2].Value)))
            .DistinctBy(pair => pair.Key).Append(KeyValuePair.Create(field, value));
        using var content = new FormUrlEncodedContent(fields);
        var from = Stopwatch.GetTimestamp();
        using var response = await client.PostAsync(path, content);
        await response.Content.ReadAsByteArrayAsync();
        var took = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        if (response.StatusCode != expected) throw new InvalidOperationException($"{path} answered {response.StatusCode}.");
        return took;
    }

    // A browser with cookies and a loopback address of its own: limits by address would end the measurement soon.
    private static HttpClient Client(int number)
    {
        var own = new IPAddress([127, (byte)(1 + number / 62_500), (byte)(number / 250 % 250), (byte)(1 + number % 250)]);
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (context, ct) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(own, 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, ct);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        var client = new HttpClient(handler) { BaseAddress = new Uri(Address), Timeout = Patience };
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        return client;
    }

    /// <summary>The email addresses of the demo that patients with access sign in with; waits until the portal has made them.</summary>
    private static async Task<List<string>> KnownAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri(Address), Timeout = Patience };
        using var people = JsonDocument.Parse(await StartTime.FirstAnswerAsync(client, "/dev/demo.json", Patience));
        var riverside = people.RootElement.EnumerateArray().First(o => o.GetProperty("organisation").GetString() == "riverside");
        List<string> known = [.. riverside.GetProperty("patients").EnumerateArray()
            .Where(p => p.GetProperty("access").GetString() == "can_access")
            .Select(p => p.GetProperty("authEmail").GetString()).OfType<string>().Where(a => a.IndexOf('@') > 5).Distinct()];
        const int needed = 2 * (WarmupPairs + Pairs);
        return known.Count >= needed ? known : throw new InvalidOperationException($"{known.Count} of {needed} patients.");
    }

    private static void Print(string name, Times times)
    {
        foreach (var (who, sample) in new[] { ("known", times.Known), ("unknown", times.Unknown) })
        {
            var sorted = sample.Order().ToArray();
            var spread = string.Create(CultureInfo.InvariantCulture, $"p10 {At(sorted, .1):0.000}, p90 {At(sorted, .9):0.000}");
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}, {who,-8} n {sorted.Length:N0}, median {At(sorted, .5):0.000} ms, {spread}"));
        }

        var test = RankTest.Of(times.Unknown, times.Known);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: a known one takes longer than an unknown one in {test.Slower:P2} of pairs; z {test.Z:0.00}, p {test.P:0.000}"));
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * sorted.Length)];

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)" />""")]
    private static partial Regex Hidden();

    private sealed record Times(List<double> Known, List<double> Unknown)
    {
        public List<double> Of(bool isHeld) => isHeld ? Known : Unknown;
    }
}
