using Dapper;
using Npgsql;

namespace Portal.Storage.PostgreSql;

internal static class PostgreSqlMigrator
{
    /// <summary>
    /// Each migration in a transaction under an advisory lock that also reads which ones are missing, so that parallel starts
    /// run each once.
    /// </summary>
    public static async Task RunAsync(
        NpgsqlConnection connection, TimeProvider time, IReadOnlyList<SchemaComponent> components, CancellationToken ct)
    {
        foreach (var component in components)
        {
            while (await StepAsync(connection, time, component, ct))
            {
            }
        }
    }

    // True while there may be more to do.
    private static async Task<bool> StepAsync(
        NpgsqlConnection connection, TimeProvider time, SchemaComponent component, CancellationToken ct)
    {
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await RunAsync(connection, PostgreSqlLock.Taking("pg_advisory_xact_lock", "migrations"), null, ct);
        await RunAsync(connection, Migrations.Table, null, ct);
        var read = new CommandDefinition(Migrations.Newest, new { component = component.Name }, cancellationToken: ct);
        var newest = await connection.ExecuteScalarAsync<long>(read);
        Migrations.CheckNotNewer(component.Name, newest, component.Migrations.Count);
        var isMissing = newest < component.Migrations.Count;
        if (isMissing)
        {
            var next = component.Migrations[(int)newest];
            await RunAsync(connection, next.For(Dialect.PostgreSql), null, ct);
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            var done = new { component = component.Name, number = next.Number, name = next.Name, at };
            await RunAsync(connection, Migrations.Record, done, ct);
        }

        await transaction.CommitAsync(ct);
        return isMissing;
    }

    private static Task<int> RunAsync(NpgsqlConnection connection, string sql, object? parameters, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, commandTimeout: Migrations.StepTimeout, cancellationToken: ct));
}
