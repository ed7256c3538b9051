using Dapper;
using Npgsql;

namespace Portal.Storage.PostgreSql;

internal static class PostgreSqlMigrator
{
    /// <summary>How long one migration may take, waiting for another process's included: an index over some millions of rows.</summary>
    private const int TimeoutSeconds = 600;

    /// <summary>
    /// Each migration in a transaction under an advisory lock that also reads which ones are missing, so that parallel starts
    /// run each once.
    /// </summary>
    public static async Task RunAsync(
        NpgsqlConnection connection, TimeProvider time, string component, IReadOnlyList<Migration> migrations, CancellationToken ct)
    {
        while (true)
        {
            await using var transaction = await connection.BeginTransactionAsync(ct);
            await RunAsync(connection, PostgreSqlLock.Taking("pg_advisory_xact_lock", "migrations"), null, ct);
            await RunAsync(connection, Migrations.Table, null, ct);
            var read = new CommandDefinition(Migrations.Newest, new { component }, cancellationToken: ct);
            var newest = await connection.ExecuteScalarAsync<long>(read);
            Migrations.CheckNotNewer(component, newest, migrations.Count);
            if (newest == migrations.Count)
            {
                await transaction.CommitAsync(ct);
                return;
            }

            var next = migrations[(int)newest];
            await RunAsync(connection, next.Sql, null, ct);
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            await RunAsync(connection, Migrations.Record, new { component, number = next.Number, name = next.Name, at }, ct);
            await transaction.CommitAsync(ct);
        }
    }

    private static Task<int> RunAsync(NpgsqlConnection connection, string sql, object? parameters, CancellationToken ct) =>
        connection.ExecuteAsync(new CommandDefinition(sql, parameters, commandTimeout: TimeoutSeconds, cancellationToken: ct));
}
