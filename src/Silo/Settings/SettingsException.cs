namespace Portal.Silo.Settings;

/// <summary>The configuration cannot be run with.</summary>
/// <param name="problems">Everything that is wrong with it: one sentence each, naming the key and no secret.</param>
public sealed class SettingsException(IReadOnlyList<string> problems)
    : Exception($"The portal does not start: {problems.Count} of its settings cannot be used.\n  {string.Join("\n  ", problems)}\n"
        + "All settings are described in docs/configuration.md.")
{
    /// <summary>What the process ends with: <c>EX_CONFIG</c> of sysexits.h, which supervisors may be told not to restart.</summary>
    public const int ExitCode = 78;

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
