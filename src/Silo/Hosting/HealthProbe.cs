using Portal.Silo.Observability;

namespace Portal.Silo.Hosting;

/// <summary>
/// The command <c>health</c>: asks a portal that runs on this machine whether it is ready, and ends with 0 or 1. For images, which have no
/// other program to ask with.
/// </summary>
public static class HealthProbe
{
    /// <summary>The command's name.</summary>
    public const string Command = "health";

    /// <summary>Asks at <c>Portal:MetricsAddress</c>, or else where pages are served.</summary>
    public static async Task<int> RunAsync()
    {
        var configuration = WebApplication.CreateBuilder().Configuration;
        using var http = new HttpClient { Timeout = HealthChecks.Limit * 2 };
        try
        {
            var answer = await http.GetAsync(new Uri(Address(configuration), "/health/ready"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine("The portal does not answer.");
            return 1;
        }
    }

    // Served on all addresses it is asked at this machine's own.
    private static Uri Address(IConfiguration configuration)
    {
        var address = configuration[MetricsServer.Key] ?? configuration["urls"]?.Split(';')[0] ?? WebHosting.DefaultAddress;
        foreach (var all in new[] { "//*", "//+", "//0.0.0.0", "//[::]" })
            address = address.Replace(all, "//127.0.0.1", StringComparison.Ordinal);
        return new Uri(address);
    }
}
