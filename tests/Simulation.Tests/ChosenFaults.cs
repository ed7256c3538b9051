using Portal.Grains.Embedded;
using Portal.Storage;

namespace Portal.Simulation.Tests;

/// <summary>Lets chosen writes of a scenario go wrong, each in its way, and counts all of them.</summary>
/// <param name="faults">Number of a write, from 1, and what happens to it.</param>
internal sealed class ChosenFaults(params (int Number, WriteFault Fault)[] faults) : IWriteFaults
{
    private readonly List<string> _points = [];
    private readonly List<TaskCompletionSource> _late = [];

    /// <summary>Kills the silo that runs.</summary>
    public Action Killing { get; set; } = () => { };

    /// <summary>Where the writes were, in order.</summary>
    public IReadOnlyList<string> Points => _points;

    public async ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
    {
        // A process that has died writes nothing more.
        if (EmbeddedSilo.InKilledTurn) await new TaskCompletionSource().Task;
        _points.Add(unit.Point);
        return faults.FirstOrDefault(f => f.Number == _points.Count).Fault;
    }

    public void Kill(WriteUnit unit) => Killing();

    public Task AnswerAsync(WriteUnit unit)
    {
        var answer = new TaskCompletionSource();
        _late.Add(answer);
        return answer.Task;
    }

    /// <summary>Gives the answers that were held back.</summary>
    public void AnswerNow()
    {
        foreach (var answer in _late.ToArray()) answer.TrySetResult();
    }
}
