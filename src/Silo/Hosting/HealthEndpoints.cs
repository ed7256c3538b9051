using Portal.Storage;

namespace Portal.Silo.Hosting;

/// <summary>
/// What a load balancer asks: <c>/health/live</c> whether the process answers, <c>/health/ready</c> whether it can serve people, which
/// takes the database. Both say nothing about anyone and need no session.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>Adds the addresses.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Text("live\n"));
        routes.MapGet("/health/ready", async (Database database, CancellationToken ct) =>
            (await database.CheckAsync(ct)).Healthy
                ? Results.Text("ready\n")
                : Results.Text("the database does not answer\n", statusCode: 503));
    }
}
