using System.Globalization;
using System.Net.Sockets;
using Npgsql;

namespace Portal.Storage.PostgreSql;

internal static class PostgreSqlErrors
{
    /// <summary>The connection is gone or cannot be had, whatever was asked of it.</summary>
    public static bool IsConnectionLoss(Exception error) => error switch
    {
        PostgresException refused =>
            refused.InvariantSeverity is "FATAL" or "PANIC" || refused.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or IOException or SocketException or TimeoutException or ObjectDisposedException => true,
        _ => false,
    };

    /// <summary>
    /// A connection that could not be opened may be worth another attempt: not when the password or the database's name is wrong.
    /// </summary>
    public static bool IsWorthAnotherAttempt(Exception error) => error is PostgresException refused
        ? refused.SqlState is PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.TooManyConnections
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
        : IsConnectionLoss(error);

    /// <summary>The server ended the transaction for its own reasons and the same unit may succeed at once.</summary>
    public static bool IsTransient(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>The rows affected, when a guard refused (see <see cref="PostgreSqlText"/>).</summary>
    public static int? RefusedRows(PostgresException error)
    {
        if (error.SqlState != PostgresErrorCodes.InvalidTextRepresentation) return null;
        var at = error.MessageText.IndexOf(PostgreSqlText.Conflict, StringComparison.Ordinal);
        if (at < 0) return null;
        var digits = error.MessageText.AsSpan(at + PostgreSqlText.Conflict.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var rows) ? rows : null;
    }

    /// <summary>
    /// The exception the caller of a write gets when the server answered with an error. The server's detail, which holds
    /// values, stays out.
    /// </summary>
    public static Exception Translate(string point, PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.UniqueViolation => new DuplicateKeyException(point, error),
        PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable =>
            new DatabaseUnavailableException("PostgreSQL did not finish the write in time.", false, error),
        { } state when state.StartsWith("53", StringComparison.Ordinal) =>
            new DatabaseUnavailableException($"PostgreSQL lacks resources ({state}).", false, error),
        { } state => new StorageException($"The write '{point}' failed: PostgreSQL error {state}: {error.MessageText}", error),
    };
}
