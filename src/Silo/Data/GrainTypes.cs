using System.Reflection;
using Orleans.Runtime;
using Portal.Grains.Shared;

namespace Portal.Silo.Data;

/// <summary>
/// Which grain a state belongs to. The embedded engine files a state under the grain's type and the state's name; Orleans' storage under
/// the state's name alone, so that a name belongs to one grain class only.
/// </summary>
public static class GrainTypes
{
    private const string Suffix = "Grain";

    /// <summary>The grain type of each state name, e.g. <c>credential</c> → <c>credential</c>.</summary>
    public static IReadOnlyDictionary<string, string> OfState { get; } = Find();

    private static Dictionary<string, string> Find()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var classes = typeof(PortalGrain).Assembly.GetTypes().Where(type => !type.IsAbstract && typeof(PortalGrain).IsAssignableFrom(type));
        foreach (var type in classes)
        {
            // As Orleans and the embedded engine name a class.
            var name = type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name[..^Suffix.Length] : type.Name;
            foreach (var state in type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
                .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()).OfType<PersistentStateAttribute>())
                found.Add(state.StateName, name.ToLowerInvariant());
        }

        return found;
    }
}
