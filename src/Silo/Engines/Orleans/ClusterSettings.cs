using System.Net;
using Npgsql;
using Orleans.Configuration;

namespace Portal.Silo.Engines;

/// <summary>
/// How processes find each other and notice that one is gone. Settings, each with a default for one silo on this machine:
/// <c>Portal:Cluster:Address</c> (the address the other silos reach this one by; the loopback address),
/// <c>Portal:Cluster:SiloPort</c> (11111), <c>Portal:Cluster:GatewayPort</c> (30000) and <c>Portal:Cluster:Id</c> (portal).
/// </summary>
/// <param name="cluster">The settings under <c>Portal:Cluster</c>.</param>
/// <param name="storage">The setting <c>Portal:Storage</c>.</param>
internal sealed class ClusterSettings(IConfigurationSection cluster, string storage)
{
    /// <summary>State and reminders are filed under it: another name would begin with an empty database.</summary>
    public const string Service = "portal";

    /// <summary>Name under which .NET knows PostgreSQL's ADO.NET provider.</summary>
    public const string Npgsql = "Npgsql";

    // The figures for which docs/decisions/0006-a-lost-silo.md gives the reasons. All ours.
    private static readonly TimeSpan Probe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(5);
    private const int Misses = 3;
    private const int Votes = 2;

    // Connections of one silo for grain state, unless the connection string has its own Maximum Pool Size. Ours.
    private const int StateConnections = 32;

    // A silo hears of another one's death, and gives up what it waits for. A web node does not, where another silo than the one it is
    // connected to was to answer: it gives up by itself, not before the death is known and the call can be made again. All ours.
    private static readonly TimeSpan AnswerOfSilo = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AnswerToWeb = TimeSpan.FromSeconds(5);

    /// <summary>The connection string, as given.</summary>
    public string Connection { get; } =
        storage.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase) ? storage["postgres:".Length..] : storage;

    /// <summary>The port other silos connect to.</summary>
    public int SiloPort => cluster.GetValue("SiloPort", 11111);

    /// <summary>The port web nodes connect to.</summary>
    public int GatewayPort => cluster.GetValue("GatewayPort", 30000);

    /// <summary>The address other processes reach this one by.</summary>
    /// <exception cref="InvalidOperationException">It is none.</exception>
    public IPAddress Address => cluster["Address"] is not { Length: > 0 } setting ? IPAddress.Loopback
        : IPAddress.TryParse(setting, out var address) ? address
        : throw new InvalidOperationException("Portal:Cluster:Address is not an IP address.");

    /// <summary>Which cluster it is.</summary>
    public void Name(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (cluster["Id"] ?? Service, Service);

    /// <summary>How silos notice that another one is gone.</summary>
    public static void Watch(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = Probe;
        // Adapted to how fast answers come, within these bounds: a busy second is no death.
        options.MaxProbeTimeout = 2 * Probe;
        options.NumMissedProbesLimit = Misses;
        options.NumVotesForDeathDeclaration = Votes;
        options.TableRefreshTimeout = Refresh;
        options.IAmAliveTablePublishTimeout = Refresh;
    }

    /// <summary>How web nodes notice that a silo came or went.</summary>
    public static void Watch(GatewayOptions options) => options.GatewayListRefreshPeriod = Refresh;

    /// <summary>How long a silo waits for an answer.</summary>
    public static void Wait(SiloMessagingOptions options) => options.ResponseTimeout = AnswerOfSilo;

    /// <summary>How long a web node waits for an answer.</summary>
    public static void Wait(ClientMessagingOptions options) => options.ResponseTimeout = AnswerToWeb;

    /// <summary>Connections for the cluster, reminders or state: pools of their own, so that silos go on watching each other while grains
    /// queue for connections; bounded, as a server takes 100 by default.</summary>
    /// <param name="use">What for: <c>cluster</c>, <c>reminder</c> or <c>state</c>.</param>
    public string Pool(string use)
    {
        var settings = new NpgsqlConnectionStringBuilder(Connection) { ApplicationName = "portal-" + use };
        if (use != "state") settings.MaxPoolSize = 4;
        else if (!settings.ShouldSerialize("Maximum Pool Size")) settings.MaxPoolSize = StateConnections;
        return settings.ConnectionString;
    }
}
