using System.Data.Common;
using Dapper;
using Npgsql;
using Portal.Storage;

namespace Portal.Silo.Data.Transfer;

/// <summary>What export and import ask about versions and kinds.</summary>
internal static class Schema
{
    /// <summary>The versions a database has of the components of this program and engine.</summary>
    /// <exception cref="DatabaseNewerException">One of them is newer.</exception>
    public static async Task<IReadOnlyDictionary<string, long>> VersionsAsync(
        DbConnection connection, EngineTables engine, CancellationToken ct)
    {
        var known = PortalSchema.Of(engine).Concat(PortalSchema.Marks).ToDictionary(component => component.Name, StringComparer.Ordinal);
        var versions = (await Catalog.VersionsAsync(connection, ct)).Where(version => known.ContainsKey(version.Key))
            .ToDictionary(version => version.Key, version => version.Value, StringComparer.Ordinal);
        foreach (var (name, number) in versions) RequireKnown(known[name], number);
        return versions;
    }

    /// <summary>Refuses a version that the program does not have.</summary>
    /// <exception cref="DatabaseNewerException">It is newer.</exception>
    public static void RequireKnown(SchemaComponent component, long number)
    {
        if (number > component.Migrations.Count)
            throw new DatabaseNewerException($"The data is of a newer program: '{component.Name}' is at version {number}, "
                + $"this program knows {component.Migrations.Count}. Use the newer program.");
    }

    /// <summary>A kind's name in the format.</summary>
    public static string NameOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Text => "text",
        ColumnKind.Integer => "integer",
        ColumnKind.Bytes => "bytes",
        _ => "real",
    };

    /// <summary>Whether silos of a cluster run on the database, as far as their membership says.</summary>
    public static async Task<bool> HasRunningSilosAsync(DbConnection connection, IReadOnlyList<TableDescription> tables)
    {
        if (connection is not NpgsqlConnection || tables.All(table => table.Name != "orleans_member")) return false;
        // 6 is SiloStatus.Dead. A silo says every 30 s (IAmAliveTablePublishTimeout) that it lives; one killed is dead by then.
        const string Alive = "SELECT count(*) FROM orleans_member WHERE status <> 6 AND alive_at > now() - interval '5 minutes'";
        return await connection.ExecuteScalarAsync<long>(Alive) > 0;
    }
}
