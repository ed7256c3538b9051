using System.Collections;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>Instances with every member set to something of its own, the same at every run.</summary>
internal static class Samples
{
    // Deep enough for every contract; a type that holds itself ends here.
    private const int Depth = 6;

    /// <summary>Every case of a type, filled.</summary>
    public static IEnumerable<object> Of(Type type)
    {
        var seed = 0;
        return Contract.Cases(type).Select(t => Fill(t, ref seed, 0)).OfType<object>();
    }

    /// <summary>An instance as its constructor leaves it.</summary>
    public static object Empty(Type type) => type.GetConstructor([]) is { } constructor
        ? constructor.Invoke(null)
        : RuntimeHelpers.GetUninitializedObject(type);

    /// <summary>An instance written out member by member: equal texts mean equal values, whatever kind of collection holds them.</summary>
    public static string Describe(object? value)
    {
        var text = new StringBuilder();
        Describe(value, text);
        return text.ToString();
    }

    private static object? Fill(Type type, ref int seed, int depth)
    {
        seed++;
        if (Nullable.GetUnderlyingType(type) is { } inner) return Fill(inner, ref seed, depth);
        if (Plain(type, seed) is { } plain) return plain;
        if (type.IsEnum) return Enum.GetValues(type) is var values ? values.GetValue(seed % values.Length) : null;
        if (depth > Depth) return type.IsArray ? Array.CreateInstance(type.GetElementType()!, 0) : null;
        if (type.IsArray || (type.IsGenericType && typeof(IEnumerable).IsAssignableFrom(type))) return Collection(type, ref seed, depth);
        if (!Contract.IsOurs(type) || type.IsInterface) return null;
        if (type.IsAbstract) return Contract.Cases(type).ToList() is var cases ? Fill(cases[seed % cases.Count], ref seed, depth) : null;
        var made = Empty(type);
        foreach (var member in Contract.Members(type)) member.SetValue(made, Fill(member.PropertyType, ref seed, depth + 1));
        return made;
    }

    private static object? Plain(Type type, int seed) => type switch
    {
        _ when type == typeof(string) => $"text {seed} ümlaut",
        _ when type == typeof(bool) => true,
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.FromHours(seed % 5)).AddDays(seed),
        _ when type == typeof(DateOnly) => DateOnly.FromDayNumber(730_000 + seed),
        _ when type == typeof(TimeOnly) => new TimeOnly(seed % 24, 30),
        _ when type == typeof(TimeSpan) => TimeSpan.FromMinutes(seed),
        _ when type == typeof(Guid) => new Guid(seed, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
        _ when type == typeof(decimal) => seed + 0.25m,
        _ when type.IsPrimitive => Convert.ChangeType(seed % 100, type, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static object Collection(Type type, ref int seed, int depth)
    {
        var arguments = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(arguments[^1]))!;
        for (var i = 0; i < 2; i++) list.Add(Fill(arguments[^1], ref seed, depth + 1));
        if (arguments.Length == 2)
        {
            var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(arguments))!;
            foreach (var value in list) map.Add(Fill(arguments[0], ref seed, depth + 1)!, value);
            return type.IsInstanceOfType(map) ? map : Immutable(type, "ToImmutableDictionary", map);
        }
        if (type.IsInstanceOfType(list)) return list;
        var array = Array.CreateInstance(arguments[0], list.Count);
        list.CopyTo(array, 0);
        if (type.IsInstanceOfType(array)) return array;
        var set = Activator.CreateInstance(typeof(HashSet<>).MakeGenericType(arguments), list)!;
        if (type.IsInstanceOfType(set)) return set;
        var isArray = type.Name.StartsWith("ImmutableArray", StringComparison.Ordinal);
        return Immutable(type, isArray ? "ToImmutableArray" : "ToImmutableList", list);
    }

    // The extension that takes nothing but the source.
    private static object Immutable(Type type, string maker, object source)
    {
        var home = type.Assembly.GetType(type.Namespace + "." + type.Name.Split('`')[0])!;
        var method = home.GetMethods().First(m => m.Name == maker && m.GetParameters() is [{ ParameterType.Name: "IEnumerable`1" }]);
        return method.MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [source])!;
    }

    private static void Describe(object? value, StringBuilder text)
    {
        switch (value)
        {
            case null:
                text.Append("null");
                break;
            case string or DateTimeOffset or DateOnly or TimeOnly or TimeSpan or Guid or decimal or Enum:
            case var plain when plain.GetType().IsPrimitive:
                text.Append(value is DateTimeOffset at ? at.ToString("O") : Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
            case IDictionary map:
                foreach (DictionaryEntry entry in map)
                {
                    Describe(entry.Key, text.Append('['));
                    Describe(entry.Value, text.Append("] = "));
                }
                break;
            case IEnumerable items:
                text.Append('[');
                foreach (var item in items) Describe(item, text.Append(' '));
                text.Append(" ]");
                break;
            default:
                text.Append(value.GetType().Name).Append(" {");
                foreach (var member in Contract.Members(value.GetType()))
                    Describe(member.GetValue(value), text.Append(' ').Append(member.Name).Append(": "));
                text.Append(" }");
                break;
        }
    }
}
