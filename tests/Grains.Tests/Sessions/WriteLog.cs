using System.Collections.Concurrent;
using Portal.Storage;

namespace Portal.Grains.Tests.Sessions;

/// <summary>Lists the writes to a database while it is not disposed, and fails those it is told to.</summary>
internal sealed class WriteLog : IWriteFaults, IDisposable
{
    private readonly Database _database;
    private readonly ConcurrentQueue<string> _points = new();

    private WriteLog(Database database) => (_database, database.Faults) = (database, this);

    /// <summary>Points of the writes, in order.</summary>
    public IReadOnlyList<string> Points => [.. _points];

    /// <summary>Which writes fail, by their point. Default: none.</summary>
    public Func<string, bool> Fail { get; set; } = _ => false;

    public static WriteLog Of(Database database) => new(database);

    public ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
    {
        _points.Enqueue(unit.Point);
        return ValueTask.FromResult(Fail(unit.Point) ? WriteFault.FailBefore : WriteFault.None);
    }

    public void Kill(WriteUnit unit) { }

    public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;

    public void Dispose() => _database.Faults = null;
}
