using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>No log line holds a code, a token, a password, a name, an address or a number of a person.</summary>
public sealed partial class LogTests
{
    [Fact]
    public void Log_templates_name_nothing_personal() => Offence.None(Repository.Source.SelectMany(Check));

    [Theory]
    [InlineData("log.LogInformation(\"Sent to {Email}\", email);", true)]
    [InlineData("_logger.LogWarning(e, \"Refused {PatientName}\", name);", true)]
    [InlineData("log.LogInformation(\"Code {OneTimeCode}\", code);", true)]
    [InlineData("log.LogInformation($\"Patient {id}\");", true)]
    [InlineData("log.LogWarning(error, \"{Call} failed\", $\"{kind.Name}.{method}\");", false)]
    [InlineData("log.LogInformation(\"Answered {StatusCode} in {Elapsed} ms, {TokenCount} tokens\", 1, 2, 3);", false)]
    public void Personal_data_in_a_template_is_found(string statement, bool offence) =>
        Assert.Equal(offence, Check(SourceFile.Of("src/A.cs", $"class A {{ void B() {{ {statement} }} }}")).Any());

    [Fact]
    public void Personal_data_in_a_generated_template_is_found() => Assert.NotEmpty(Check(SourceFile.Of("src/A.cs", """
        partial class A { [LoggerMessage(1, LogLevel.Information, "Sent {Password}")] partial void Sent(string password); }
        """)));

    private static IEnumerable<Offence> Check(SourceFile file) =>
        from expression in LogArguments(file).Concat(LogAttributeArguments(file))
        from why in Why(expression)
        select file.At(expression, why);

    // The template is the first text among the arguments; what fills it is judged by the name of its hole.
    private static IEnumerable<ExpressionSyntax> LogArguments(SourceFile file) =>
        file.Nodes<InvocationExpressionSyntax>().Where(IsLogCall)
            .Select(call => call.ArgumentList.Arguments.Select(a => a.Expression).FirstOrDefault(IsText)).OfType<ExpressionSyntax>();

    private static bool IsText(ExpressionSyntax expression) =>
        expression is InterpolatedStringExpressionSyntax or BinaryExpressionSyntax || expression.IsKind(SyntaxKind.StringLiteralExpression);

    private static IEnumerable<ExpressionSyntax> LogAttributeArguments(SourceFile file) =>
        file.Nodes<AttributeSyntax>().Where(attribute => attribute.Name.ToString().Contains("LoggerMessage"))
            .SelectMany(attribute => attribute.ArgumentList?.Arguments ?? []).Select(a => a.Expression);

    private static bool IsLogCall(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: var name }
        && name is "Log" or "LogTrace" or "LogDebug" or "LogInformation" or "LogWarning" or "LogError" or "LogCritical" or "BeginScope";

    private static IEnumerable<string> Why(ExpressionSyntax expression)
    {
        if (expression is InterpolatedStringExpressionSyntax)
        {
            yield return "An interpolated log line: write a template, so that what goes in has a name that can be judged";
            yield break;
        }
        foreach (Match hole in Hole().Matches(expression.ToString()))
        {
            var name = hole.Groups["name"].Value;
            if (Personal().IsMatch(name)) yield return $"{{{name}}} in a log line: log an id or a count instead";
        }
    }

    [GeneratedRegex(@"\{@?(?<name>[A-Za-z]\w*)[^}]*\}")]
    private static partial Regex Hole();

    // The last words of a placeholder: {StatusCode}, {TypeName} and {TokenCount} are no secrets.
    [GeneratedRegex("(?:Email|Mail|Mobile|Phone|Password|Secret|Token|Totp|Credential|Cookie|Address|BirthDate|DateOfBirth"
        + "|Postcode|PostalCode|Username|Recipient|Text|Body|Subject|^Name"
        + "|(?:Patient|Staff|First|Last|Full|Display|Person|Caregiver|User)Name"
        + "|^Code|(?:OneTime|Verification|Access|Recovery|Sms|Mail)Code)$", RegexOptions.IgnoreCase)]
    private static partial Regex Personal();
}
