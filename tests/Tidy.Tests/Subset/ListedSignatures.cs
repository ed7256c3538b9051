using System.Collections.Immutable;

namespace Portal.Tidy.Tests.Subset;

/// <summary>The signatures of Orleans that no package at hand shows, one <c>type :: member</c> a line.</summary>
internal static class ListedSignatures
{
    /// <summary>All lines that are neither empty nor a remark.</summary>
    public static ImmutableHashSet<string> Read() => File.ReadLines(Path.Combine(Repository.Root, "tests/Tidy.Tests/Subset/listed.txt"))
        .Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#').ToImmutableHashSet(StringComparer.Ordinal);
}
