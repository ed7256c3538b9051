using System.Data.Common;
using Dapper;

namespace Portal.Storage.Tests;

/// <summary>The tables the tests write to, and units upon them.</summary>
internal static class Things
{
    public static readonly Migration[] Migrations =
    [
        new(1, "things", "CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, etag BIGINT NOT NULL, body TEXT NOT NULL)"),
        new(2, "parts",
            "CREATE TABLE parts (thing TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (thing, name)); "
                + "CREATE INDEX parts_name ON parts (name)"),
    ];

    public static Task MigrateAsync(Database database) => database.MigrateAsync("things", Migrations);

    /// <summary>One unit: a thing and its parts.</summary>
    public static WriteUnit Add(string id, params string[] parts) => new(
        "thing",
        [
            new Statement("INSERT INTO things (id, etag, body) VALUES (@id, 0, @body)", ("id", id), ("body", "new")),
            .. parts.Select(p => new Statement("INSERT INTO parts (thing, name) VALUES (@id, @name)", ("id", id), ("name", p))),
        ]);

    /// <summary>One unit of one statement: the thing's next version, if it is at the one given.</summary>
    public static WriteUnit Change(string id, long etag, string body = "changed") => new("change", ChangeStatement(id, etag, body));

    /// <summary>As <see cref="Change"/>, but a part is written before it.</summary>
    public static WriteUnit ChangeAfterPart(string id, long etag, string part) => new(
        "change-after-part",
        new Statement("INSERT INTO parts (thing, name) VALUES (@id, @name)", ("id", id), ("name", part)),
        ChangeStatement(id, etag, "changed"));

    public static Task<long> CountAsync(Database database, string table = "things") =>
        database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}"));

    public static Task<HashSet<string>> IdsAsync(Database database) =>
        database.ReadAsync(async c => (await c.QueryAsync<string>("SELECT id FROM things")).ToHashSet());

    public static Task<long?> EtagAsync(Database database, string id) =>
        database.ReadAsync(c => c.QuerySingleOrDefaultAsync<long?>("SELECT etag FROM things WHERE id = @id", new { id }));

    public static async Task<T> SingleAsync<T>(Database database, string sql) =>
        await database.ReadAsync((DbConnection c) => c.QuerySingleAsync<T>(sql));

    private static Statement ChangeStatement(string id, long etag, string body) =>
        new("UPDATE things SET etag = @next, body = @body WHERE id = @id AND etag = @etag",
            ("id", id), ("etag", etag), ("next", etag + 1), ("body", body))
        {
            MustAffect = 1,
        };
}
