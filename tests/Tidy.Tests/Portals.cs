using System.Reflection;

namespace Portal.Tidy.Tests;

/// <summary>The product's own assemblies.</summary>
internal static class Portals
{
    /// <summary>Contracts and grains.</summary>
    public static readonly IReadOnlyList<Assembly> Assemblies =
        [Assembly.Load("Portal.Grains.Abstractions"), Assembly.Load("Portal.Grains")];
}
