using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portal.Storage.Sqlite;

internal static class SqliteErrors
{
    private const int Primary = 0xff;

    public static SqliteException From(int rc, sqlite3 handle) =>
        new($"SQLite error {rc}: {raw.sqlite3_errmsg(handle).utf8_to_string()}", rc & Primary, raw.sqlite3_extended_errcode(handle));

    /// <summary>The exception the caller of a write gets.</summary>
    public static Exception Translate(string point, Exception error) => error switch
    {
        SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY } =>
            new DuplicateKeyException(point, error),
        SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED } =>
            new DatabaseUnavailableException("The SQLite database is locked by another program.", false, error),
        SqliteException { SqliteErrorCode: raw.SQLITE_FULL } =>
            new DatabaseUnavailableException("The disk of the SQLite database is full.", false, error),
        SqliteException { SqliteErrorCode: raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM } =>
            new DatabaseUnavailableException("The SQLite database, its log or its folder is read-only.", false, error),
        // A commit whose log could not be synced may or may not be found when the file is opened the next time.
        SqliteException { SqliteErrorCode: raw.SQLITE_IOERR } =>
            new DatabaseUnavailableException($"The disk of the SQLite database fails ({error.Message}).", true, error),
        SqliteException => new StorageException($"The write '{point}' failed: {error.Message}", error),
        _ => error,
    };
}
