using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace Portal.Grains.Embedded;

/// <summary>Registers the embedded engine.</summary>
public static class EmbeddedGrainsServices
{
    /// <summary>
    /// Adds <see cref="EmbeddedSilo"/>, <see cref="IGrainFactory"/> and a hosted service that starts and stops the engine. Call filters are
    /// the services registered as <see cref="IIncomingGrainCallFilter"/> and <see cref="IOutgoingGrainCallFilter"/>, called in that order;
    /// the clock is the <see cref="TimeProvider"/> of the services, the system's if there is none.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedGrainsOptions> configure)
    {
        var options = new EmbeddedGrainsOptions { Services = services };
        configure(options);
        services.AddSingleton(provider => new EmbeddedSilo(provider, options));
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedSilo>().GrainFactory);
        services.AddHostedService<Hosted>();
        return services;
    }

    private sealed class Hosted(EmbeddedSilo silo, IHostApplicationLifetime application, ILogger<EmbeddedSilo> logger) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await silo.StartAsync(cancellationToken);
            silo.LockLost.Register(() =>
            {
                logger.LogCritical("Another process has taken the database: this one stops at once");
                silo.Kill();
                application.StopApplication();
            });
        }

        public Task StopAsync(CancellationToken cancellationToken) => silo.StopAsync(cancellationToken);
    }
}
