using System.Collections.Concurrent;
using System.Globalization;
using Orleans;
using Orleans.Runtime;

namespace Portal.Grains.Embedded;

/// <summary>What a silo hosts: its grain classes by interface and by type, its observers, and the references to both.</summary>
internal sealed class GrainCatalog(EmbeddedSilo silo) : IGrainFactory
{
    private readonly Dictionary<Type, GrainKind> _kinds = [];
    private readonly Dictionary<string, GrainKind> _byType = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, (GrainKind Kind, ReferenceFactory New)> _byInterface = new();
    private readonly ConcurrentDictionary<string, Activation> _observers = new(StringComparer.Ordinal);
    private readonly GrainKind _observerKind = new(silo);
    private int _lastObserver;

    public IEnumerable<Activation> Activations => _kinds.Values.SelectMany(kind => kind.Activations);

    public IEnumerable<Activation> Observers => _observers.Select(pair => pair.Value);

    /// <summary>Adds the grain classes among some types.</summary>
    /// <exception cref="InvalidOperationException">Two classes have the same name: their state would be the same rows.</exception>
    public void Add(IEnumerable<Type> types)
    {
        foreach (var type in types.Distinct())
        {
            if (!type.IsClass || type.IsAbstract || !typeof(IGrain).IsAssignableFrom(type)) continue;
            var kind = _kinds[type] = new GrainKind(silo, type);
            if (_byType.TryAdd(kind.Type.ToString(), kind)) continue;
            var other = _byType[kind.Type.ToString()].Class;
            throw new InvalidOperationException($"{type} and {other} are both stored as '{kind.Type}': rename one.");
        }
    }

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(primaryKey);
        var (kind, make) = grainClassNamePrefix is null
            ? Of(typeof(TGrainInterface))
            : (KindOf(typeof(TGrainInterface), grainClassNamePrefix), Proxies.Of(typeof(TGrainInterface)));
        return (TGrainInterface)(object)make(silo, kind, primaryKey);
    }

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(grainPrimaryKey);
        var (kind, make) = Of(grainInterfaceType);
        return (IGrain)make(silo, kind, grainPrimaryKey);
    }

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => (TGrainInterface)Reference(typeof(TGrainInterface), grainId);

    /// <summary>A reference to a grain or observer of known identity.</summary>
    public object Reference(Type interfaceType, GrainId id)
    {
        if (id.IsClient()) return Proxies.Of(interfaceType)(silo, _observerKind, id.Key.ToString());
        if (!_byType.TryGetValue(id.Type.ToString(), out var kind))
            throw new ArgumentException($"There is no grain class for '{id.Type}'.", nameof(id));
        if (!interfaceType.IsAssignableFrom(kind.Class))
            throw new InvalidCastException($"{kind.Class} does not implement {interfaceType}.");
        return Proxies.Of(interfaceType)(silo, kind, id.Key.ToString());
    }

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        ArgumentNullException.ThrowIfNull(obj);
        if (obj is GrainReference) throw new ArgumentException("It is a reference already.", nameof(obj));
        if (obj is Grain) throw new ArgumentException("A grain is no observer: use AsReference.", nameof(obj));
        var key = Interlocked.Increment(ref _lastObserver).ToString(CultureInfo.InvariantCulture);
        _observers[key] = Activation.ForObserver(_observerKind, key, obj);
        return (TGrainObserverInterface)(object)Proxies.Of(typeof(TGrainObserverInterface))(silo, _observerKind, key);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not GrainReference { Kind.IsObserver: true } reference)
            throw new ArgumentException("Only a reference made by CreateObjectReference can be deleted.", nameof(obj));
        Forget(reference.Key);
    }

    /// <summary>The observer of that key.</summary>
    /// <exception cref="ClientNotAvailableException">It was deleted or collected.</exception>
    public Activation FindObserver(string key)
    {
        if (_observers.TryGetValue(key, out var observer) && observer.GrainInstance is not null) return observer;
        Forget(key);
        throw Gone(key);
    }

    /// <summary>Takes out the observers that nobody holds any longer.</summary>
    public void ForgetCollected()
    {
        foreach (var (key, observer) in _observers)
            if (observer.GrainInstance is null) Forget(key);
    }

    private static ClientNotAvailableException Gone(string key) => new($"The observer {key} is gone.");

    private void Forget(string key)
    {
        if (_observers.TryRemove(key, out var observer)) observer.Retire(Gone(key));
    }

    private (GrainKind Kind, ReferenceFactory New) Of(Type interfaceType) =>
        _byInterface.TryGetValue(interfaceType, out var found)
            ? found
            : _byInterface.GetOrAdd(interfaceType, type => (KindOf(type, ""), Proxies.Of(type)));

    private GrainKind KindOf(Type interfaceType, string prefix)
    {
        silo.RefuseUnlessStarted();
        var all = _kinds.Keys.Where(interfaceType.IsAssignableFrom)
            .Where(type => type.FullName!.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        return all.Length switch
        {
            1 => _kinds[all[0]],
            0 => throw new ArgumentException($"No grain class implements {interfaceType}."),
            _ => throw new ArgumentException($"{interfaceType} is implemented by {string.Join<Type>(", ", all)}: say which."),
        };
    }
}
