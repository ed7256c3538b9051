using Microsoft.Extensions.DependencyInjection;

namespace Portal.Tests.Shared;

// The silo of this fixture, on Orleans. It is never deterministic: tests that number the writes are of the embedded engine.
public sealed partial class PortalFixture
{
    private OrleansSilo? _silo;

    public OrleansSilo Silo => _silo ?? throw new InvalidOperationException("No silo runs.");

    /// <summary>Always false: grains of a silo that is gone go on until they notice.</summary>
    public static bool InKilledTurn => false;

    /// <summary>How long after the start a reminder comes that was due while no silo ran: with its next period.</summary>
    public static TimeSpan Overdue(TimeSpan period) => period;

    /// <summary>Waits until nothing is under way.</summary>
    public Task SettleAsync() => Silo.SettleAsync();

    private Task StepAsync() => Silo.YieldAsync();

    private async Task StartSiloAsync(IServiceCollection services) =>
        _silo = await OrleansSilo.StartAsync(services, Database);
}
