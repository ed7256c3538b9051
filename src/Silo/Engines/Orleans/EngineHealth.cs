using Orleans;
using Orleans.Runtime;
using Portal.Silo.Hosting;

namespace Portal.Silo.Engines;

/// <summary>How the cluster is, as this silo sees it; nothing is asked over the network.</summary>
/// <param name="services">Has the silo's view of the cluster, unless this process is a client of it.</param>
public sealed class EngineHealth(IServiceProvider services)
{
    private readonly ISiloStatusOracle? _oracle = services.GetService<ISiloStatusOracle>();

    /// <summary>Silos that take calls. A client of the cluster does not know them: -1.</summary>
    public int Silos => _oracle?.GetApproximateSiloStatuses(onlyActive: true).Count ?? -1;

    /// <summary>Grains in memory; counted by Orleans' own meter here: -1.</summary>
    public int Activations => -1;

    /// <summary>Whether this silo is a member that takes calls; for a client of the cluster, whether a silo answers.</summary>
    public async Task<CheckResult> CheckAsync(CancellationToken ct)
    {
        if (_oracle is null)
        {
            var hosts = await services.GetRequiredService<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)
                .WaitAsync(ct);
            return hosts.Count > 0 ? new CheckResult(true, $"{hosts.Count} silos") : new CheckResult(false, "no silo takes calls");
        }

        return _oracle.CurrentStatus == SiloStatus.Active
            ? new CheckResult(true, $"{Silos} silos")
            : new CheckResult(false, $"this silo is {_oracle.CurrentStatus}");
    }
}
