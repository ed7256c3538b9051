using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Portal.Tidy.Tests;

/// <summary>One C# file: its text and its syntax, parsed when first asked for.</summary>
internal sealed class SourceFile(string path, string fullPath)
{
    private readonly Lazy<CompilationUnitSyntax> _syntax = new(() =>
        CSharpSyntaxTree.ParseText(File.ReadAllText(fullPath), CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview))
            .GetCompilationUnitRoot());

    /// <summary>Relative to the root, with <c>/</c>.</summary>
    public string Path { get; } = path;

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; } = System.IO.Path.GetFileNameWithoutExtension(path);

    /// <summary>The parts of the path.</summary>
    public string[] Segments { get; } = path.Split('/');

    /// <summary>The syntax tree's root.</summary>
    public CompilationUnitSyntax Syntax => _syntax.Value;

    /// <summary>The lines without their endings.</summary>
    public TextLineCollection Lines => Syntax.SyntaxTree.GetText().Lines;

    /// <summary>A file of text given, for tests of the rules themselves.</summary>
    public static SourceFile Of(string path, string text)
    {
        var temporary = System.IO.Path.GetTempFileName();
        try
        {
            File.WriteAllText(temporary, text);
            var file = new SourceFile(path, temporary);
            _ = file.Syntax;
            return file;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>All nodes of a kind.</summary>
    public IEnumerable<T> Nodes<T>() where T : SyntaxNode => Syntax.DescendantNodes().OfType<T>();

    /// <summary>An offence at a node of this file.</summary>
    public Offence At(SyntaxNode node, string why) => At(node.GetLocation(), why);

    /// <summary>An offence at a token of this file.</summary>
    public Offence At(SyntaxToken token, string why) => At(token.GetLocation(), why);

    /// <summary>An offence at a line, counted from 1.</summary>
    public Offence At(int line, string why) => new(Path, line, why);

    /// <summary>An offence at a place of this file.</summary>
    public Offence At(Location location, string why) => new(Path, location.GetLineSpan().StartLinePosition.Line + 1, why);
}
