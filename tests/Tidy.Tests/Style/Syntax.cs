using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>Questions the rules ask of syntax. They know names only, not types, which is enough for a house with one vocabulary.</summary>
internal static class Syntax
{
    /// <summary>Whether a declaration carries an attribute, written with or without its ending.</summary>
    public static bool Has(this MemberDeclarationSyntax declaration, string attribute) => declaration.Attribute(attribute) is not null;

    /// <summary>The attribute of that name, null when there is none.</summary>
    public static AttributeSyntax? Attribute(this MemberDeclarationSyntax declaration, string attribute) =>
        declaration.AttributeLists.SelectMany(list => list.Attributes).FirstOrDefault(a => Name(a) == attribute);

    /// <summary>Whether a type is one that the serializer is to know.</summary>
    public static bool IsSerialized(this TypeDeclarationSyntax type) => type.Has("GenerateSerializer");

    /// <summary>Whether an interface is a grain's: named <c>I…Grain</c> or derived from one of Orleans' grain interfaces.</summary>
    public static bool IsGrainInterface(this InterfaceDeclarationSyntax type) =>
        type.BaseList?.Types.Any(t => t.Type.ToString() is var name && name.StartsWith("IGrainWith", StringComparison.Ordinal)) is true
        || (type.Identifier.Text.StartsWith('I') && type.Identifier.Text.EndsWith("Grain", StringComparison.Ordinal));

    /// <summary>Whether the type and all it is nested in are public.</summary>
    public static bool IsPublic(this BaseTypeDeclarationSyntax type) =>
        type.Modifiers.Any(SyntaxKind.PublicKeyword)
        && type.Ancestors().OfType<BaseTypeDeclarationSyntax>().All(t => t.Modifiers.Any(SyntaxKind.PublicKeyword));

    private static string Name(AttributeSyntax attribute)
    {
        var name = attribute.Name switch
        {
            QualifiedNameSyntax qualified => qualified.Right.Identifier.Text,
            AliasQualifiedNameSyntax alias => alias.Name.Identifier.Text,
            SimpleNameSyntax simple => simple.Identifier.Text,
            _ => attribute.Name.ToString(),
        };
        return name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;
    }
}
