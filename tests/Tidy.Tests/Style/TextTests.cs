namespace Portal.Tidy.Tests.Style;

/// <summary>Every text file is UTF-8 without a mark, with LF endings, no tab and nothing trailing: diffs show only what changed.</summary>
public sealed class TextTests
{
    private static readonly string[] Folders = ["src", "tests", "docs", "deploy"];
    private static readonly string[] Endings =
        [".cs", ".razor", ".css", ".js", ".csproj", ".props", ".targets", ".json", ".md", ".yml", ".sql"];

    [Fact]
    public void Text_files_are_clean() => Offence.None(Folders.SelectMany(folder => Repository.Files(folder, Endings)).SelectMany(Check));

    private static IEnumerable<Offence> Check(string path)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Repository.Root, path));
        if (bytes.AsSpan().StartsWith("\uFEFF"u8)) yield return new Offence(path, 1, "begins with a byte order mark");
        if (bytes.Length > 0 && bytes[^1] != '\n') yield return new Offence(path, 1, "does not end with a line end");
        var number = 0;
        foreach (var line in System.Text.Encoding.UTF8.GetString(bytes).Split('\n'))
        {
            number++;
            if (line.EndsWith('\r')) yield return new Offence(path, number, "has a CR at its end");
            else if (line.Contains('\t')) yield return new Offence(path, number, "has a tab");
            else if (line.EndsWith(' ') && !path.EndsWith(".md", StringComparison.Ordinal))
                yield return new Offence(path, number, "has spaces at its end");
        }
    }
}
