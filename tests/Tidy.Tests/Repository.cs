using System.Collections.Immutable;

namespace Portal.Tidy.Tests;

/// <summary>The files of this repository as they lie on disk, generated ones left out.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj", "node_modules", "TestResults", "_framework", ".git", ".vs", ".idea"];

    /// <summary>The folder of <c>Portal.sln</c>, with a slash at its end.</summary>
    public static readonly string Root = FindRoot();

    /// <summary>All C# files under <c>src</c>.</summary>
    public static readonly ImmutableArray<SourceFile> Source = Load("src");

    /// <summary>All C# files under <c>tests</c>.</summary>
    public static readonly ImmutableArray<SourceFile> Tests = Load("tests");

    /// <summary>Paths with <c>/</c> relative to the root of the files under a folder with one of the endings, in order.</summary>
    public static IEnumerable<string> Files(string folder, params string[] endings)
    {
        var start = Path.Combine(Root, folder);
        return Directory.Exists(start)
            ? Walk(start).Where(path => endings.Any(path.EndsWith)).Select(path => path[Root.Length..].Replace('\\', '/'))
                .Order(StringComparer.Ordinal)
            : [];
    }

    /// <summary>Names of the folders directly under one.</summary>
    public static IEnumerable<string> Folders(string folder)
    {
        var start = new DirectoryInfo(Path.Combine(Root, folder));
        return start.Exists
            ? start.GetDirectories().Select(d => d.Name).Where(name => !Generated.Contains(name)).Order(StringComparer.Ordinal)
            : [];
    }

    private static IEnumerable<string> Walk(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder).Where(d => !Generated.Contains(Path.GetFileName(d))).SelectMany(Walk));

    private static ImmutableArray<SourceFile> Load(string folder) =>
        [.. Files(folder, ".cs").Select(path => new SourceFile(path, Path.Combine(Root, path)))];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Portal.sln"))) return folder.FullName + Path.DirectorySeparatorChar;
        }
        throw new InvalidOperationException("No Portal.sln above " + AppContext.BaseDirectory);
    }
}
