using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Portal.Storage;

namespace Portal.Grains.Embedded;

/// <summary>What the embedded engine hosts, where it stores, and its limits.</summary>
public sealed class EmbeddedGrainsOptions
{
    /// <summary>Where grain classes and interfaces are looked for. At least one.</summary>
    public List<Assembly> Assemblies { get; } = [];

    /// <summary>Grain classes hosted besides those of <see cref="Assemblies"/>; for tests that define a few of their own.</summary>
    public List<Type> GrainClasses { get; } = [];

    /// <summary>Where state and reminders are kept. Null, the default: the <see cref="Storage.Database"/> of the services.</summary>
    public Database? Database { get; set; }

    /// <summary>
    /// How state is written. Default: <see cref="JsonSerializerDefaults.General"/>; unknown fields are ignored, missing ones keep their
    /// defaults.
    /// </summary>
    public JsonSerializerOptions Json { get; set; } = new();

    /// <summary>
    /// An activation that was not used for this long goes away. Default 15 minutes, as in Orleans. Judged every <see
    /// cref="EmbeddedSilo.Tick"/>.
    /// </summary>
    public TimeSpan IdleTime { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// With more activations than this, those that were not used since the last <see cref="EmbeddedSilo.Tick"/> but one go away at once: a
    /// million reminders that come together wake a million grains. Default 100,000, some 300 MB.
    /// </summary>
    public int ActivationLimit { get; set; } = 100_000;

    /// <summary>
    /// A call not answered for this long fails with <see cref="TimeoutException"/>, its outcome unknown. Default 30 seconds, as in Orleans.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long stopping waits for running requests and for <c>OnDeactivateAsync</c>. Default 20 seconds.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Shorter periods of reminders are refused. Default 1 minute, as in Orleans.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// All turns run on one queue, on the thread that made the work, none on the thread pool: over an in-memory database the same scenario
    /// makes the same writes in the same order. For simulation. Default false.
    /// </summary>
    public bool Deterministic { get; set; }

    /// <summary>
    /// With <see cref="Deterministic"/>: picks the next turn among the ready ones at random from this seed. Null, the default: first come,
    /// first served.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>What was registered, to tell services that are the same for every grain.</summary>
    internal IServiceCollection? Services { get; init; }

    internal bool IsSingleton(Type type) => type == typeof(IGrainContext) || Services?.LastOrDefault(service => service.ServiceType == type
        || (type.IsGenericType && service.ServiceType == type.GetGenericTypeDefinition())) is { Lifetime: ServiceLifetime.Singleton };
}
