using Portal.Silo.Engines;
using Portal.Silo.Observability;

namespace Portal.Silo.Hosting;

/// <summary>What an operator's tools ask of the process: how it is, what it does, and that it ends well.</summary>
public static class RunningServices
{
    /// <summary>Adds health checks, figures and traces, and the way the process ends.</summary>
    public static void AddPortalRunning(this WebApplicationBuilder builder)
    {
        var delay = Draining.Delay(builder.Configuration, builder.Environment.IsDevelopment());
        builder.Services.AddSingleton<Draining>();
        builder.Services.AddSingleton(new DrainDelay(delay));
        builder.Services.AddSingleton<IHostLifetime, PortalLifetime>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = Draining.StopLimit(delay));
        builder.Services.AddSingleton<EngineHealth>();
        builder.Services.AddSingleton<HealthChecks>();
        builder.AddTelemetry();
    }
}
