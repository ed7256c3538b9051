using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>Comments say why; git remembers what was there before, and the issue list what is to come.</summary>
public sealed partial class CommentTests
{
    // Written in two halves, or this file would be its own first offence.
    private static readonly string[] Notes = ["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X"];

    [Fact]
    public void Nothing_is_left_to_do_in_a_comment() => Offence.None(
        from path in Repository.Files("src", ".cs", ".razor", ".css", ".js", ".csproj", ".targets", ".sql")
            .Concat(Repository.Files("tests", ".cs", ".csproj"))
        from line in File.ReadLines(Path.Combine(Repository.Root, path)).Index()
        from note in Notes
        where Regex.IsMatch(line.Item, $@"\b{note}\b")
        select new Offence(path, line.Index + 1, $"{note}: do it, or open an issue"));

    [Fact]
    public void No_code_is_commented_out() => Offence.None(Repository.Source.Concat(Repository.Tests).SelectMany(DeadCode));

    [Fact]
    public void Every_public_type_is_documented() => Offence.None(Repository.Source.SelectMany(Undocumented));

    [Fact]
    public void Grains_never_leave_their_turn() => Offence.None(
        from file in Repository.Source
        where file.Path.StartsWith("src/Grains/", StringComparison.Ordinal)
        from name in file.Nodes<MemberAccessExpressionSyntax>()
        where name.Name.Identifier.Text == "ConfigureAwait"
        select file.At(name.Name, "ConfigureAwait in grain code: what follows would run outside the grain's turn"));

    [Theory]
    [InlineData("// var session = Find(id);", true)]
    [InlineData("// if (x)\n// {\n//     Stop();\n// }", true)]
    [InlineData("#if false\nint dead;\n#endif", true)]
    [InlineData("// Two patients never get the same slot; the ETag decides.", false)]
    [InlineData("// See security.md: guesses.", false)]
    [InlineData("// return is what they call it;", false)]
    public void Commented_out_code_is_told_from_prose(string comment, bool offence) =>
        Assert.Equal(offence, DeadCode(SourceFile.Of("src/A.cs", $"class A\n{{\n{comment}\n}}\n")).Any());

    [Theory]
    [InlineData("public class A;", true)]
    [InlineData("/// <summary>Of use.</summary>\npublic class A;", false)]
    [InlineData("/// <summary></summary>\npublic class A;", true)]
    [InlineData("internal class A { public class B; }", false)]
    public void A_public_type_without_a_docstring_is_found(string type, bool offence) =>
        Assert.Equal(offence, Undocumented(SourceFile.Of("src/A.cs", type)).Any());

    private static IEnumerable<Offence> Undocumented(SourceFile file) =>
        from member in file.Nodes<MemberDeclarationSyntax>()
        where member is BaseTypeDeclarationSyntax type ? type.IsPublic()
            : member is DelegateDeclarationSyntax d && d.Modifiers.Any(SyntaxKind.PublicKeyword)
        let text = string.Concat(member.GetLeadingTrivia().Where(t => t.HasStructure).Select(t => t.ToFullString()))
        where !Regex.IsMatch(text, @"<inheritdoc|<summary>[\s/]*[^\s/<]")
        let name = member is BaseTypeDeclarationSyntax named ? named.Identifier : ((DelegateDeclarationSyntax)member).Identifier
        where !IsPartialDocumentedElsewhere(file, member)
        select file.At(name, $"{name.Text} is public and says nothing of what it promises");

    // The parts of a partial type share one docstring.
    private static bool IsPartialDocumentedElsewhere(SourceFile file, MemberDeclarationSyntax member) =>
        member is TypeDeclarationSyntax type && type.Modifiers.Any(SyntaxKind.PartialKeyword)
        && Repository.Source.Where(other => other.Path != file.Path && other.Segments[..^1].SequenceEqual(file.Segments[..^1]))
            .SelectMany(other => other.Nodes<TypeDeclarationSyntax>())
            .Any(other => other.Identifier.Text == type.Identifier.Text && other.GetLeadingTrivia().Any(t => t.HasStructure));

    private static IEnumerable<Offence> DeadCode(SourceFile file)
    {
        foreach (var trivia in file.Syntax.DescendantTrivia(descendIntoTrivia: true))
        {
            if (trivia.GetStructure() is IfDirectiveTriviaSyntax { Condition: LiteralExpressionSyntax { Token.Text: "false" } })
                yield return file.At(trivia.GetLocation(), "#if false: delete it, git remembers");
            if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) && IsCode(trivia.ToString().TrimStart('/').Trim()))
                yield return file.At(trivia.GetLocation(), "commented-out code: delete it, git remembers");
        }
    }

    // A sentence may end in a semicolon but hardly parses; a call, an assignment, a declaration with a value or a lone brace does.
    private static bool IsCode(string comment)
    {
        if (comment is "}" or "{" or "});" or "};") return true;
        if (!comment.EndsWith(';') || !Codelike().IsMatch(comment)) return false;
        var statement = SyntaxFactory.ParseStatement(comment);
        return statement.FullSpan.Length == comment.Length && !statement.GetDiagnostics().Any(d => d.Severity == DiagnosticSeverity.Error);
    }

    [GeneratedRegex(@"[=()]|^(?:return|throw|await|using|break|continue)\b")]
    private static partial Regex Codelike();
}
