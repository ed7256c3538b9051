using Portal.Grains.Embedded;
using Portal.Silo.Hosting;

namespace Portal.Silo.Engines;

/// <summary>How the embedded engine is.</summary>
/// <param name="silo">The engine.</param>
public sealed class EngineHealth(EmbeddedSilo silo)
{
    /// <summary>Silos that take calls: this one or none.</summary>
    public int Silos => silo.IsRunning ? 1 : 0;

    /// <summary>Grains in memory.</summary>
    public int Activations => silo.ActivationCount;

    /// <summary>Whether it takes calls.</summary>
    public Task<CheckResult> CheckAsync(CancellationToken ct) =>
        Task.FromResult(silo.IsRunning ? new CheckResult(true, null) : new CheckResult(false, "takes no calls"));
}
