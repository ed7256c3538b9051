using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Portal.Storage;

/// <summary>
/// Reads of one row that are made all the time. On SQLite the statement is prepared once for each connection, which takes longer than
/// the read itself; PostgreSQL's driver keeps its own.
/// </summary>
public static class PreparedReads
{
    // A connection has one reader at a time, and ends its commands when it is closed.
    private static readonly ConditionalWeakTable<DbConnection, Dictionary<string, DbCommand>> Kept = [];

    /// <summary>The first row of a query; the default value where there is none.</summary>
    /// <param name="connection">What <see cref="Database.ReadAsync"/> gave.</param>
    /// <param name="sql">A constant: each text is kept with the connection.</param>
    /// <param name="row">Reads the row.</param>
    /// <param name="ct">Ends the read.</param>
    /// <param name="parameters">The parameters, always in the same order.</param>
    public static async Task<T?> FirstAsync<T>(
        this DbConnection connection, string sql, Func<DbDataReader, T> row, CancellationToken ct,
        params (string Name, object Value)[] parameters)
    {
        if (connection is not SqliteConnection)
        {
            await using var once = Make(connection, sql, parameters);
            return await RunAsync(once, row, ct);
        }

        var commands = Kept.GetOrCreateValue(connection);
        if (!commands.TryGetValue(sql, out var kept)) commands[sql] = kept = Make(connection, sql, parameters);
        for (var i = 0; i < parameters.Length; i++) kept.Parameters[i].Value = parameters[i].Value;
        return await RunAsync(kept, row, ct);
    }

    private static async Task<T?> RunAsync<T>(DbCommand command, Func<DbDataReader, T> row, CancellationToken ct)
    {
        await using var reader = await command.ExecuteReaderAsync(ct);
        return await reader.ReadAsync(ct) ? row(reader) : default;
    }

    private static DbCommand Make(DbConnection connection, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
