namespace Portal.Tidy.Tests.Subset;

/// <summary>A type that other assemblies can see.</summary>
internal sealed record ApiType
{
    /// <summary>Full name; nested types after a slash.</summary>
    public required string Name { get; init; }

    public required bool IsInterface { get; init; }

    public required bool IsAbstract { get; init; }

    public required bool IsSealed { get; init; }

    /// <summary>Base type and interfaces, as written in this type alone.</summary>
    public required IReadOnlyList<string> Bases { get; init; }

    /// <summary>Visible methods, constructors, accessors and fields by signature.</summary>
    public required IReadOnlyDictionary<string, ApiMember> Members { get; init; }

    /// <summary>Properties that must be set by whoever makes an instance.</summary>
    public required IReadOnlySet<string> Required { get; init; }

    /// <summary>Generic parameters with their constraints.</summary>
    public required IReadOnlyList<string> Constraints { get; init; }

    /// <summary>Where an attribute may stand; null when this is none, or says nothing.</summary>
    public ApiUsage? Usage { get; init; }
}

/// <summary>What an attribute says of its own use.</summary>
internal sealed record ApiUsage(AttributeTargets Targets, bool AllowMultiple, bool Inherited);

/// <summary>A member that other assemblies can see.</summary>
internal sealed record ApiMember
{
    public required bool IsPublic { get; init; }

    public required bool IsVirtual { get; init; }

    public required bool IsAbstract { get; init; }

    public required bool IsObsolete { get; init; }

    /// <summary>Names of the parameters, with <c>= value</c> where they may be left out.</summary>
    public required IReadOnlyList<string> Parameters { get; init; }

    /// <summary>Generic parameters with their constraints.</summary>
    public required IReadOnlyList<string> Constraints { get; init; }

    /// <summary>Value of a constant; null when it is none.</summary>
    public string? Constant { get; init; }
}
