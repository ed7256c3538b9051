namespace Portal.Tidy.Tests;

/// <summary>One breach of the house rules, shown as <c>file:line: why</c>.</summary>
/// <param name="Path">Relative to the root.</param>
/// <param name="Line">Counted from 1.</param>
/// <param name="Why">The rule and what to do instead.</param>
internal sealed record Offence(string Path, int Line, string Why)
{
    public override string ToString() => $"{Path}:{Line}: {Why}";

    /// <summary>Fails with the list when there is any.</summary>
    public static void None(IEnumerable<Offence> offences)
    {
        var list = offences.Distinct().OrderBy(o => o.Path, StringComparer.Ordinal).ThenBy(o => o.Line).ToList();
        if (list.Count > 0) Assert.Fail($"Breaches of the house rules: {list.Count}\n{string.Join('\n', list)}");
    }
}
