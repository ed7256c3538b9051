using System.Diagnostics;
using System.Globalization;

namespace Portal.Benchmarks;

/// <summary>From starting the process to the first page: on an empty folder, where the demo is made first, and on one that has
/// data.</summary>
public static class StartTime
{
    private const string Address = "http://127.0.0.1:5089";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Measures and prints.</summary>
    /// <param name="silo">Path of Portal.Silo.dll, built in Release.</param>
    public static async Task RunAsync(string silo)
    {
        List<double> first = [], again = [];
        for (var run = 0; run < Measure.Runs; run++)
        {
            var folder = Directory.CreateTempSubdirectory("portal-bench");
            first.Add(await OnceAsync(silo, folder.FullName));
            again.Add(await OnceAsync(silo, folder.FullName));
            folder.Delete(recursive: true);
        }

        Print("first start, with the demo's data made", first);
        Print("start on data that is there", again);
    }

    /// <summary>Waits until a portal that was just started answers, and returns what it says.</summary>
    /// <param name="client">Knows its address.</param>
    /// <param name="path">What to ask for.</param>
    /// <param name="patience">How long.</param>
    public static async Task<string> FirstAnswerAsync(HttpClient client, string path, TimeSpan patience)
    {
        for (var clock = Stopwatch.StartNew(); ; await Task.Delay(Pause))
        {
            try
            {
                return await client.GetStringAsync(path);
            }
            catch (HttpRequestException) when (clock.Elapsed < patience)
            {
                // Not there yet.
            }
        }
    }

    private static async Task<double> OnceAsync(string silo, string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.GetFullPath(silo)]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = Address;
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        using var client = new HttpClient();
        while (clock.Elapsed < Patience && !await AnswersAsync(client)) await Task.Delay(Pause);
        var took = clock.Elapsed.TotalSeconds;
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        return took;
    }

    private static async Task<bool> AnswersAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync($"{Address}/riverside/sign-in")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static void Print(string name, List<double> seconds)
    {
        seconds.Sort();
        Console.WriteLine(
            string.Create(
            CultureInfo.InvariantCulture, $"{name,-45} {seconds[seconds.Count / 2]:0.00} s ({seconds[0]:0.00} to {seconds[^1]:0.00})"));
    }
}
