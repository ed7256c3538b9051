using System.Diagnostics;
using System.Globalization;
using Dapper;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Embedded;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>
/// The sizes asked for: a million patients and a million outstanding invitations. What the process takes at rest, how soon an invitation
/// past its deadline is refused, and how fast all of them are ended when they end together. Against the real executable.
/// </summary>
public static class SizesRuns
{
    // Of these databases only: made, measured and thrown away.
    private const string Secret = "benchmarks-only-Zq8r2Lw0uXn5Tg7Yb3Kd9Vf1";
    private const string Address = "http://127.0.0.1:5691";
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Makes a database.</summary>
    /// <param name="storage">A storage setting.</param>
    /// <param name="patients">How many patients and invitations.</param>
    /// <param name="due">From now until all invitations end; negative: they have.</param>
    public static async Task FillAsync(string storage, int patients, TimeSpan due)
    {
        var clock = Stopwatch.StartNew();
        await using var database = Database.Open(storage);
        await database.MigrateAllAsync([.. PortalMigrations.Components, EmbeddedTables.Component]);
        var secrets = PortalSecrets.From(Secret, isProduction: false);
        await new Sizes(patients, TimeProvider.System.GetUtcNow() + due, secrets).FillAsync(database);
        var size = (await database.CheckAsync()).SizeBytes / 1e9;
        Print($"filled with {patients:N0} patients in {clock.Elapsed.TotalSeconds:N0} s; database of {size:N2} GB");
    }

    /// <summary>Starts the portal on it, and says what it takes after a minute in which nothing happens.</summary>
    public static async Task RestAsync(string silo, string storage)
    {
        using var process = await StartAsync(silo, storage);
        await Task.Delay(Rest);
        var (resident, most) = (Kilobytes(process, "VmRSS") / 1e3, Kilobytes(process, "VmHWM") / 1e3);
        Print($"at rest: {resident:N0} MB resident, {most:N0} MB at most");
        await StopAsync(process);
    }

    /// <summary>Starts the portal on a database whose invitations have all ended, and says how fast that is put down.</summary>
    public static async Task DrainAsync(string silo, string storage, int patients)
    {
        await using var database = Database.Open(storage);
        var left = await LeftAsync(database);
        using var process = await StartAsync(silo, storage);
        using var client = new HttpClient { BaseAddress = new Uri(Address) };
        client.DefaultRequestHeaders.Host = "portal.example.org";
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        var asked = Stopwatch.StartNew();
        var page = await client.GetStringAsync($"/{Sizes.Organisation}/invitation/{Sizes.LastToken(patients)}");
        var (took, waiting) = (asked.Elapsed.TotalMilliseconds, await LeftAsync(database));
        var answer = page.Contains("expired", StringComparison.OrdinalIgnoreCase) ? "refused as expired" : "NOT REFUSED";
        Print($"an invitation past its deadline, with {waiting:N0} not yet put down: {answer} after {took:N0} ms");
        var clock = Stopwatch.StartNew();
        var first = left = await LeftAsync(database);
        var processor = Processor(process);
        for (var looks = 1; left > 0; looks++)
        {
            await Task.Delay(Second);
            left = await LeftAsync(database);
            if (looks % 5 != 0) continue;
            var (seconds, resident) = (clock.Elapsed.TotalSeconds, Kilobytes(process, "VmRSS") / 1e3);
            Print($"{seconds,6:N0} s: {left:N0} left, {(first - left) / seconds:N0}/s, {resident:N0} MB");
        }

        var (all, most) = (clock.Elapsed.TotalSeconds, Kilobytes(process, "VmHWM") / 1e3);
        var each = (Processor(process) - processor) * 1e3 / first;
        Print($"{first:N0} expiries in {all:N0} s: {first / all:N0}/s, {each:N2} ms of processor time each, {most:N0} MB at most");
        await StopAsync(process);
    }

    private static Task<long> LeftAsync(Database database) => database.ReadAsync(connection =>
        connection.ExecuteScalarAsync<long>("SELECT count(*) FROM reminders WHERE grain_type = 'invitation'"));

    private static async Task<Process> StartAsync(string silo, string storage)
    {
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(silo)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = Address;
        start.Environment["Portal__Storage"] = storage;
        start.Environment["Portal__Secret"] = Secret;
        start.Environment["Portal__PublicAddress"] = "https://portal.example.org";
        start.Environment["Portal__TrustedProxies"] = "127.0.0.1";
        var clock = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        while (clock.Elapsed < Patience && !process.HasExited)
        {
            try
            {
                if ((await client.GetAsync($"{Address}/health/ready")).IsSuccessStatusCode) break;
            }
            catch (HttpRequestException)
            {
                // Not yet.
            }

            await Task.Delay(Second / 20);
        }

        Print($"ready after {clock.Elapsed.TotalSeconds:N1} s");
        return process;
    }

    private static async Task StopAsync(Process process)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    // Seconds: on a machine that has other work too, what would be possible without it.
    private static double Processor(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime.TotalSeconds;
    }

    // Linux only, as the figures are.
    private static long Kilobytes(Process process, string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
