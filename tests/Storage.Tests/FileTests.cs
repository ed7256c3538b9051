using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Dapper;
using Microsoft.Data.Sqlite;
using Xunit;

namespace Portal.Storage.Tests;

public sealed class FileWrites : WriteContract
{
    private readonly TestFolder _folder = new();

    private string DatabasePath => Path.Combine(_folder.Path, "new", "folder", "portal.db");

    [Fact]
    public async Task The_file_and_its_folder_are_made_and_it_is_durable_by_its_settings()
    {
        Assert.True(File.Exists(DatabasePath));
        Assert.Equal("wal", await Things.SingleAsync<string>(Database, "PRAGMA journal_mode"));
        Assert.True((await Database.CheckAsync()).Healthy);
    }

    [Fact]
    public async Task Nobody_else_of_the_machine_may_read_the_file_or_its_log()
    {
        await Database.WriteAsync(Things.Add("a"));
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(DatabasePath)!, "portal.db*"))
        {
            if (file.EndsWith(".lock", StringComparison.Ordinal)) continue;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public void Where_no_file_can_be_made_it_says_which()
    {
        var blocked = Path.Combine(_folder.Path, "a-file");
        File.WriteAllText(blocked, "");
        var error = Assert.Throws<DatabaseUnavailableException>(() => Database.Open($"sqlite:{blocked}/portal.db"));
        Assert.Contains("a-file/portal.db' cannot be made", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_while_another_program_writes_is_committed_in_one_group()
    {
        var groups = new ConcurrentBag<int>();
        using var listener = new MeterListener { InstrumentPublished = (i, l) => Listen(i, l) };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) => groups.Add(size));
        listener.Start();
        var held = await HoldWritesAsync();
        var first = Database.WriteAsync(Things.Add("first"));
        await UntilTakenAsync();
        var writes = Enumerable.Range(0, 100).Select(i => Database.WriteAsync(Things.Add($"t{i}"))).ToList();
        await held!.DisposeAsync();
        await Task.WhenAll(writes.Append(first));
        await Database.DisposeAsync();
        // Databases of other tests add groups of their own, but none of a hundred.
        Assert.Contains(100, groups);
    }

    [Fact]
    public async Task A_write_called_off_while_it_waits_is_not_made_and_one_taken_is()
    {
        using var calling = new CancellationTokenSource();
        var held = await HoldWritesAsync();
        var first = Database.WriteAsync(Things.Add("first"));
        await UntilTakenAsync();
        var second = Database.WriteAsync(Things.Add("second"), calling.Token);
        await calling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await held!.DisposeAsync();
        await first;
        Assert.Equal(["first"], await Things.IdsAsync(Database));
    }

    [Fact]
    public async Task A_file_locked_by_another_program_is_reported_after_the_wait()
    {
        await using var impatient = OpenAnother(new DatabaseOptions { UnavailableWait = TimeSpan.FromMilliseconds(50) });
        await using var held = await HoldWritesAsync();
        var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => impatient.WriteAsync(Things.Add("a")));
        Assert.False(error.OutcomeUnknown);
        Assert.Contains("locked by another program", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        var path = Path.Combine(_folder.Path, "letter.txt");
        File.WriteAllText(path, new string('x', 5000));
        var error = Assert.Throws<DatabaseUnavailableException>(() => Database.Open("sqlite:" + path));
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clean_end_leaves_one_file()
    {
        await Database.WriteAsync(Things.Add("a"));
        await Things.CountAsync(Database);
        await Database.DisposeAsync();
        Assert.Equal([DatabasePath], Directory.GetFiles(Path.GetDirectoryName(DatabasePath)!));
    }

    [Fact]
    public async Task A_second_process_on_the_file_is_refused_with_the_way_out()
    {
        await using var held = await Database.AcquireProcessLockAsync();
        var other = OpenAnother();
        var error = await Assert.ThrowsAsync<AlreadyRunningException>(() => other.AcquireProcessLockAsync());
        Assert.Contains("-p:PortalEngine=orleans", error.Message, StringComparison.Ordinal);
        await held.DisposeAsync();
        await using var second = await other.AcquireProcessLockAsync();
        Assert.False(second.Lost.CanBeCanceled);
    }

    [Fact]
    public async Task Closing_the_database_gives_its_process_lock_back()
    {
        await Database.AcquireProcessLockAsync();
        await Database.DisposeAsync();
        await using var second = await OpenAnother().AcquireProcessLockAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<string> CreateAsync() => Task.FromResult("sqlite:" + DatabasePath);

    protected override async Task<IAsyncDisposable?> HoldWritesAsync()
    {
        var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        await connection.OpenAsync();
        await connection.ExecuteAsync("BEGIN IMMEDIATE");
        return connection;
    }

    private async Task UntilTakenAsync()
    {
        while ((await Database.CheckAsync()).QueueLength > 0) await Task.Yield();
    }

    private static void Listen(Instrument instrument, MeterListener listener)
    {
        if (instrument is { Meter.Name: "Portal.Storage", Name: "portal.storage.write.group" })
            listener.EnableMeasurementEvents(instrument);
    }
}

public sealed class FileValues : ValueContract
{
    private readonly TestFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<string> CreateAsync() => Task.FromResult($"sqlite:{_folder.Path}/portal.db");
}

public sealed class FileMigrations : MigrationContract
{
    private readonly TestFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<string> CreateAsync() => Task.FromResult($"sqlite:{_folder.Path}/portal.db");
}

public sealed class FileFaults : FaultContract
{
    private readonly TestFolder _folder = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override Task<string> CreateAsync() => Task.FromResult($"sqlite:{_folder.Path}/portal.db");
}
