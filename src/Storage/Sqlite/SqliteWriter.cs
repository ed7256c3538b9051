using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portal.Storage.Sqlite;

/// <summary>
/// The writing side of one SQLite connection: prepared statements kept per text, units inside transactions. Not thread-safe:
/// one owner at a time.
/// </summary>
internal sealed class SqliteWriter(SqliteConnection connection, TimeSpan wait) : IDisposable
{
    /// <summary>Statements kept prepared. The program has a few hundred texts; more than this means a text is built from values.</summary>
    private const int StatementLimit = 1024;

    /// <summary>Between two attempts to begin while another program writes: some commits' time.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private static readonly (string, object?)[] None = [];
    private readonly sqlite3 _handle = connection.Handle!;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    /// <summary>Commits one unit in a transaction of its own.</summary>
    public int[] RunAlone(WriteUnit unit)
    {
        Begin();
        try
        {
            var rows = RunStatements(unit);
            Run("COMMIT");
            return rows;
        }
        catch
        {
            Rollback();
            throw;
        }
    }

    /// <summary>Commits a group in one transaction. Afterwards each request carries its rows or its error; never throws.</summary>
    public void RunGroup(List<WriteRequest> group)
    {
        if (group.Count == 1)
        {
            RunAlone(group[0]);
            return;
        }

        try
        {
            Begin();
        }
        catch (Exception error)
        {
            // Alone each of them would wait as long as the group has.
            foreach (var request in group) request.Error = SqliteErrors.Translate(request.Unit.Point, error);
            return;
        }

        try
        {
            foreach (var request in group) RunInGroup(request);
            Run("COMMIT");
        }
        catch (Exception)
        {
            foreach (var request in group) RunAlone(request);
        }
    }

    /// <summary>Runs a statement without parameters.</summary>
    public void Run(string sql) => Prepared(sql).Run(None);

    /// <summary>Ends a transaction that is still open; nothing otherwise.</summary>
    public void Rollback()
    {
        // SQLite itself has rolled back after some errors; a second ROLLBACK would hide the first error.
        if (raw.sqlite3_get_autocommit(_handle) == 0) Run("ROLLBACK");
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }

    // SQLite undoes a single statement that fails, and one that affected nothing leaves nothing to undo: units of one
    // statement need no savepoint. What is left, a single statement that affected other rows than it should, ends the group.
    private void RunInGroup(WriteRequest request)
    {
        var single = request.Unit.Statements.Length == 1;
        if (!single) Run("SAVEPOINT unit");
        try
        {
            request.Rows = RunStatements(request.Unit);
        }
        catch (Exception error)
        {
            // A full disk or an I/O error ends the whole transaction: nothing left to roll back to.
            if (raw.sqlite3_get_autocommit(_handle) != 0) throw;
            if (single && error is WriteConflictException { Actual: > 0 }) throw;
            if (!single) Run("ROLLBACK TO unit");
            request.Error = SqliteErrors.Translate(request.Unit.Point, error);
        }

        if (!single) Run("RELEASE unit");
    }

    private void RunAlone(WriteRequest request)
    {
        request.Error = null;
        try
        {
            Rollback();
            request.Rows = RunAlone(request.Unit);
        }
        catch (Exception error)
        {
            request.Error = SqliteErrors.Translate(request.Unit.Point, error);
        }
    }

    /// <summary>Begins a transaction, waiting a bounded time for another program's to end.</summary>
    private void Begin()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Run("BEGIN IMMEDIATE");
                return;
            }
            catch (SqliteException error)
                when (error.SqliteErrorCode == raw.SQLITE_BUSY && TimeProvider.System.GetElapsedTime(started) < wait)
            {
                Thread.Sleep(Pause);
            }
        }
    }

    private int[] RunStatements(WriteUnit unit)
    {
        var rows = new int[unit.Statements.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var statement = unit.Statements[i];
            rows[i] = Prepared(statement.Sql).Run(statement.Parameters);
            if (statement.MustAffect is { } expected && expected != rows[i])
                throw new WriteConflictException(unit.Point, i, expected, rows[i]);
        }

        return rows;
    }

    private SqliteStatement Prepared(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;
        if (_statements.Count >= StatementLimit) Dispose();
        return _statements[sql] = new SqliteStatement(_handle, sql);
    }
}
