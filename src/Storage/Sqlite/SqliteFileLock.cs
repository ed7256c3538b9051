namespace Portal.Storage.Sqlite;

/// <summary>An exclusively opened file beside the database; the operating system frees it when the process ends, however it ends.</summary>
internal sealed class SqliteFileLock : ProcessLock
{
    private readonly FileStream _file;

    private SqliteFileLock(FileStream file) => _file = file;

    public static SqliteFileLock Acquire(string databasePath)
    {
        var path = databasePath + ".lock";
        try
        {
            return new SqliteFileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (IsTaken(error))
        {
            throw new AlreadyRunningException($"Another process is already running on this database ('{path}' is locked). {Advice}", error);
        }
    }

    // The file stays: removing it would let a third process lock a new file of the same name while a second holds the old one.
    public override ValueTask DisposeAsync() => _file.DisposeAsync();

    // EWOULDBLOCK on Linux and on macOS, a sharing violation on Windows.
    private static bool IsTaken(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
