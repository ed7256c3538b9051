using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Portal.Silo.Hosting;
using Portal.Silo.Tests.Shared;
using Portal.Tests;
using Xunit;

namespace Portal.Silo.Tests.Hosting;

/// <summary>The real process on a PostgreSQL that goes and comes back.</summary>
[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class OutageTests(PostgresServer server) : IDisposable
{
    private readonly string _folder = SiloProcess.NewFolder();

    [PostgresFact]
    public async Task Readiness_turns_red_in_time_while_the_database_is_away_and_green_by_itself_and_liveness_stays()
    {
        var storage = await server.CreateDatabaseAsync();
        await using var silo = await SiloProcess.ReadyAsync(_folder, ("Portal__Storage", storage), ("Portal__Demo", "false"));
        await server.CrashAsync();
        try
        {
            await silo.UntilAsync(async () =>
            {
                var asked = Stopwatch.GetTimestamp();
                var answer = await silo.Http.GetAsync("/health/ready");
                // Twice: the machine that runs tests may be busy with others.
                Assert.InRange(Stopwatch.GetElapsedTime(asked), TimeSpan.Zero, HealthChecks.Limit * 2);
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable) return false;
                var checks = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("checks");
                return checks.GetProperty("database").GetProperty("status").GetString() == "failed";
            });
            Assert.Equal(HttpStatusCode.OK, (await silo.Http.GetAsync("/health/live")).StatusCode);
        }
        finally
        {
            await server.StartAsync();
        }

        await silo.UntilAsync(async () => (await silo.Http.GetAsync("/health/ready")).IsSuccessStatusCode);
        silo.Signal("TERM");
        Assert.Equal(0, await silo.Ended);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
