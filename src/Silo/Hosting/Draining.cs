using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// How the process goes: it is told to, says so to load balancers, takes nothing that lasts, and stops once they have noticed.
/// </summary>
/// <remarks>
/// While draining every request is still answered. What would outlive the process is not begun: connections of circuits are refused, event
/// streams end at once and have the browser come back, connections are closed after their answer.
/// </remarks>
public sealed class Draining
{
    /// <summary>The setting: how long requests are still taken while <c>/health/ready</c> says no.</summary>
    public const string DelayKey = "Portal:DrainDelay";

    /// <summary>Its default outside Development: load balancers ask every second or two, and believe the second no (ours).</summary>
    public static readonly TimeSpan DefaultDelay = TimeSpan.FromSeconds(5);

    /// <summary>From the signal to the end, whatever is still under way: Kubernetes' terminationGracePeriodSeconds by default.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What the host's own stop may take of it, with the delay taken off and a second left for the end itself.</summary>
    public static TimeSpan StopLimit(TimeSpan delay) => Limit - delay - TimeSpan.FromSeconds(1);

    /// <summary>Reads the delay: none in Development.</summary>
    public static TimeSpan Delay(IConfiguration configuration, bool development) =>
        configuration.GetValue<TimeSpan?>(DelayKey) ?? (development ? TimeSpan.Zero : DefaultDelay);

    /// <summary>Whether it has begun.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Begins it.</summary>
    public void Begin() => HasBegun = true;
}

/// <summary>What draining means for requests.</summary>
public static class DrainingRequests
{
    // The browser comes back after so long, by when the load balancer has chosen another process.
    private const string ComeBack = "retry: 2000\n\n";

    /// <summary>Refuses what lasts, and closes connections after their answers. Goes first, and does nothing until draining.</summary>
    public static void UseDraining(this IApplicationBuilder app)
    {
        var draining = app.ApplicationServices.GetRequiredService<Draining>();
        app.Use(next => context => draining.HasBegun ? ServeLastAsync(next, context) : next(context));
    }

    private static Task ServeLastAsync(RequestDelegate next, HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (HttpProtocol.IsHttp11(request.Protocol)) response.Headers.Connection = "close";
        if (request.Path.StartsWithSegments("/_blazor"))
        {
            response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            response.Headers.RetryAfter = "2";
            context.Features.Set(new ProblemFeature(Problem.Of(StatusCodes.Status503ServiceUnavailable)));
            return Task.CompletedTask;
        }

        if (!IsEventStream(request)) return next(context);
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        return response.WriteAsync(ComeBack, context.RequestAborted);
    }

    private static bool IsEventStream(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path.Value!.EndsWith("/session/events", StringComparison.Ordinal);
}
