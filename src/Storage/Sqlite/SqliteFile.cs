namespace Portal.Storage.Sqlite;

/// <summary>The database file itself.</summary>
internal static class SqliteFile
{
    /// <summary>
    /// Makes the folder and an empty file where there are none. Nobody but the user that the process runs as may read it, nor the log and
    /// the index beside it, which SQLite makes with the file's own rights. A file that is there keeps the rights it has.
    /// </summary>
    /// <exception cref="DatabaseUnavailableException">The disk is read-only or full, or the user may not write there.</exception>
    public static void Make(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            new FileStream(path, options).Dispose();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DatabaseUnavailableException($"The SQLite database '{path}' cannot be made: {error.Message}", false, error);
        }
    }
}
