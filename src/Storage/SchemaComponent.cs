using System.Text.RegularExpressions;

namespace Portal.Storage;

/// <summary>A part of the program with tables of its own.</summary>
/// <param name="Name">Lower-case name, e.g. <c>audit</c>. Migrations are numbered for each component.</param>
/// <param name="Migrations">All of them, numbered 1, 2, 3 ….</param>
public sealed partial record SchemaComponent(string Name, IReadOnlyList<Migration> Migrations)
{
    /// <summary>The tables its migrations make and do not drop again, in lower case as both dialects compare them.</summary>
    public IReadOnlyList<string> Tables()
    {
        var tables = new List<string>();
        foreach (var match in Migrations.SelectMany(migration => TableStatement().Matches(migration.Sql)))
        {
            var name = match.Groups["table"].Value.ToLowerInvariant();
            tables.Remove(name);
            if (match.Groups["renamed"].Success) tables.Add(match.Groups["renamed"].Value.ToLowerInvariant());
            else if (match.Value.StartsWith("CREATE", StringComparison.OrdinalIgnoreCase)) tables.Add(name);
        }

        return tables;
    }

    [GeneratedRegex(
        @"(CREATE|DROP)\s+TABLE\s+(IF\s+(NOT\s+)?EXISTS\s+)?(?<table>\w+)|ALTER\s+TABLE\s+(?<table>\w+)\s+RENAME\s+TO\s+(?<renamed>\w+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex TableStatement();
}
