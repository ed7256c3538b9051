using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;

namespace Portal.Grains.Embedded;

/// <summary>The embedded engine: hosts grains in this process, one process on one database.</summary>
public sealed class EmbeddedSilo : IAsyncDisposable
{
    /// <summary>How often idle activations and unanswered calls are looked for.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromSeconds(10);

    /// <summary>Made by <see cref="EmbeddedGrainsServices.AddEmbeddedGrains"/>, or with services of a test's own.</summary>
    public EmbeddedSilo(IServiceProvider services, EmbeddedGrainsOptions options)
    {
        Services = services;
        _ = options;
    }

    /// <summary>The services grains are made with.</summary>
    public IServiceProvider Services { get; }

    /// <summary>References to the grains it hosts.</summary>
    public IGrainFactory GrainFactory => throw Activation.NotYet;

    /// <summary>Activations in memory.</summary>
    public int ActivationCount => throw Activation.NotYet;

    internal Reminders Reminders => throw Activation.NotYet;

    /// <summary>A silo of its own over <paramref name="services"/>, which <c>AddEmbeddedGrains</c> was called on; disposing it disposes them. For tests.</summary>
    public static EmbeddedSilo Build(IServiceCollection services) => throw Activation.NotYet;

    /// <summary>Migrates the tables, takes the process lock and starts reminders.</summary>
    public Task StartAsync(CancellationToken ct = default) => throw Activation.NotYet;

    /// <summary>Refuses new calls from outside, finishes those it has, deactivates all grains. Bounded by <see cref="EmbeddedGrainsOptions.StopTimeout"/>.</summary>
    public Task StopAsync(CancellationToken ct = default) => throw Activation.NotYet;

    /// <summary>Drops everything in memory at once, as if the process had died. Calls from outside that wait fail with <see cref="SiloUnavailableException"/>.</summary>
    public void Kill() => throw Activation.NotYet;

    /// <summary>Deterministic only: runs a scenario on the turn queue, so that calls it starts without awaiting interleave with one another.</summary>
    public Task RunAsync(Func<Task> scenario) => throw Activation.NotYet;

    /// <summary>Deterministic only: runs turns until none is ready.</summary>
    public Task RunUntilIdleAsync() => throw Activation.NotYet;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw Activation.NotYet;

    internal object Reference(Type interfaceType, GrainId id) => throw Activation.NotYet;
}
