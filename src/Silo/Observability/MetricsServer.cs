using Portal.Silo.Hosting;

namespace Portal.Silo.Observability;

/// <summary>
/// A small server of its own beside the pages, at <c>Portal:MetricsAddress</c>: <c>/metrics</c> for Prometheus and the two health checks,
/// on a port that only the operator's network reaches. It runs until the process ends, so that a process that drains can be watched.
/// </summary>
/// <param name="address">Where.</param>
/// <param name="registry">The figures.</param>
/// <param name="services">Those of the portal: the health checks.</param>
public sealed class MetricsServer(Uri address, MetricsRegistry registry, IServiceProvider services) : IHostedService
{
    /// <summary>The setting.</summary>
    public const string Key = "Portal:MetricsAddress";

    private WebApplication? _app;

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // None of the portal's configuration: its addresses are not this server's.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(_ => services.GetRequiredService<HealthChecks>());
        var app = builder.Build();
        app.Urls.Add(address.GetLeftPart(UriPartial.Authority));
        app.UseRouting();
        app.MapGet("/metrics", (HttpContext context) =>
        {
            context.Response.ContentType = PrometheusText.MediaType;
            return context.Response.WriteAsync(registry.Read(), context.RequestAborted);
        });
        app.MapHealth();
        await app.StartAsync(cancellationToken);
        _app = app;
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is null) return;
        await _app.StopAsync(cancellationToken);
        await _app.DisposeAsync();
    }
}
