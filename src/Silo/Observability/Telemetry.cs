using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Silo.Observability;

/// <summary>
/// Figures and traces for the operator: to a collector by OTLP where <c>Portal:OtlpEndpoint</c> or OpenTelemetry's own
/// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one, and at <see cref="MetricsServer.Key"/> for Prometheus. Without either nothing listens, and
/// measuring costs next to nothing.
/// </summary>
public static class Telemetry
{
    /// <summary>The setting: where the collector is.</summary>
    public const string EndpointKey = "Portal:OtlpEndpoint";

    /// <summary>The setting: <c>grpc</c>, the default, or <c>http/protobuf</c>.</summary>
    public const string ProtocolKey = "Portal:OtlpProtocol";

    private const string OwnEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string OwnService = "OTEL_SERVICE_NAME";

    /// <summary>Adds what is switched on.</summary>
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var scraped = configuration[MetricsServer.Key] is { Length: > 0 } address ? new Uri(address) : null;
        var sent = IsSent(configuration);
        if (scraped is not null)
        {
            builder.Services.AddSingleton<MetricsRegistry>();
            builder.Services.AddHostedService(services =>
                new MetricsServer(scraped, services.GetRequiredService<MetricsRegistry>(), services));
        }

        if (sent) builder.Services.AddHostedService(services => new Sender(services.GetRequiredService<IConfiguration>()));
        if (scraped is not null || sent) builder.Services.AddHostedService<SystemGauges>();
    }

    /// <summary>Whether figures and traces go to a collector.</summary>
    public static bool IsSent(IConfiguration configuration) =>
        configuration[EndpointKey] is { Length: > 0 } || configuration[OwnEndpoint] is { Length: > 0 };

    private static void Configure(OtlpExporterOptions options, IConfiguration configuration, string signal)
    {
        var http = string.Equals(configuration[ProtocolKey], "http/protobuf", StringComparison.OrdinalIgnoreCase);
        if (http) options.Protocol = OtlpExportProtocol.HttpProtobuf;
        if (configuration[EndpointKey] is not { Length: > 0 } endpoint) return;
        // Over http each signal has a path, which the exporter adds only to an address out of its own variable.
        options.Endpoint = http ? new Uri(new Uri(endpoint), $"/v1/{signal}") : new Uri(endpoint);
    }

    // Providers made by hand and kept for as long as the process serves.
    private sealed class Sender(IConfiguration configuration) : IHostedService
    {
        private MeterProvider? _metrics;
        private TracerProvider? _traces;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            var resource = ResourceBuilder.CreateDefault();
            if (configuration[OwnService] is not { Length: > 0 }) resource.AddService("portal", serviceInstanceId: Environment.MachineName);
            _metrics = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter([.. MetricsRegistry.Meters])
                .AddOtlpExporter(options => Configure(options, configuration, "metrics")).Build();
            _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                .AddSource(StorageTraces.Name, PortalTraces.Name, "Microsoft.AspNetCore", "Microsoft.Orleans.Application")
                .AddProcessor(new WithoutPersonalData())
                .AddOtlpExporter(options => Configure(options, configuration, "traces")).Build();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            // What is still waiting is sent; a collector that is away may not hold up the end.
            _traces?.ForceFlush(2000);
            _metrics?.ForceFlush(2000);
            _traces?.Dispose();
            _metrics?.Dispose();
            return Task.CompletedTask;
        }
    }

    /// <summary>
    /// Keeps of a request's activity what says nothing about anyone. Addresses hold tokens and what staff search for; the browser's name
    /// and network address tell people apart.
    /// </summary>
    internal sealed class WithoutPersonalData : BaseProcessor<Activity>
    {
        private static readonly HashSet<string> Kept =
        [
            "http.request.method", "http.response.status_code", "http.route", "url.scheme", "network.protocol.version", "error.type",
            "rpc.system", "rpc.service", "rpc.method", StorageTraces.Point, PortalTraces.Interface, PortalTraces.Method,
        ];

        /// <inheritdoc />
        public override void OnEnd(Activity data)
        {
            var dropped = data.TagObjects.Select(tag => tag.Key).Where(name => !Kept.Contains(name)).ToList();
            foreach (var name in dropped) data.SetTag(name, null);
            if (data.Source.Name == "Microsoft.AspNetCore" && data.GetTagItem("http.route") is null)
                data.DisplayName = data.GetTagItem("http.request.method") as string ?? "request";
        }
    }
}
