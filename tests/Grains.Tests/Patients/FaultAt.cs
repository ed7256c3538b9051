using Portal.Storage;

namespace Portal.Grains.Tests.Patients;

/// <summary>Lets one write of a scenario go wrong.</summary>
/// <param name="number">Which, from 1; 0: none, only count.</param>
/// <param name="fault">How.</param>
/// <param name="kill">Kills the silo.</param>
internal sealed class FaultAt(int number, WriteFault fault, Action kill) : IWriteFaults
{
    private readonly List<string> _points = [];

    /// <summary>Where the writes were, in order.</summary>
    public IReadOnlyList<string> Points => _points;

    public ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
    {
        _points.Add(unit.Point);
        return ValueTask.FromResult(_points.Count == number ? fault : WriteFault.None);
    }

    public void Kill(WriteUnit unit) => kill();

    public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;
}
