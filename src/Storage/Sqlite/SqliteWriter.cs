using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Portal.Storage.Sqlite;

/// <summary>
/// The writing side of one SQLite connection: prepared statements kept per text, units inside transactions. Not thread-safe: one owner at a time.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>Statements kept prepared. The program has a few hundred texts; more than this means a text is built from values.</summary>
    private const int StatementLimit = 1024;

    private static readonly (string, object?)[] None = [];
    private readonly sqlite3 _handle;
    private readonly Dictionary<string, SqliteStatement> _statements = new(StringComparer.Ordinal);

    public SqliteWriter(SqliteConnection connection) => _handle = connection.Handle!;

    /// <summary>Commits one unit in a transaction of its own.</summary>
    public int[] RunAlone(WriteUnit unit)
    {
        Run("BEGIN IMMEDIATE");
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

    /// <summary>Commits a group in one transaction. Requests that fail carry their error; the others their rows.</summary>
    public void RunGroup(List<WriteRequest> group)
    {
        try
        {
            Run("BEGIN IMMEDIATE");
        }
        catch (SqliteException error)
        {
            foreach (var request in group) request.Error = SqliteErrors.Translate(request.Unit.Point, error);
            return;
        }

        try
        {
            foreach (var request in group) RunInGroup(request);
            Run("COMMIT");
        }
        catch (SqliteException)
        {
            Rollback();
            foreach (var request in group) RunAgainAlone(request);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values) statement.Dispose();
        _statements.Clear();
    }

    private void RunInGroup(WriteRequest request)
    {
        Run("SAVEPOINT unit");
        try
        {
            request.Rows = RunStatements(request.Unit);
        }
        catch (Exception error)
        {
            // A full disk or an I/O error ends the whole transaction: nothing left to roll back to.
            if (raw.sqlite3_get_autocommit(_handle) != 0) throw;
            Run("ROLLBACK TO unit");
            request.Error = SqliteErrors.Translate(request.Unit.Point, error);
        }

        Run("RELEASE unit");
    }

    private void RunAgainAlone(WriteRequest request)
    {
        request.Error = null;
        try
        {
            request.Rows = RunAlone(request.Unit);
        }
        catch (Exception error)
        {
            request.Error = SqliteErrors.Translate(request.Unit.Point, error);
        }
    }

    private int[] RunStatements(WriteUnit unit)
    {
        var rows = new int[unit.Statements.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            var statement = unit.Statements[i];
            rows[i] = Prepared(statement.Sql).Run(statement.Parameters);
            if (statement.MustAffect is { } expected && expected != rows[i]) throw new WriteConflictException(unit.Point, i, expected, rows[i]);
        }

        return rows;
    }

    public void Run(string sql) => Prepared(sql).Run(None);

    private void Rollback()
    {
        if (raw.sqlite3_get_autocommit(_handle) == 0) Run("ROLLBACK");
    }

    private SqliteStatement Prepared(string sql)
    {
        if (_statements.TryGetValue(sql, out var statement)) return statement;
        if (_statements.Count >= StatementLimit) Dispose();
        return _statements[sql] = new SqliteStatement(_handle, sql);
    }
}
