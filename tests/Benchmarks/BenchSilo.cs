using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Embedded;
using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>The embedded engine with nothing around it.</summary>
public static class BenchSilo
{
    /// <summary>A running silo over a database.</summary>
    /// <param name="database">Where state is kept.</param>
    /// <param name="configure">Adds grains and services.</param>
    public static async Task<EmbeddedSilo> StartAsync(
        Database database, Action<IServiceCollection, EmbeddedGrainsOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(database);
        services.AddSingleton(TimeProvider.System);
        services.AddEmbeddedGrains(options =>
        {
            options.GrainClasses.Add(typeof(EchoGrain));
            options.GrainClasses.Add(typeof(CounterGrain));
            configure?.Invoke(services, options);
        });
        var silo = EmbeddedSilo.Build(services);
        await silo.StartAsync();
        return silo;
    }
}
