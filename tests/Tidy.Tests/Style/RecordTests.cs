using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>
/// What is stored or sent is a record of init properties with numbers of their own: a member can be added, and the order changed,
/// without an old silo or an old row misreading it. A positional record numbers by position: one more parameter renumbers the rest.
/// </summary>
public sealed class RecordTests
{
    [Fact]
    public void Records_that_are_stored_or_sent_are_never_positional() => Offence.None(Repository.Source.SelectMany(Positional));

    [Fact]
    public void Types_that_are_stored_or_sent_have_an_alias() => Offence.None(
        from file in Repository.Source
        from type in file.Nodes<TypeDeclarationSyntax>()
        where type.IsSerialized() && !type.Has("Alias")
        select file.At(type.Identifier, $"{type.Identifier.Text} has no [Alias]: a new name would not read what the old one wrote"));

    [Fact]
    public void Members_that_are_stored_or_sent_have_a_number_of_their_own() => Offence.None(Repository.Source.SelectMany(Numbers));

    [Fact]
    public void State_is_never_mutable() => Offence.None(
        from file in Repository.Source
        from type in file.Nodes<TypeDeclarationSyntax>()
        where type.IsSerialized()
        from property in type.Members.OfType<PropertyDeclarationSyntax>()
        from accessor in property.AccessorList?.Accessors ?? []
        where accessor.IsKind(SyntaxKind.SetAccessorDeclaration)
        select file.At(property.Identifier, $"{property.Identifier.Text} has set, not init: a state is replaced whole"));

    [Theory]
    [InlineData("[GenerateSerializer, Alias(\"a\")] public sealed record A([property: Id(0)] int B);", true)]
    [InlineData("public sealed record AState(int B);", true)]
    [InlineData("[GenerateSerializer, Alias(\"a\")] public sealed record A { [Id(0)] public int B { get; init; } }", false)]
    public void A_positional_record_is_found(string record, bool offence) =>
        Assert.Equal(offence, Positional(SourceFile.Of("src/A.cs", record)).Any());

    [Theory]
    [InlineData("public int B { get; init; }", true)]
    [InlineData("[Id(0)] public int B { get; init; } [Id(0)] public int C { get; init; }", true)]
    [InlineData("[Id(0)] public int B { get; init; } public int C => B + 1; public static int D { get; }", false)]
    public void A_member_without_a_number_of_its_own_is_found(string members, bool offence) =>
        Assert.Equal(offence, Numbers(SourceFile.Of("src/A.cs", $"[GenerateSerializer] record A {{ {members} }}")).Any());

    private static IEnumerable<Offence> Positional(SourceFile file) => file.Nodes<RecordDeclarationSyntax>()
        .Where(record => record.ParameterList is { Parameters.Count: > 0 }
            && (record.IsSerialized() || record.Identifier.Text.EndsWith("State", StringComparison.Ordinal)))
        .Select(record => file.At(record.Identifier, $"{record.Identifier.Text} is positional: write init properties with [Id(n)]"));

    private static IEnumerable<Offence> Numbers(SourceFile file)
    {
        foreach (var type in file.Nodes<TypeDeclarationSyntax>().Where(Syntax.IsSerialized))
        {
            var taken = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in type.Members.OfType<PropertyDeclarationSyntax>().Where(IsStored))
            {
                var name = $"{type.Identifier.Text}.{property.Identifier.Text}";
                var number = property.Attribute("Id")?.ArgumentList?.Arguments[0].ToString();
                if (number is null)
                    yield return file.At(property.Identifier, $"{name} has no [Id(n)]: it is lost in a call");
                else if (!taken.TryAdd(number, name))
                    yield return file.At(property.Identifier, $"{name} has the number of {taken[number]}");
            }
        }
    }

    // A computed or static property is not stored; neither is one that is told not to be.
    private static bool IsStored(PropertyDeclarationSyntax property) =>
        property.ExpressionBody is null && !property.Modifiers.Any(SyntaxKind.StaticKeyword) && !property.Has("NonSerialized")
        && property.AccessorList is { Accessors: var accessors }
        && (accessors.Any(SyntaxKind.InitAccessorDeclaration) || accessors.Any(SyntaxKind.SetAccessorDeclaration));
}
