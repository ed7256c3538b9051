using Dapper;
using Portal.Grains.Embedded;
using Portal.Grains.Invitations;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Shared;

/// <summary>A migration that lays rows out anew loses none of them, and none of their columns.</summary>
public sealed class LayoutTests
{
    [Fact]
    public async Task Reminders_survive_being_put_in_the_order_of_their_keys() => await SurviveAsync(
        new SchemaComponent("grains", [.. EmbeddedTables.Component.Migrations.Take(3)]), "reminders",
        "INSERT INTO reminders (grain_type, grain_key, name, due, period) VALUES ('invitation', 'riverside/b', 'n', 5, 60), "
        + "('invitation', 'riverside/a', 'n', 7, 61)");

    [Fact]
    public async Task Invitations_survive_being_put_in_the_order_of_their_keys() => await SurviveAsync(
        new SchemaComponent("invitations", [.. InvitationTable.Migrations.Take(2)]), "invitations",
        "INSERT INTO invitations (organisation, token_hash, patient, address, outcome, block_count, created_at, deadline, opened_at, "
        + "accepted_at, version) VALUES ('riverside', 'b', 'p-1', 'a@x.org', 0, 1, 2, 3, NULL, 5, 6), "
        + "('riverside', 'a', 'p-2', 'b@x.org', 1, 7, 8, 9, 10, NULL, 12)");

    private static async Task SurviveAsync(SchemaComponent component, string table, string insert)
    {
        await using var database = Database.Open("sqlite::memory:");
        await database.MigrateAsync(component.Name, component.Migrations.SkipLast(1).ToList());
        await database.WriteAsync(new WriteUnit("rows", new Statement(insert)));
        var before = await RowsAsync();
        await database.MigrateAsync(component.Name, component.Migrations);
        Assert.Equal(2, before.Count);
        Assert.Equal(before, await RowsAsync());

        async Task<List<string>> RowsAsync() => await database.ReadAsync(async connection =>
            (await connection.QueryAsync($"SELECT * FROM {table}")).Select(row => (string)AsText(row))
                .Order(StringComparer.Ordinal).ToList());
    }

    // Every column, by name.
    private static string AsText(dynamic row) =>
        string.Join('|', ((IDictionary<string, object?>)row).Select(column => $"{column.Key}={column.Value}"));
}
