using Portal.Tests;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>A process killed at any moment has lost nothing it acknowledged, left no half unit, and holds no lock.</summary>
internal static class Kill
{
    private const int AcknowledgedBeforeTheKill = 500;

    public static async Task LosesNothing(Func<Database> open, string setting)
    {
        await using (var before = open()) await Things.MigrateAsync(before);
        var acknowledged = new List<string>();
        using (var writer = new OtherProcess("write", setting))
        {
            while (acknowledged.Count < AcknowledgedBeforeTheKill) acknowledged.Add(await writer.ReadLineAsync());
            acknowledged.AddRange(await writer.KillAsync());
        }

        await using var after = open();
        var ids = await Things.IdsAsync(after);
        Assert.Empty(acknowledged.Except(ids));
        Assert.Equal(2 * ids.Count, await Things.CountAsync(after, "parts"));
    }

    public static async Task FreesTheLock(Func<Database> open, string setting)
    {
        await using var database = open();
        using var holder = new OtherProcess("lock", setting);
        Assert.Equal("held", await holder.ReadLineAsync());
        await Assert.ThrowsAsync<AlreadyRunningException>(() => database.AcquireProcessLockAsync());
        await holder.KillAsync();
        await using var mine = await database.AcquireProcessLockAsync();
    }
}

public sealed class FileKills : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Setting => $"sqlite:{_folder.Path}/portal.db";

    [Fact]
    public Task Every_acknowledged_unit_survives_kill_9() => Kill.LosesNothing(() => Database.Open(Setting), Setting);

    [Fact]
    public Task The_process_lock_is_free_after_kill_9() => Kill.FreesTheLock(() => Database.Open(Setting), Setting);

    public void Dispose() => _folder.Dispose();
}

[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class PostgresKills(PostgresServer server)
{
    [PostgresFact]
    public async Task Every_acknowledged_unit_survives_kill_9()
    {
        var setting = await server.CreateDatabaseAsync();
        await Kill.LosesNothing(() => Database.Open(setting), setting);
    }

    [PostgresFact]
    public async Task The_process_lock_is_free_after_kill_9()
    {
        var setting = await server.CreateDatabaseAsync();
        await Kill.FreesTheLock(() => Database.Open(setting), setting);
    }
}
