namespace Portal.Silo.Tests.Shared;

/// <summary>The files of this repository.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["bin", "obj"];
    private static readonly string Root = FindRoot();

    /// <summary>Where a file is.</summary>
    public static string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>The files under a folder, generated ones left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(Generated.Contains)).Order(StringComparer.Ordinal);

    /// <summary>The built executable that belongs to this test run: the same engine, the same configuration.</summary>
    public static string Executable
    {
        get
        {
            const string Tests = "tests/Silo.Tests/";
            var here = AppContext.BaseDirectory.Replace('\\', '/');
            var at = here.LastIndexOf(Tests, StringComparison.Ordinal);
            return Path.Combine(here[..at], "src/Silo", here[(at + Tests.Length)..], "Portal.Silo.dll");
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Portal.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("No Portal.sln above " + AppContext.BaseDirectory);
    }
}
