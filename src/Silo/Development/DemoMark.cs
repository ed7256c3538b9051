using Dapper;
using Portal.Storage;

namespace Portal.Silo.Development;

/// <summary>
/// Marks a database that was given the demo's people. Their passwords are in this repository, so no production system may be opened on it,
/// whatever was changed since.
/// </summary>
public static class DemoMark
{
    /// <summary>Among the migrations, as every database has those and none is ever taken back. An export carries it too.</summary>
    public static readonly SchemaComponent Component = new("demo", [new(1, "the demo's people were made here", "SELECT 1")]);

    /// <summary>Marks it, before the first of them is made.</summary>
    public static Task SetAsync(Database database) => database.MigrateAllAsync([Component]);

    /// <summary>Whether it is marked.</summary>
    public static Task<bool> IsSetAsync(Database database) => database.ReadAsync(async connection =>
        await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM schema_migrations WHERE component = @component", new { component = Component.Name }) > 0);
}
