using System.Security.Cryptography;
using Xunit;

namespace Portal.Storage.Tests;

/// <summary>A test with one database, opened before it with the tables of <see cref="Things"/> and disposed after it.</summary>
public abstract class DatabaseTest : IAsyncLifetime
{
    private readonly List<Database> _opened = [];

    protected Database Database { get; private set; } = null!;

    protected string Setting { get; private set; } = "";

    /// <summary>The setting of a new, empty database.</summary>
    protected abstract Task<string> CreateAsync();

    /// <summary>
    /// Lets writes wait for another connection's transaction until the result is disposed. Null where writes are not queued.
    /// </summary>
    protected virtual Task<IAsyncDisposable?> HoldWritesAsync() => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>Opens the database again, beside the first; it is disposed with the test.</summary>
    protected Database OpenAnother(DatabaseOptions? options = null)
    {
        var database = Database.Open(Setting, options);
        _opened.Add(database);
        return database;
    }

    public virtual async Task InitializeAsync()
    {
        Setting = await CreateAsync();
        Database = OpenAnother();
        await Things.MigrateAsync(Database);
    }

    public virtual async Task DisposeAsync()
    {
        foreach (var database in _opened) await database.DisposeAsync();
    }
}

/// <summary>A folder of the test's own, removed after it.</summary>
internal sealed class TestFolder : IDisposable
{
    public TestFolder() => Directory.CreateDirectory(Path);

    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), "portal-storage-" + RandomNumberGenerator.GetHexString(12, lowercase: true));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
