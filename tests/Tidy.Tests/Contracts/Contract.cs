using System.Reflection;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Orleans;
using Orleans.Runtime;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>What crosses between web, grains and storage, found from the grain interfaces and the grains' constructors.</summary>
internal static class Contract
{
    private static readonly Type[] Collections =
    [
        typeof(IReadOnlyList<>), typeof(IReadOnlyCollection<>), typeof(IReadOnlyDictionary<,>), typeof(IReadOnlySet<>), typeof(List<>),
        typeof(Dictionary<,>), typeof(HashSet<>),
        typeof(System.Collections.Immutable.ImmutableArray<>), typeof(System.Collections.Immutable.ImmutableList<>),
        typeof(System.Collections.Immutable.ImmutableDictionary<,>),
    ];

    private static readonly Type[] Plain =
    [
        typeof(string), typeof(bool), typeof(byte), typeof(short), typeof(int), typeof(long), typeof(double), typeof(decimal), typeof(uint),
        typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan), typeof(Guid), typeof(CancellationToken),
    ];

    /// <summary>All interfaces that calls go through: grains' and observers'.</summary>
    public static readonly IReadOnlyList<Type> Interfaces =
    [
        .. Portals.Assemblies.SelectMany(a => a.GetTypes()).Where(t => t.IsInterface && typeof(IAddressable).IsAssignableFrom(t)),
    ];

    /// <summary>The state types of all grains: what <c>IPersistentState</c> holds.</summary>
    public static readonly IReadOnlyList<Type> States =
    [
        .. Portals.Assemblies.SelectMany(a => a.GetTypes()).Where(t => t.IsClass && typeof(Grain).IsAssignableFrom(t))
            .SelectMany(t => t.GetConstructors()).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType)
            .Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(IPersistentState<>))
            .Select(t => t.GetGenericArguments()[0]).Distinct(),
    ];

    /// <summary>Our own types that cross a grain interface, with all that is in them and all cases of each.</summary>
    public static readonly IReadOnlyList<Type> Crossing = [.. Reach(Interfaces.SelectMany(Methods).SelectMany(Signature))];

    /// <summary>Our own types that are stored, with all that is in them.</summary>
    public static readonly IReadOnlyList<Type> Stored = [.. Reach(States)];

    /// <summary>The methods calls go through, inherited ones of our own interfaces included.</summary>
    public static IEnumerable<MethodInfo> Methods(Type type) =>
        type.GetMethods().Concat(type.GetInterfaces().Where(IsOurs).SelectMany(i => i.GetMethods()));

    /// <summary>The properties that are written: those with a setter or initialiser, declared here or in a base.</summary>
    public static IEnumerable<PropertyInfo> Members(Type type) => type
        .GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(p => p.GetSetMethod(nonPublic: true) is not null && p.GetIndexParameters().Length == 0);

    /// <summary>The cases of an abstract record: the types nested in it that derive from it.</summary>
    public static IEnumerable<Type> Cases(Type type) =>
        type.IsAbstract ? Nested(type).Where(t => t.IsSubclassOf(type)).SelectMany(Cases) : [type];

    /// <summary>The name on the wire of a type or method, its own and no inherited one; null when it has none.</summary>
    public static string? Alias(MemberInfo member) => member.GetCustomAttributes<AliasAttribute>(inherit: false).FirstOrDefault()?.Alias;

    /// <summary>Whether the type is one of ours.</summary>
    public static bool IsOurs(Type type) => type.Namespace?.StartsWith("Portal.", StringComparison.Ordinal) is true;

    /// <summary>Why a foreign type may not cross; null when it may.</summary>
    public static string? Refusal(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Refusal(inner);
        if (type.IsArray) return Refusal(type.GetElementType()!);
        if (IsOurs(type) || Plain.Contains(type) || typeof(IAddressable).IsAssignableFrom(type)) return null;
        if (!type.IsGenericType) return $"{type} is not known to survive";
        return Collections.Contains(type.GetGenericTypeDefinition())
            ? type.GetGenericArguments().Select(Refusal).FirstOrDefault(r => r is not null)
            : $"{type.Name} is not known to survive";
    }

    /// <summary>What a method takes and gives, without the task around it.</summary>
    public static IEnumerable<Type> Signature(MethodInfo method)
    {
        foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
        if (method.ReturnType.IsGenericType) yield return method.ReturnType.GetGenericArguments()[0];
    }

    /// <summary>Where a type is written, for the list of offences.</summary>
    public static Offence At(Type type, string why)
    {
        var name = type.Name.Split('`')[0];
        var place = Repository.Source.Where(f => f.Path.Contains("Grains", StringComparison.Ordinal)).Select(file => (
            File: file,
            Node: file.Nodes<BaseTypeDeclarationSyntax>().FirstOrDefault(n => n.Identifier.Text == name)));
        return place.FirstOrDefault(p => p.Node is not null) is ({ } found, { } node)
            ? found.At(node.Identifier, why)
            : new Offence(type.FullName!, 0, why);
    }

    private static Type[] Nested(Type type) => type.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic);

    private static HashSet<Type> Reach(IEnumerable<Type> start)
    {
        var found = new HashSet<Type>();
        var open = new Stack<Type>(start);
        while (open.TryPop(out var type))
        {
            if (Nullable.GetUnderlyingType(type) is { } inner) open.Push(inner);
            else if (type.IsArray) open.Push(type.GetElementType()!);
            else if (type.IsGenericType && !IsOurs(type)) Array.ForEach(type.GetGenericArguments(), open.Push);
            else if (IsOurs(type) && !type.IsInterface && found.Add(type))
            {
                foreach (var nested in type.IsAbstract ? Nested(type) : []) open.Push(nested);
                foreach (var member in Members(type)) open.Push(member.PropertyType);
            }
        }
        return found;
    }
}
