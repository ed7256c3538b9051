using Xunit;

namespace Portal.Storage.Tests;

/// <summary>The five faults, and that they can be aimed at one write by its number.</summary>
public abstract class FaultContract : DatabaseTest
{
    [ContractFact]
    public async Task Failing_before_writes_nothing()
    {
        Database.Faults = new Script(2, WriteFault.FailBefore);
        await Database.WriteAsync(Things.Add("a"));
        var error = await Assert.ThrowsAsync<InjectedFaultException>(() => Database.WriteAsync(Things.Add("b")));
        Assert.Equal(WriteFault.FailBefore, error.Fault);
        Assert.Equal(["a"], await Things.IdsAsync(Database));
    }

    [ContractFact]
    public async Task Writing_then_throwing_leaves_the_write()
    {
        Database.Faults = new Script(1, WriteFault.WriteThenThrow);
        await Assert.ThrowsAsync<InjectedFaultException>(() => Database.WriteAsync(Things.Add("a")));
        Assert.Equal(["a"], await Things.IdsAsync(Database));
    }

    [ContractFact]
    public async Task Writing_then_killing_calls_the_killer_after_the_write_and_before_the_answer()
    {
        var script = new Script(1, WriteFault.WriteThenKill);
        Database.Faults = script;
        var write = Database.WriteAsync(Things.Add("a"));
        await Assert.ThrowsAsync<InjectedFaultException>(() => write);
        Assert.Equal(["thing"], script.Killed);
        Assert.Equal(["a"], await Things.IdsAsync(Database));
    }

    [ContractFact]
    public async Task A_late_answer_waits_while_the_write_is_there()
    {
        var script = new Script(1, WriteFault.AnswerLate);
        Database.Faults = script;
        var write = Database.WriteAsync(Things.Add("a"));
        await script.Asked.Task;
        Assert.False(write.IsCompleted);
        Assert.Equal(["a"], await Things.IdsAsync(Database));
        script.Answer.SetResult();
        Assert.Equal(1, Assert.Single(await write));
    }

    [ContractFact]
    public async Task A_stale_etag_is_a_conflict_that_writes_nothing()
    {
        Database.Faults = new Script(1, WriteFault.StaleETag);
        await Assert.ThrowsAsync<WriteConflictException>(() => Database.WriteAsync(Things.Add("a")));
        Assert.Equal(0, await Things.CountAsync(Database));
    }

    [ContractFact]
    public async Task Every_write_is_asked_about_once_in_the_order_of_the_calls()
    {
        var script = new Script(0, WriteFault.None);
        Database.Faults = script;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Database.WriteAsync(Things.Add($"t{i}") with { Point = $"{i}" })));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), script.Points);
        Database.Faults = null;
        await Database.WriteAsync(Things.Add("unasked"));
        Assert.Equal(20, script.Points.Count);
    }

    /// <summary>One fault at the write of one number.</summary>
    private sealed class Script(int number, WriteFault fault) : IWriteFaults
    {
        public List<string> Points { get; } = [];

        public List<string> Killed { get; } = [];

        public TaskCompletionSource Asked { get; } = new();

        public TaskCompletionSource Answer { get; } = new();

        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
        {
            Points.Add(unit.Point);
            return ValueTask.FromResult(Points.Count == number ? fault : WriteFault.None);
        }

        public void Kill(WriteUnit unit) => Killed.Add(unit.Point);

        public Task AnswerAsync(WriteUnit unit)
        {
            Asked.SetResult();
            return Answer.Task;
        }
    }
}
