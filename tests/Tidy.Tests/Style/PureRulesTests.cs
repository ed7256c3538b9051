using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Portal.Tidy.Tests.Style;

/// <summary>
/// A rule file, <c>src/Grains/&lt;Feature&gt;/&lt;Noun&gt;.cs</c>, is a function of state, command and now: it waits for nothing,
/// asks no clock and stores nothing, so that every rule can be tested as a table and moved to any host.
/// </summary>
public sealed class PureRulesTests
{
    // Files of a feature that do rather than decide, by the end of their name.
    private static readonly string[] Doers =
    [
        "Grain", "Table", "Tables", "Directory", "Filter", "Worker", "Sweeper", "Sender", "Client", "Gateway", "Outbox", "Dispatcher",
        "Hashing", "Generator", "Services", "Search", "Mailbox",
    ];

    private static readonly Dictionary<string, string> Banned = new(StringComparer.Ordinal)
    {
        ["Task"] = "A rule waits for nothing",
        ["ValueTask"] = "A rule waits for nothing",
        ["TimeProvider"] = "A rule is told the time, as a parameter 'now'",
        ["Database"] = "A rule stores nothing",
        ["DbConnection"] = "A rule stores nothing",
        ["IPersistentState"] = "A rule stores nothing: the grain does",
        ["IGrainFactory"] = "A rule calls no grain",
        ["GrainFactory"] = "A rule calls no grain",
        ["ILogger"] = "A rule logs nothing: it answers",
        ["HttpClient"] = "A rule talks to nobody",
        ["UtcNow"] = "A rule is told the time, as a parameter 'now'",
        ["Now"] = "A rule is told the time, as a parameter 'now'",
    };

    [Fact]
    public void Rule_files_wait_for_nothing_ask_no_clock_and_store_nothing() =>
        Offence.None(Repository.Source.Where(IsRuleFile).SelectMany(Check));

    [Theory]
    [InlineData("public static Task<int> Ask() => throw new();")]
    [InlineData("public static bool Due(TimeProvider clock) => true;")]
    [InlineData("public static object At() => DateTimeOffset.UtcNow;")]
    public void An_impure_rule_is_found(string member) =>
        Assert.NotEmpty(Check(SourceFile.Of("src/Grains/Sessions/Session.cs", $"static class Session {{ {member} }}")));

    [Fact]
    public void A_comment_about_the_clock_is_no_offence() =>
        Assert.Empty(Check(SourceFile.Of("src/Grains/Sessions/Session.cs", "// No Task, no TimeProvider.\nstatic class Session { }")));

    private static bool IsRuleFile(SourceFile file) =>
        file.Segments is ["src", "Grains", var feature, _] && feature != "Shared"
        // A grain may have parts, such as SessionGrain.Watching.
        && !Doers.Any(end => file.Name.Split('.')[0].EndsWith(end, StringComparison.Ordinal));

    // A property or parameter called Now is fine; the member of a type is not.
    private static IEnumerable<Offence> Check(SourceFile file) => file.Nodes<SimpleNameSyntax>()
        .Where(name => Banned.ContainsKey(name.Identifier.Text))
        .Where(name => name.Identifier.Text is not ("Now" or "UtcNow")
            || (name.Parent is MemberAccessExpressionSyntax { Expression: var of } && of.ToString().Contains("DateTime")))
        .Select(name => file.At(name, $"{Banned[name.Identifier.Text]} ({name.Identifier.Text})"));
}
