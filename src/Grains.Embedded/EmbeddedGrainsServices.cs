using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace Portal.Grains.Embedded;

/// <summary>Registers the embedded engine.</summary>
public static class EmbeddedGrainsServices
{
    /// <summary>
    /// Adds <see cref="IGrainFactory"/> and a hosted service that starts and stops the engine. Call filters are the services registered as
    /// <see cref="IIncomingGrainCallFilter"/> and <see cref="IOutgoingGrainCallFilter"/>; the clock is the <see cref="TimeProvider"/> of the services.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedGrainsOptions> configure)
    {
        var options = new EmbeddedGrainsOptions();
        configure(options);
        services.AddSingleton(provider => new EmbeddedSilo(provider, options));
        services.AddSingleton(provider => provider.GetRequiredService<EmbeddedSilo>().GrainFactory);
        return services;
    }
}
