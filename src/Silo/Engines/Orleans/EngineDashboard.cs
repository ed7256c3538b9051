using Orleans.Dashboard;
using Portal.Silo.Hosting;

namespace Portal.Silo.Engines;

/// <summary>The dashboard that comes with Orleans: silos, grains, calls, reminders. For operators only; it shows no state.</summary>
public static class EngineDashboard
{
    /// <summary>Where it is.</summary>
    public const string Path = "/operator/dashboard";

    /// <summary>Adds the address where operators can sign in, and nothing where no password is set.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        if (OperatorSignIn.From(app.Configuration, app.Environment.IsDevelopment()) is not { } operators) return;
        app.Lifetime.ApplicationStopped.Register(operators.Dispose);
        var pages = app.MapOrleansDashboard(Path).WithMetadata(new OperatorPage());
        pages.AddEndpointFilter(async (call, next) =>
        {
            if (operators.Refusal(call.HttpContext) is { } status) return Results.StatusCode(status);
            return ShowsState(call.HttpContext.Request.Path) ? Results.StatusCode(StatusCodes.Status404NotFound) : await next(call);
        });
    }

    // Whoever runs the servers has no business with what is in patients' records, nor with the keys of grains that wait for a reminder.
    private static bool ShowsState(PathString path) =>
        path.StartsWithSegments($"{Path}/GrainState") || path.StartsWithSegments($"{Path}/Reminders");
}
