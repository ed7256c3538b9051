using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Portal.Tidy.Tests.Contracts;

/// <summary>The journey of a value through Orleans' serializer: to bytes and back, as between two silos.</summary>
internal static class RoundTrips
{
    private static readonly Serializer Serializer =
        new ServiceCollection().AddSerializer(Add).BuildServiceProvider().GetRequiredService<Serializer>();

    public static object Call(object value) => Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(value))!;

    private static void Add(ISerializerBuilder builder)
    {
        foreach (var assembly in Portals.Assemblies) builder.AddAssembly(assembly);
    }
}
