using System.Text.RegularExpressions;
using Portal.Silo.Data.Commands;
using Portal.Silo.Hosting;
using Portal.Silo.Tests.Shared;
using Xunit;

namespace Portal.Silo.Tests.Deploy;

/// <summary>The runbook's commands are those of the program and of the manifests, and its links lead somewhere.</summary>
public sealed partial class RunbookTests
{
    private static readonly string[] Situations =
    [
        "Backup", "Restore", "Upgrade", "Key rotation", "Silo lost", "Database lost", "Disk full", "Mail gateway down",
        "Credential guessing",
    ];

    private readonly string _text = File.ReadAllText(Repository.PathOf("docs/operations.md"));

    [Fact]
    public void Every_situation_has_its_part()
    {
        foreach (var situation in Situations) Assert.Contains($"\n## {situation}\n", _text);
    }

    [Fact]
    public void Every_command_of_the_program_is_understood_by_it()
    {
        var commands = Commands().Matches(_text).Select(m => m.Groups[1].Value.Trim()).ToList();
        Assert.InRange(commands.Count, 10, 100);
        Assert.All(commands.Where(command => command != HealthProbe.Command), command =>
        {
            // A path with $(…) in it is one word to a shell.
            var words = Substitution().Replace(command, "x").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            // In a sentence a command may stand without its file.
            if (words is ["export"]) words = ["export", "file"];
            Assert.True(CommandLine.IsCommand(words), command);
            CommandLine.Parse(words);
        });
        Assert.Contains("migrate", commands);
        Assert.Contains(commands, command => command.StartsWith("import", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_service_and_deployment_it_names_is_in_the_manifests()
    {
        var compose = Yaml.Load("deploy/compose/compose.yaml")["services"].Keys();
        Assert.Equal([], ComposeServices().Matches(_text).Select(m => m.Value).Except(compose));
        Assert.Contains("deploy/portal", _text);
        Assert.True(File.Exists(Repository.PathOf("deploy/systemd/portal.service")));
        foreach (Match unit in Units().Matches(_text))
            Assert.True(File.Exists(Repository.PathOf($"deploy/systemd/{unit.Value}")), unit.Value);
    }

    [Theory]
    [InlineData("docs/operations.md")]
    [InlineData("docs/configuration.md")]
    [InlineData("deploy/README.md")]
    [InlineData("README.md")]
    public void Links_lead_to_files_and_parts_that_are_there(string page)
    {
        var text = File.ReadAllText(Repository.PathOf(page));
        foreach (Match link in Links().Matches(text))
        {
            var (path, anchor) = link.Groups[1].Value.Split('#') is [var file, var part] ? (file, part) : (link.Groups[1].Value, null);
            if (path.Contains("://", StringComparison.Ordinal)) continue;
            var target = path.Length == 0 ? Repository.PathOf(page) : Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, path);
            Assert.True(Path.Exists(target), $"{page}: {link.Value}");
            if (anchor is null) continue;
            var headings = Headings().Matches(File.ReadAllText(target))
                .Select(m => m.Groups[1].Value.Trim().ToLowerInvariant().Replace(' ', '-'));
            Assert.Contains(anchor, headings);
        }
    }

    [GeneratedRegex(@"dotnet Portal\.Silo\.dll ([^`\n]+)")]
    private static partial Regex Commands();

    [GeneratedRegex(@"\$\([^)]*\)")]
    private static partial Regex Substitution();

    [GeneratedRegex(@"\bsilo-\d\b")]
    private static partial Regex ComposeServices();

    [GeneratedRegex(@"\bportal[a-z-]*\.(?:timer|service|env)\b")]
    private static partial Regex Units();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Headings();
}
