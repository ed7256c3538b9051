using System.Data;
using Portal.Silo.Engines;
using Portal.Tests;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>The statements written for Orleans' providers keep the promises the providers rely on, on a real server.</summary>
[Collection(PostgresCollection.Name)]
[Trait("Needs", "PostgreSQL")]
public sealed class OrleansSchemaTests(PostgresServer server) : IAsyncLifetime
{
    private const int Active = 3;
    private const int Dead = 6;
    private static readonly DateTime Start = new(2026, 11, 23, 9, 0, 0, DateTimeKind.Utc);
    private Database _database = null!;
    private OrleansQueries _queries = null!;

    public async Task InitializeAsync()
    {
        var setting = await server.CreateDatabaseAsync();
        _database = Database.Open(setting);
        await _database.MigrateAsync(OrleansSchema.Component, OrleansSchema.Migrations);
        _queries = await OrleansQueries.ReadAsync(setting);
    }

    public async Task DisposeAsync()
    {
        await _queries.DisposeAsync();
        await _database.DisposeAsync();
    }

    [PostgresFact]
    public void Every_statement_the_providers_ask_for_is_there() => Assert.Equal(
        """
        CleanupDefunctSiloEntriesKey ClearStorageKey DeleteMembershipTableEntriesKey DeleteReminderRowKey DeleteReminderRowsKey
        DeleteStorageKey GatewaysQueryKey InsertMembershipKey InsertMembershipVersionKey MembershipReadAllKey MembershipReadRowKey
        ReadFromStorageKey
        ReadRangeRows1Key ReadRangeRows2Key ReadReminderRowKey ReadReminderRowsKey UpdateIAmAlivetimeKey UpdateMembershipKey
        UpsertReminderRowKey WriteToStorageKey
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        _queries.Names.Order(StringComparer.Ordinal));

    [PostgresFact]
    public async Task A_cluster_is_made_once_and_is_empty()
    {
        Assert.True(await _queries.OneAsync<bool>("InsertMembershipVersionKey", Cluster));
        Assert.False(await _queries.OneAsync<bool>("InsertMembershipVersionKey", Cluster));
        var row = Assert.Single(await _queries.AskAsync("MembershipReadAllKey", Cluster));
        Assert.Equal(0, row["Version"]);
        Assert.Null(row["StartTime"]);
    }

    [PostgresFact]
    public async Task Of_silos_that_join_at_one_version_one_wins()
    {
        await _queries.OneAsync<bool>("InsertMembershipVersionKey", Cluster);
        var joined = await Task.WhenAll(Enumerable.Range(1, 20).Select(port => JoinAsync(port, version: 0)));
        Assert.Single(joined, true);
        var row = Assert.Single(await _queries.AskAsync("MembershipReadAllKey", Cluster));
        Assert.Equal(1, row["Version"]);
        Assert.Equal("silo", row["SiloName"]);
        Assert.Equal(Start, row["StartTime"]);
    }

    [PostgresFact]
    public async Task A_silo_that_is_there_already_does_not_join_again_and_moves_no_version()
    {
        await _queries.OneAsync<bool>("InsertMembershipVersionKey", Cluster);
        Assert.True(await JoinAsync(1, version: 0));
        Assert.False(await JoinAsync(1, version: 1));
        Assert.Equal(1, (await _queries.AskAsync("MembershipReadRowKey", [Cluster, .. Silo(1)])).Single()["Version"]);
        Assert.Null((await _queries.AskAsync("MembershipReadRowKey", [Cluster, .. Silo(2)])).Single()["StartTime"]);
    }

    [PostgresFact]
    public async Task Only_a_silo_that_knows_the_version_changes_the_membership()
    {
        await _queries.OneAsync<bool>("InsertMembershipVersionKey", Cluster);
        await JoinAsync(1, version: 0);
        Assert.False(await ChangeAsync(1, Active, version: 0));
        Assert.False(await ChangeAsync(2, Active, version: 1));
        Assert.Empty(await _queries.AskAsync("GatewaysQueryKey", Cluster, Of("Status", Active)));
        Assert.True(await ChangeAsync(1, Active, version: 1));
        await _queries.AskAsync("UpdateIAmAlivetimeKey", [Cluster, .. Silo(1), Of("IAmAliveTime", Start.AddMinutes(5))]);
        var row = (await _queries.AskAsync("MembershipReadAllKey", Cluster)).Single();
        Assert.Equal((2, Active, "S1", Start.AddMinutes(5)), (row["Version"], row["Status"], row["SuspectTimes"], row["IAmAliveTime"]));
        Assert.Equal(30001, (await _queries.AskAsync("GatewaysQueryKey", Cluster, Of("Status", Active))).Single()["ProxyPort"]);
    }

    [PostgresFact]
    public async Task Only_silos_long_dead_are_swept()
    {
        await _queries.OneAsync<bool>("InsertMembershipVersionKey", Cluster);
        await JoinAsync(1, version: 0);
        await JoinAsync(2, version: 1);
        await ChangeAsync(1, Dead, version: 2);
        await _queries.AskAsync("CleanupDefunctSiloEntriesKey", Cluster, Of("IAmAliveTime", Start));
        Assert.Equal(2, (await _queries.AskAsync("MembershipReadAllKey", Cluster)).Count);
        await _queries.AskAsync("CleanupDefunctSiloEntriesKey", Cluster, Of("IAmAliveTime", Start.AddDays(1)));
        Assert.Equal(2, (await _queries.AskAsync("MembershipReadAllKey", Cluster)).Single()["Port"]);
        await _queries.AskAsync("DeleteMembershipTableEntriesKey", Cluster);
        Assert.Empty(await _queries.AskAsync("MembershipReadAllKey", Cluster));
    }

    [PostgresFact]
    public async Task State_is_written_by_whoever_knows_its_version()
    {
        Assert.Empty(await ReadAsync("riverside/p1"));
        Assert.Equal(1, await WriteAsync("riverside/p1", null, 1));
        Assert.Null(await WriteAsync("riverside/p1", null, 9));
        Assert.Equal(2, await WriteAsync("riverside/p1", 1, 2));
        Assert.Null(await WriteAsync("riverside/p1", 1, 9));
        Assert.Null(await WriteAsync("riverside/p2", 1, 9));
        var row = Assert.Single(await ReadAsync("riverside/p1"));
        Assert.Equal(2, row["Version"]);
        Assert.Equal([2], (byte[])row["PayloadBinary"]!);
    }

    [PostgresFact]
    public async Task Of_writers_at_one_version_one_wins()
    {
        var first = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WriteAsync("riverside/p1", null, (byte)i)));
        Assert.Single(first, 1);
        Assert.Equal(19, first.Count(v => v is null));
        var next = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => WriteAsync("riverside/p1", 1, (byte)i)));
        Assert.Single(next, 2);
    }

    [PostgresFact]
    public async Task State_that_is_cleared_is_gone_for_whoever_knows_its_version()
    {
        await WriteAsync("riverside/p1", null, 1);
        Assert.Empty(await _queries.AskAsync("DeleteStorageKey", [.. Grain("riverside/p1"), Of("GrainStateVersion", 7)]));
        Assert.Equal(2, await _queries.OneAsync<int>("ClearStorageKey", [.. Grain("riverside/p1"), Of("GrainStateVersion", 1)]));
        Assert.Null(Assert.Single(await ReadAsync("riverside/p1"))["PayloadBinary"]);
        Assert.Equal(3, await _queries.OneAsync<int>("DeleteStorageKey", [.. Grain("riverside/p1"), Of("GrainStateVersion", 2)]));
        Assert.Empty(await ReadAsync("riverside/p1"));
    }

    [PostgresFact]
    public async Task A_reminder_is_kept_once_by_its_name()
    {
        Assert.Equal(0, await RemindAsync("invitation/a", "expiry", hash: 5));
        Assert.Equal(1, await RemindAsync("invitation/a", "expiry", hash: 5));
        await RemindAsync("invitation/a", "other", hash: 5);
        var row = Assert.Single(await _queries.AskAsync(
            "ReadReminderRowKey", Service, Of("GrainId", "invitation/a"), Of("ReminderName", "expiry")));
        Assert.Equal((Start, 60_000L, 1), (row["StartTime"], row["Period"], row["Version"]));
        Assert.Equal(2, (await _queries.AskAsync("ReadReminderRowsKey", Service, Of("GrainId", "invitation/a"))).Count);
    }

    [PostgresFact]
    public async Task A_range_of_reminders_is_open_at_its_beginning_and_closed_at_its_end()
    {
        foreach (var hash in new[] { int.MinValue, -5, 0, 5, int.MaxValue }) await RemindAsync($"invitation/{hash}", "expiry", hash);
        Assert.Equal(["0", "5"], await RangeAsync("ReadRangeRows1Key", -5, 5));
        Assert.Equal(["-2147483648", "-5", "2147483647"], await RangeAsync("ReadRangeRows2Key", 5, -5));
    }

    [PostgresFact]
    public async Task A_reminder_is_removed_by_whoever_knows_its_version()
    {
        await RemindAsync("invitation/a", "expiry", hash: 5);
        await RemindAsync("invitation/a", "expiry", hash: 5);
        Assert.False(await ForgetAsync(version: 0));
        Assert.True(await ForgetAsync(version: 1));
        Assert.False(await ForgetAsync(version: 1));
        await RemindAsync("invitation/a", "expiry", hash: 5);
        await _queries.AskAsync("DeleteReminderRowsKey", Service);
        Assert.Empty(await _queries.AskAsync("ReadReminderRowsKey", Service, Of("GrainId", "invitation/a")));
    }

    private static (string, DbType, object?) Cluster => Of("DeploymentId", "portal");

    private static (string, DbType, object?) Service => Of("ServiceId", "portal");

    private static (string Name, DbType Type, object? Value) Of(string name, object value) => (name, value switch
    {
        int => DbType.Int32,
        long => DbType.Int64,
        DateTime => DbType.DateTime,
        byte[] => DbType.Binary,
        _ => DbType.String,
    }, value);

    private static (string, DbType, object?)[] Silo(int port) => [Of("Address", "10.0.0.1"), Of("Port", port), Of("Generation", 7)];

    private static (string, DbType, object?)[] Grain(string key) =>
    [
        Of("GrainIdHash", 1), Of("GrainIdN0", 0L), Of("GrainIdN1", 0L), Of("GrainTypeHash", 2), Of("GrainTypeString", "Patient"),
        Of("GrainIdExtensionString", key), Service,
    ];

    private Task<bool> JoinAsync(int port, int version) => _queries.OneAsync<bool>(
        "InsertMembershipKey",
        [
            Cluster, .. Silo(port), Of("IAmAliveTime", Start), Of("SiloName", "silo"), Of("HostName", "host"), Of("StartTime", Start),
            Of("Status", 1), Of("ProxyPort", 30000 + port), Of("Version", version),
        ]);

    private Task<bool> ChangeAsync(int port, int status, int version) => _queries.OneAsync<bool>(
        "UpdateMembershipKey",
        [Cluster, .. Silo(port), Of("IAmAliveTime", Start), Of("Status", status), Of("SuspectTimes", "S1"), Of("Version", version)]);

    private Task<List<Dictionary<string, object?>>> ReadAsync(string key) => _queries.AskAsync("ReadFromStorageKey", Grain(key));

    private async Task<int?> WriteAsync(string key, int? version, byte payload)
    {
        var rows = await _queries.AskAsync(
            "WriteToStorageKey", [.. Grain(key), ("GrainStateVersion", DbType.Int32, version), Of("PayloadBinary", new[] { payload })]);
        return (int?)rows.SingleOrDefault()?["NewGrainStateVersion"];
    }

    private Task<int> RemindAsync(string grain, string name, int hash) => _queries.OneAsync<int>(
        "UpsertReminderRowKey",
        Service, Of("GrainHash", hash), Of("GrainId", grain), Of("ReminderName", name), Of("StartTime", Start), Of("Period", 60_000));

    private Task<bool> ForgetAsync(int version) => _queries.OneAsync<bool>(
        "DeleteReminderRowKey", Service, Of("GrainId", "invitation/a"), Of("ReminderName", "expiry"), Of("Version", version));

    private async Task<IEnumerable<string>> RangeAsync(string query, int begin, int end) =>
        (await _queries.AskAsync(query, Service, Of("BeginHash", begin), Of("EndHash", end)))
            .Select(row => ((string)row["GrainId"]!)["invitation/".Length..]).Order(StringComparer.Ordinal);
}
