using Xunit;

namespace Portal.Storage.Tests;

public sealed class MemoryWrites : WriteContract
{
    protected override Task<string> CreateAsync() => Task.FromResult("sqlite::memory:");

    // Another opening is another database here, so the small one is the one at hand.
    private protected override Database OpenSmall() => Database;

    [Fact]
    public void A_write_is_finished_when_the_call_returns_and_on_the_same_thread()
    {
        var write = Database.WriteAsync(Things.Add("a", "x"));
        Assert.True(write.IsCompletedSuccessfully);
        Assert.True(Things.CountAsync(Database).IsCompletedSuccessfully);
        Assert.True(Database.WriteAsync(Things.Add("a")).IsFaulted);
    }

    [Fact]
    public async Task Every_opening_is_a_database_of_its_own()
    {
        var other = OpenAnother();
        await Things.MigrateAsync(other);
        await Database.WriteAsync(Things.Add("a"));
        Assert.Equal(0, await Things.CountAsync(other));
    }

    [Fact]
    public async Task A_read_that_calls_its_own_database_is_refused_after_the_wait()
    {
        await using var impatient = Database.Open("sqlite::memory:", new DatabaseOptions { Timeout = TimeSpan.FromMilliseconds(20) });
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => impatient.ReadAsync(_ => Things.CountAsync(impatient)));
    }
}

public sealed class MemoryValues : ValueContract
{
    protected override Task<string> CreateAsync() => Task.FromResult("sqlite::memory:");
}

public sealed class MemoryMigrations : MigrationContract
{
    protected override Task<string> CreateAsync() => Task.FromResult("sqlite::memory:");

    private protected override Database Another() => Database;
}

public sealed class MemoryFaults : FaultContract
{
    protected override Task<string> CreateAsync() => Task.FromResult("sqlite::memory:");
}
