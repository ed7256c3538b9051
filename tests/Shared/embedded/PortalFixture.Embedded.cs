using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Embedded;
using Portal.Grains.Shared;

namespace Portal.Tests.Shared;

// The silo of this fixture, on the embedded engine.
public sealed partial class PortalFixture
{
    private EmbeddedSilo? _silo;

    public EmbeddedSilo Silo => _silo ?? throw new InvalidOperationException("No silo runs.");

    /// <summary>Whether the code that asks runs in a turn of a silo that was killed, and should not run at all.</summary>
    public static bool InKilledTurn => EmbeddedSilo.InKilledTurn;

    /// <summary>How long after the start a reminder of the period given comes that was due while no silo ran.</summary>
    public static TimeSpan Overdue(TimeSpan period) => TimeSpan.Zero;

    /// <summary>Waits until nothing is under way.</summary>
    public Task SettleAsync() => _deterministic ? Silo.RunUntilIdleAsync() : Task.CompletedTask;

    private Task StepAsync() => SettleAsync();

    private async Task StartSiloAsync(IServiceCollection services)
    {
        services.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(PortalGrain).Assembly);
            options.GrainClasses.Add(typeof(InsideGrain));
            options.Deterministic = _deterministic;
            options.Seed = _seed;
        });
        _silo = EmbeddedSilo.Build(services);
        await _silo.StartAsync();
    }
}
