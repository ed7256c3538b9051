using Portal.Grains.Abstractions.Shared;

namespace Portal.Silo.Development;

/// <summary>Seeds the demo once the engine runs and before the first page is served, and greets once it can be.</summary>
/// <param name="seeder">Seeds.</param>
/// <param name="world">The people of the demo.</param>
/// <param name="address">Where the portal is.</param>
/// <param name="lifetime">Tells when it is served.</param>
public sealed class DemoStart(
    DemoSeeder seeder, IReadOnlyList<DemoOrganisation> world, PortalAddress address, IHostApplicationLifetime lifetime)
    : IHostedService
{
    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await seeder.SeedAsync(world, cancellationToken);
        lifetime.ApplicationStarted.Register(() => Console.WriteLine(Demo.Greeting(world, address.Root.GetLeftPart(UriPartial.Authority))));
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
