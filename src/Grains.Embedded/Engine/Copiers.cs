using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace Portal.Grains.Embedded;

/// <summary>
/// Decides how values cross a grain interface, by the rules of Orleans' serializer: primitives, text, times and the like as they are; types
/// with <c>[GenerateSerializer]</c> member by member, only those with <c>[Id]</c>; arrays and the usual collections element by element. All
/// else is refused.
/// </summary>
internal static class Copiers
{
    private static readonly HashSet<Type> s_simple =
    [
        typeof(string), typeof(decimal), typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly),
        typeof(Guid), typeof(Uri), typeof(CancellationToken), typeof(Nothing), typeof(ValueTuple), typeof(TickStatus), typeof(GrainId),
    ];

    // What a collection interface becomes when the object behind it is not one of the known collections, as in Orleans.
    private static readonly Dictionary<Type, Type> s_interfaces = new()
    {
        [typeof(IEnumerable<>)] = typeof(List<>),
        [typeof(ICollection<>)] = typeof(List<>),
        [typeof(IList<>)] = typeof(List<>),
        [typeof(IReadOnlyCollection<>)] = typeof(List<>),
        [typeof(IReadOnlyList<>)] = typeof(List<>),
        [typeof(ISet<>)] = typeof(HashSet<>),
        [typeof(IReadOnlySet<>)] = typeof(HashSet<>),
        [typeof(IDictionary<,>)] = typeof(Dictionary<,>),
        [typeof(IReadOnlyDictionary<,>)] = typeof(Dictionary<,>),
    };

    private static readonly Dictionary<Type, string> s_copied = new()
    {
        [typeof(List<>)] = nameof(CopyList),
        [typeof(HashSet<>)] = nameof(CopySet),
        [typeof(Dictionary<,>)] = nameof(CopyDictionary),
        [typeof(Nullable<>)] = nameof(CopyNullable),
        [typeof(ImmutableArray<>)] = nameof(CopyImmutableArray),
        [typeof(KeyValuePair<,>)] = nameof(CopyPair),
    };

    private static readonly ConcurrentDictionary<Type, ICopier> s_byType = new();

    [ThreadStatic]
    private static bool t_copyAll;

    /// <summary>Copies even what might be shared, while <see cref="RoundTrip"/> runs on this thread.</summary>
    public static bool CopyAll
    {
        get => t_copyAll;
        set => t_copyAll = value;
    }

    /// <summary>The copier of a type known only at run time.</summary>
    public static ICopier Of(Type type) => s_byType.TryGetValue(type, out var copier)
        ? copier
        : s_byType.GetOrAdd(type, static type => (ICopier)Activator.CreateInstance(typeof(RuntimeCopier<>).MakeGenericType(type))!);

    /// <summary>Copies the values of a request context: the same dictionary when all of them may be shared.</summary>
    public static Dictionary<string, object> CopyValues(Dictionary<string, object> values)
    {
        foreach (var value in values.Values)
        {
            if (value is not null && !Of(value.GetType()).IsShared)
                return values.ToDictionary(pair => pair.Key, pair => Of(pair.Value.GetType()).CopyObject(pair.Value));
        }

        return values;
    }

    /// <summary>How to copy a type: null when values may be shared.</summary>
    /// <exception cref="NotSupportedException">
    /// The type, or that of a member, cannot cross a grain interface; the message names both.
    /// </exception>
    public static Delegate? Plan(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || s_simple.Contains(type)) return null;
        if (typeof(IAddressable).IsAssignableFrom(type)) return Build(nameof(ReferenceOnly), type);
        if (type.IsSZArray) return Build(nameof(CopyArray), type.GetElementType()!);
        if (type.IsGenericType && IsKnown(type.GetGenericTypeDefinition())) return PlanGeneric(type, type.GetGenericTypeDefinition());
        if (!type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)) throw Refusal(type);
        if (type.IsDefined(typeof(ImmutableAttribute), inherit: false)) return null;
        if (type.IsAbstract || type.IsInterface) return Build(nameof(CopyByRuntimeType), type);
        return MemberCopier.Build(type);
    }

    public static NotSupportedException Refusal(Type type) => new(
        $"{type} cannot cross a grain interface: it has no [GenerateSerializer] and is none of the types that are copied without "
        + "(primitives, enums, text, times, Guid, Uri, arrays, List, Dictionary, HashSet, their interfaces, ImmutableArray, Nullable, "
        + "tuples, grain references).");

    private static bool IsKnown(Type definition) =>
        s_copied.ContainsKey(definition) || s_interfaces.ContainsKey(definition) || IsTuple(definition);

    private static bool IsTuple(Type type) => type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal);

    private static Delegate? PlanGeneric(Type type, Type definition)
    {
        var arguments = type.GetGenericArguments();
        if (IsTuple(definition)) return MemberCopier.Build(type);
        if (s_interfaces.TryGetValue(definition, out var fallback))
            return Build(nameof(CopyCollection), type, fallback.MakeGenericType(arguments));
        // Of these the value itself never changes, only what is in it may.
        var isFrozen = definition == typeof(Nullable<>) || definition == typeof(ImmutableArray<>) || definition == typeof(KeyValuePair<,>);
        return isFrozen && arguments.All(part => Of(part).IsShared) ? null : Build(s_copied[definition], arguments);
    }

    private static Delegate Build(string method, params Type[] arguments)
    {
        var made = typeof(Copiers).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments);
        // Refuses elements that cannot cross now, not when the first one comes by.
        foreach (var argument in arguments) Of(argument).Check();
        return made.CreateDelegate(typeof(Func<,>).MakeGenericType(made.ReturnType, made.ReturnType));
    }

    private static T ReferenceOnly<T>(T value) where T : class => value is GrainReference
        ? value
        : throw new NotSupportedException(
            $"{value.GetType()} is an object, not a reference: pass this.AsReference<T>() for a grain, and for an observer what "
            + "CreateObjectReference<T>() made.");

    private static T CopyByRuntimeType<T>(T value) where T : class => (T)Of(value.GetType()).CopyObject(value);

    private static T[] CopyArray<T>(T[] value) => value.Length == 0 ? value
        : Copier<T>.IsShared ? (T[])value.Clone() : Array.ConvertAll(value, Copier<T>.Copy);

    private static List<T> CopyList<T>(List<T> value)
    {
        if (Copier<T>.IsShared) return [.. value];
        var copy = new List<T>(value.Count);
        foreach (var item in value) copy.Add(Copier<T>.Copy(item));
        return copy;
    }

    private static HashSet<T> CopySet<T>(HashSet<T> value) => Copier<T>.IsShared
        ? new HashSet<T>(value, value.Comparer)
        : new HashSet<T>(value.Select(Copier<T>.Copy), value.Comparer);

    private static Dictionary<TKey, TValue> CopyDictionary<TKey, TValue>(Dictionary<TKey, TValue> value) where TKey : notnull
    {
        if (Copier<TKey>.IsShared && Copier<TValue>.IsShared) return new Dictionary<TKey, TValue>(value, value.Comparer);
        var copy = new Dictionary<TKey, TValue>(value.Count, value.Comparer);
        foreach (var (key, item) in value) copy.Add(Copier<TKey>.Copy(key), Copier<TValue>.Copy(item));
        return copy;
    }

    private static T? CopyNullable<T>(T? value) where T : struct => value is { } some ? Copier<T>.Copy(some) : null;

    private static ImmutableArray<T> CopyImmutableArray<T>(ImmutableArray<T> value) =>
        value.IsDefault ? value : ImmutableArray.CreateRange(value, Copier<T>.Copy);

    private static KeyValuePair<TKey, TValue> CopyPair<TKey, TValue>(KeyValuePair<TKey, TValue> value) =>
        new(Copier<TKey>.Copy(value.Key), Copier<TValue>.Copy(value.Value));

    private static TInterface CopyCollection<TInterface, TFallback>(TInterface value) where TInterface : class
    {
        var type = value.GetType();
        var isCollection = type is
        {
            IsGenericType: true, IsNested: false, Namespace: "System.Collections.Generic" or "System.Collections.Immutable"
        };
        if (isCollection || type.IsSZArray) return (TInterface)Of(type).CopyObject(value);
        return (TInterface)Of(typeof(TFallback)).CopyObject(Activator.CreateInstance(typeof(TFallback), value)!);
    }
}

/// <summary>Copies values of a type known only at run time.</summary>
internal interface ICopier
{
    /// <summary>Values are not copied: they never change and lose nothing.</summary>
    bool IsShared { get; }

    /// <summary>Throws when the type cannot cross a grain interface.</summary>
    void Check();

    object CopyObject(object value);
}

internal sealed class RuntimeCopier<T> : ICopier
{
    public bool IsShared => Copier<T>.IsShared;

    public void Check() => Copier<T>.Check();

    public object CopyObject(object value) => Copier<T>.Copy((T)value)!;
}

/// <summary>Copies values of one type. Built at its first use and kept.</summary>
internal static class Copier<T>
{
    private static readonly Func<T, T>? s_copy;
    private static readonly NotSupportedException? s_refusal;

    static Copier()
    {
        try
        {
            s_copy = (Func<T, T>?)Copiers.Plan(typeof(T));
            IsShared = s_copy is null || (typeof(T).IsSealed && MemberCopier.IsImmutable(typeof(T)));
        }
        catch (NotSupportedException error)
        {
            s_refusal = error;
        }
    }

    /// <summary>Values are not copied. False while the copier of a type that contains itself is being built.</summary>
    public static bool IsShared { get; }

    public static void Check()
    {
        if (s_refusal is not null) throw new NotSupportedException(s_refusal.Message, s_refusal);
    }

    public static T Copy(T value)
    {
        if (value is null || (IsShared && (s_copy is null || !Copiers.CopyAll))) return value;
        Check();
        // A subclass is copied as what it is.
        if (!typeof(T).IsValueType && !typeof(T).IsSealed && !typeof(T).IsAbstract && value.GetType() != typeof(T))
            return (T)Copiers.Of(value.GetType()).CopyObject(value);
        return s_copy!(value);
    }
}
