using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Portal.Grains.Embedded;

/// <summary>A grain class as one silo hosts it: its attributes, how to make one, and where its activations are.</summary>
internal sealed class GrainKind
{
    private readonly ConcurrentDictionary<(Type, MethodInfo), MethodInfo> _implementations = new();
    private readonly ConcurrentDictionary<string, Activation> _activations = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WorkerPool> _pools = new(StringComparer.Ordinal);
    private readonly ConstructorInfo? _constructor;
    private readonly Func<Activation, IServiceProvider, object?>[] _arguments = [];

    /// <summary>The kind of observers, which have no class of the engine's.</summary>
    public GrainKind(EmbeddedSilo silo)
    {
        Silo = silo;
        IsObserver = true;
        Name = "Observer";
        Type = GrainType.Create(GrainTypePrefix.ClientPrefix);
    }

    public GrainKind(EmbeddedSilo silo, Type type)
    {
        Silo = silo;
        Class = type;
        Name = type.Name.EndsWith("Grain", StringComparison.Ordinal) && type.Name.Length > 5 ? type.Name[..^5] : type.Name;
        Type = GrainType.Create(Name.ToLowerInvariant());
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        KeepsAlive = type.IsDefined(typeof(KeepAliveAttribute));
        MaxWorkers = type.GetCustomAttribute<StatelessWorkerAttribute>()?.MaxLocalWorkers ?? 0;
        _constructor = ConstructorOf(type);
        var parameters = _constructor.GetParameters();
        _arguments = [.. parameters.Select(ArgumentOf)];
        NeedsScope = parameters.Any(
            parameter => !parameter.IsDefined(typeof(PersistentStateAttribute)) && !silo.Options.IsSingleton(parameter.ParameterType));
    }

    public EmbeddedSilo Silo { get; }

    /// <summary>The grain class; null for observers.</summary>
    public Type? Class { get; }

    /// <summary>As Orleans names it: the class name without "Grain", in lower case.</summary>
    public GrainType Type { get; }

    /// <summary>The same with its capitals, e.g. in the points of writes.</summary>
    public string Name { get; }

    public bool IsObserver { get; }

    public bool IsReentrant { get; }

    public bool KeepsAlive { get; }

    /// <summary>Activations of one key at most; 0 for grains that are not stateless workers and have one.</summary>
    public int MaxWorkers { get; }

    /// <summary>Something in the constructor is not a singleton, so that each activation needs a scope of its own.</summary>
    public bool NeedsScope { get; }

    public IEnumerable<Activation> Activations =>
        MaxWorkers == 0 ? _activations.Select(pair => pair.Value) : _pools.SelectMany(pair => pair.Value.Members);

    /// <summary>The activation a call goes to, made if there is none.</summary>
    public Activation Find(string key)
    {
        if (MaxWorkers > 0) return _pools.GetOrAdd(key, static (key, kind) => new WorkerPool(kind, key), this).Choose();
        return _activations.TryGetValue(key, out var activation)
            ? activation
            : _activations.GetOrAdd(key, static (key, kind) => new Activation(kind, key), this);
    }

    /// <summary>Takes an activation that has gone out of the directory.</summary>
    public void Remove(Activation activation)
    {
        if (MaxWorkers == 0) _activations.TryRemove(KeyValuePair.Create(activation.Key, activation));
        else if (_pools.TryGetValue(activation.Key, out var pool)) pool.Remove(activation);
    }

    /// <summary>Makes the grain object.</summary>
    /// <param name="activation">Whose it is; also gives the parts of its state.</param>
    /// <param name="services">For the other parameters of the constructor.</param>
    public object Create(Activation activation, IServiceProvider services)
    {
        var arguments = Array.ConvertAll(_arguments, argument => argument(activation, services));
        return _constructor!.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    /// <summary>The method of a class behind a method of an interface.</summary>
    public MethodInfo Implementation(Type type, MethodInfo method) => _implementations.GetOrAdd((type, method), static pair =>
    {
        var map = pair.Item1.GetInterfaceMap(pair.Item2.DeclaringType!);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, pair.Item2)];
    });

    private static ConstructorInfo ConstructorOf(Type type)
    {
        var all = type.GetConstructors();
        return all.FirstOrDefault(made => made.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? all.MaxBy(made => made.GetParameters().Length)
            ?? throw new InvalidOperationException($"{type} has no public constructor.");
    }

    private static Func<Activation, IServiceProvider, object?> ArgumentOf(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (parameter.GetCustomAttribute<PersistentStateAttribute>() is { } state)
        {
            if (!type.IsGenericType || type.GetGenericTypeDefinition() != typeof(IPersistentState<>))
                throw new InvalidOperationException($"{parameter.Member.DeclaringType}: {parameter.Name} has to be IPersistentState<T>.");
            var stored = typeof(StoredState<>).MakeGenericType(type.GetGenericArguments()).GetConstructors().Single();
            return (activation, _) => activation.AddState((IStoredState)stored.Invoke([activation, state.StateName]));
        }

        if (type == typeof(IGrainContext)) return (activation, _) => activation;
        return (_, services) => services.GetService(type)
            ?? (parameter.HasDefaultValue ? parameter.DefaultValue : services.GetRequiredService(type));
    }
}

/// <summary>The activations of one key of a stateless worker.</summary>
internal sealed class WorkerPool(GrainKind kind, string key)
{
    private readonly Lock _lock = new();

    /// <summary>Replaced as a whole when it changes.</summary>
    public Activation[] Members { get; private set; } = [];

    /// <summary>An idle activation, else a new one, else the one with the least to do.</summary>
    public Activation Choose()
    {
        lock (_lock)
        {
            if (Members.MinBy(member => member.Load) is { } best && (best.Load == 0 || Members.Length == kind.MaxWorkers)) return best;
            var made = new Activation(kind, key);
            Members = [.. Members, made];
            return made;
        }
    }

    public void Remove(Activation activation)
    {
        lock (_lock) Members = [.. Members.Where(member => member != activation)];
    }
}
