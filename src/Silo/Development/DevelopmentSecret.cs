using Portal.Grains.Abstractions.Shared;

namespace Portal.Silo.Development;

/// <summary>The root secret of a development machine: made at the first start and kept in a file beside the data, so that a restart signs
/// nobody out.</summary>
public static class DevelopmentSecret
{
    private const string FileName = "development.secret";

    /// <summary>Reads it, or makes it.</summary>
    /// <param name="storage">The storage setting: the file lies beside a SQLite file, and in <c>data/</c> for other databases.</param>
    public static string Read(string storage)
    {
        if (Find(storage) is { } found) return found;
        var folder = Folder(storage);
        Directory.CreateDirectory(folder);
        var secret = PortalSecrets.NewSecret();
        File.WriteAllText(Path.Combine(folder, FileName), secret);
        return secret;
    }

    /// <summary>Reads it; null where there is none yet.</summary>
    /// <param name="storage">As for <see cref="Read"/>.</param>
    public static string? Find(string storage)
    {
        var path = Path.Combine(Folder(storage), FileName);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>Where a development machine keeps its files.</summary>
    public static string Folder(string storage)
    {
        const string Sqlite = "sqlite:";
        if (!storage.StartsWith(Sqlite, StringComparison.OrdinalIgnoreCase)
            || storage.EndsWith(":memory:", StringComparison.Ordinal)) return "data";
        return Path.GetDirectoryName(Path.GetFullPath(storage[Sqlite.Length..])) ?? "data";
    }
}
