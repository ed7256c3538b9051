using System.Text.Json;
using System.Text.Json.Serialization;

namespace Portal.Silo.Hosting;

/// <summary>
/// What a load balancer asks: <c>/health/live</c> whether the process answers, <c>/health/ready</c> whether it can serve people: 200 or
/// 503, and what each check found. Both say nothing about anyone and need no session.
/// </summary>
public static class HealthEndpoints
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Adds the addresses.</summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" }, Json));
        routes.MapGet("/health/ready", ReadyAsync);
    }

    private static async Task<IResult> ReadyAsync(HealthChecks checks)
    {
        var report = await checks.CheckAsync();
        var body = new
        {
            status = report.Ready ? "ready" : "not-ready",
            checks = report.Checks.ToDictionary(check => check.Key, check => new
            {
                status = check.Value.Ok ? "ok" : "failed",
                check.Value.Says,
                check.Value.Milliseconds,
            }),
        };
        return Results.Json(body, Json, statusCode: report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
