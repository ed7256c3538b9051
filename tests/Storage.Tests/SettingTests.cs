using Xunit;

namespace Portal.Storage.Tests;

public sealed class SettingTests
{
    [Theory]
    [InlineData("")]
    [InlineData("sqlite:")]
    [InlineData("mysql:Server=secret")]
    [InlineData("data/portal.db")]
    public void A_setting_that_is_none_is_refused_without_being_repeated(string setting)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => Database.Open(setting));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite::memory:", Dialect.Sqlite)]
    [InlineData("postgres:Host=nowhere;Database=x", Dialect.PostgreSql)]
    [InlineData("Host=nowhere;Database=x", Dialect.PostgreSql)]
    public async Task The_setting_chooses_the_dialect(string setting, Dialect dialect)
    {
        await using var database = Database.Open(setting);
        Assert.Equal(dialect, database.Dialect);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_reported_within_the_wait_and_nothing_is_written()
    {
        using var folder = new TestFolder();
        var options = new DatabaseOptions { UnavailableWait = TimeSpan.FromMilliseconds(300) };
        await using var database = Database.Open($"postgres:Host={folder.Path};Username=u;Database=d", options);
        var write = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.WriteAsync(Things.Add("a")));
        Assert.False(write.OutcomeUnknown);
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => Things.CountAsync(database));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => Things.MigrateAsync(database));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => database.AcquireProcessLockAsync());
        var health = await database.CheckAsync();
        Assert.False(health.Healthy);
        Assert.NotNull(health.Error);
    }
}
