using System.Data.Common;
using System.Globalization;
using Dapper;

namespace Portal.Storage;

/// <summary>One transaction that changes tables and fills them; see <see cref="Database.LoadAsync"/>.</summary>
/// <param name="connection">The connection, in its transaction.</param>
/// <param name="dialect">What kind of database it is.</param>
/// <param name="time">Stamps migrations.</param>
public abstract class BulkLoad(DbConnection connection, Dialect dialect, TimeProvider time)
{
    /// <summary>How long one statement may take: copying, or an index over tens of millions of rows. Six hours.</summary>
    public const int TimeoutSeconds = 6 * 3600;

    /// <summary>The connection, for reading what the transaction sees.</summary>
    public DbConnection Connection => connection;

    /// <summary>Runs statements without parameters, separated by <c>;</c>.</summary>
    public Task ExecuteAsync(string sql, CancellationToken ct = default) => connection.ExecuteAsync(Command(sql, null, ct));

    /// <summary>
    /// Runs a component's migrations up to a number, as the program that has so many would have. Those that
    /// <c>schema_migrations</c> has are left out.
    /// </summary>
    /// <exception cref="DatabaseNewerException">The number, or what the database has, is more than the component knows.</exception>
    public async Task MigrateAsync(SchemaComponent component, long upTo, CancellationToken ct = default)
    {
        Migrations.Check(component);
        Migrations.CheckNotNewer(component.Name, upTo, component.Migrations.Count);
        await ExecuteAsync(Migrations.Table, ct);
        var newest = await connection.ExecuteScalarAsync<long>(Command(Migrations.Newest, new { component = component.Name }, ct));
        Migrations.CheckNotNewer(component.Name, newest, component.Migrations.Count);
        for (var i = (int)newest; i < upTo; i++)
        {
            var next = component.Migrations[i];
            await ExecuteAsync(next.For(dialect), ct);
            var at = time.GetUtcNow().ToUnixTimeMilliseconds();
            await connection.ExecuteAsync(
                Command(Migrations.Record, new { component = component.Name, number = next.Number, name = next.Name, at }, ct));
        }
    }

    /// <summary>Drops tables and forgets the migrations of components, as if they had never been.</summary>
    public async Task DropAsync(IEnumerable<string> tables, IEnumerable<string> components, CancellationToken ct = default)
    {
        foreach (var table in tables) await ExecuteAsync($"DROP TABLE \"{table}\"", ct);
        await ExecuteAsync(Migrations.Table, ct);
        foreach (var component in components)
        {
            await connection.ExecuteAsync(
                Command("DELETE FROM schema_migrations WHERE component = @component", new { component }, ct));
        }
    }

    /// <summary>Begins to fill a table. One at a time: dispose it before anything else is done.</summary>
    /// <param name="table">The table as it is.</param>
    /// <param name="ct">Ends it.</param>
    public abstract Task<RowWriter> IntoAsync(TableDescription table, CancellationToken ct = default);

    /// <summary>How many rows a table has.</summary>
    public Task<long> CountAsync(string table, CancellationToken ct = default) =>
        connection.ExecuteScalarAsync<long>(Command($"SELECT count(*) FROM \"{table}\"", null, ct));

    /// <summary>Whether a table has any row.</summary>
    public async Task<bool> HasRowsAsync(string table, CancellationToken ct = default) =>
        await connection.ExecuteScalarAsync<long?>(Command($"SELECT 1 FROM \"{table}\" LIMIT 1", null, ct)) is not null;

    private static CommandDefinition Command(string sql, object? parameters, CancellationToken ct) =>
        new(sql, parameters, commandTimeout: TimeoutSeconds, cancellationToken: ct);

    /// <summary>A value of a whole-number column that is stored narrower.</summary>
    internal static int Narrow(object value, string table, string column) => value is long and >= int.MinValue and <= int.MaxValue
        ? (int)(long)value
        : throw new StorageException(string.Create(CultureInfo.InvariantCulture, $"{value} is too large for {table}.{column}."));
}

/// <summary>Fills one table.</summary>
public abstract class RowWriter : IAsyncDisposable
{
    /// <summary>Adds a row: one value for each column, as <see cref="ColumnKind"/> has them, or null.</summary>
    public abstract ValueTask AddAsync(object?[] row);

    /// <summary>Ends it; the rows are then in the transaction.</summary>
    public abstract Task CompleteAsync();

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();
}
