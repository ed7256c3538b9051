namespace Portal.Silo.Settings;

/// <summary>
/// Secrets out of files: a folder with one file for each key (<c>Portal:SecretsFolder</c>, as container platforms mount secrets), and a key
/// with <c>File</c> at its end for each secret (<c>Portal:SecretFile</c>). What comes from a file goes before what comes from elsewhere.
/// </summary>
public static class SecretFiles
{
    /// <summary>Names the folder.</summary>
    public const string FolderKey = "Portal:SecretsFolder";

    /// <summary>Bytes of a file. Ours: a connection string is the longest of them.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>Reads them into the configuration.</summary>
    /// <returns>What cannot be read, one sentence each.</returns>
    public static IReadOnlyList<string> AddTo(ConfigurationManager configuration)
    {
        var problems = new List<string>();
        if (configuration[FolderKey] is { Length: > 0 } folder && Directory.Exists(folder))
            configuration.AddKeyPerFile(Path.GetFullPath(folder), optional: false);
        var read = new Dictionary<string, string?>();
        foreach (var setting in KnownSettings.All.Where(setting => setting.IsSecret))
        {
            if (configuration[setting.FileKey!] is not { Length: > 0 } path) continue;
            var (value, problem) = Read(path);
            if (problem is null && configuration[setting.Key] is { Length: > 0 } other && other != value)
                problem = $"names a file and {setting.Key} is set too; leave one of them out";
            if (problem is null) read[setting.Key] = value;
            else problems.Add($"{setting.FileKey} is \"{path}\": it {problem}.");
        }

        configuration.AddInMemoryCollection(read);
        return problems;
    }

    private static (string? Value, string? Problem) Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return (null, "has to be the path of a file that is there");
            if (file.Length > MostBytes) return (null, $"may have {MostBytes} bytes at most");
            // Editors end a file with a line end, which is no part of a secret.
            var value = File.ReadAllText(path).TrimEnd('\r', '\n');
            return value.Length > 0 ? (value, null) : (null, "has to hold the secret, and is empty");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return (null, "has to be the path of a file that this process may read");
        }
    }
}
