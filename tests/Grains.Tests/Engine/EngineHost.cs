using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Embedded;
using Portal.Storage;
using Portal.Tests;

namespace Portal.Grains.Tests.Engine;

/// <summary>A silo with the grains of these tests, on a manual clock and a private database, which outlive its silos.</summary>
public sealed class EngineHost : IAsyncDisposable
{
    private readonly bool _deterministic;
    private readonly Action<IServiceCollection>? _services;
    private readonly Action<EmbeddedGrainsOptions>? _options;
    private EmbeddedSilo? _silo;

    private EngineHost(bool deterministic, Action<IServiceCollection>? services, Action<EmbeddedGrainsOptions>? options)
    {
        _deterministic = deterministic;
        _services = services;
        _options = options;
    }

    public ManualTimeProvider Clock { get; } = new();

    public Database Database { get; } = Database.Open("sqlite::memory:");

    /// <summary>What grains wrote down, in order.</summary>
    public Journal Journal { get; } = new();

    public EmbeddedSilo Silo => _silo ?? throw new InvalidOperationException("No silo runs.");

    public static async Task<EngineHost> StartAsync(
        bool deterministic = true, Action<IServiceCollection>? services = null, Action<EmbeddedGrainsOptions>? options = null)
    {
        var host = new EngineHost(deterministic, services, options);
        await host.RestartAsync();
        return host;
    }

    public T Grain<T>(string key = "riverside/alice") where T : IGrainWithStringKey => Silo.GrainFactory.GetGrain<T>(key);

    /// <summary>A new silo over the same database; the one before is stopped, or was killed.</summary>
    public async Task RestartAsync()
    {
        if (_silo is not null) await _silo.DisposeAsync();
        var services = new ServiceCollection();
        services.AddSingleton(Database).AddSingleton<TimeProvider>(Clock).AddSingleton(Journal);
        _services?.Invoke(services);
        services.AddEmbeddedGrains(options =>
        {
            options.GrainClasses.AddRange(
                typeof(EngineHost).Assembly.GetTypes().Where(type => type.Namespace == typeof(EngineHost).Namespace && !type.IsNested));
            options.Deterministic = _deterministic;
            _options?.Invoke(options);
        });
        _silo = EmbeddedSilo.Build(services);
        await _silo.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _silo?.Kill();
        if (_silo is not null) await _silo.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>Notes of grains, in the order they were made, and gates to hold grains up.</summary>
public sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly List<string> _notes = [];
    private readonly Dictionary<string, TaskCompletionSource> _gates = [];

    public string All
    {
        get
        {
            lock (_lock) return string.Join(" ", _notes);
        }
    }

    public void Note(string note)
    {
        lock (_lock) _notes.Add(note);
    }

    /// <summary>Waits until the gate is opened.</summary>
    public Task At(string gate) => Gate(gate).Task;

    public void Open(string gate) => Gate(gate).TrySetResult();

    private TaskCompletionSource Gate(string name)
    {
        lock (_lock)
        {
            if (_gates.TryGetValue(name, out var gate)) return gate;
            return _gates[name] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
