using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>Everything fits on a screen or two.</summary>
public sealed class SizeTests
{
    private const int LongestFile = 400;
    private const int LongestFunction = 70;
    private const int LongestLine = 140;
    private const int LargestStyleSheet = 20 * 1024;

    [Fact]
    public void Files_have_at_most_400_lines() => Offence.None(
        from path in Repository.Files("src", ".cs", ".razor", ".js").Concat(Repository.Files("tests", ".cs"))
        let lines = File.ReadLines(Path.Combine(Repository.Root, path)).Count()
        where lines > LongestFile
        select new Offence(path, lines, $"{lines} lines; {LongestFile} are the limit: split it by what it is about"));

    [Fact]
    public void Functions_have_at_most_70_lines() => Offence.None(Repository.Source.Concat(Repository.Tests).SelectMany(LongFunctions));

    [Fact]
    public void Lines_have_at_most_140_characters() => Offence.None(
        // Not of markup: a page's sentence in the middle of its tags reads worse in pieces.
        from path in Repository.Files("src", ".cs").Concat(Repository.Files("tests", ".cs"))
        from line in File.ReadLines(Path.Combine(Repository.Root, path)).Index()
        where line.Item.Length > LongestLine
        select new Offence(path, line.Index + 1, $"{line.Item.Length} characters; {LongestLine} are the limit"));

    [Fact]
    public void There_is_one_style_sheet_for_everybody_and_one_for_staff_each_under_20_KB()
    {
        // Third-party sheets come out of packages and are no files of ours.
        var sheets = Repository.Files("src/Web", ".css").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(["src/Web/wwwroot/portal.css", "src/Web/wwwroot/staff.css"], sheets);
        Offence.None(
            from path in sheets
            let size = new FileInfo(Path.Combine(Repository.Root, path)).Length
            where size >= LargestStyleSheet
            select new Offence(path, 1, $"{size} bytes; under {LargestStyleSheet} is the rule"));
    }

    [Fact]
    public void A_long_function_is_found()
    {
        var body = string.Concat(Enumerable.Repeat("i++;\n", LongestFunction));
        Assert.NotEmpty(LongFunctions(SourceFile.Of("src/A.cs", $"class A {{\nvoid B(int i)\n{{\n{body}}}\n}}")));
    }

    private static IEnumerable<Offence> LongFunctions(SourceFile file) =>
        from node in file.Syntax.DescendantNodes()
        where node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
        let span = node.GetLocation().GetLineSpan()
        let lines = span.EndLinePosition.Line - span.StartLinePosition.Line + 1
        where lines > LongestFunction
        select file.At(node, $"A function of {lines} lines; {LongestFunction} are the limit");
}
