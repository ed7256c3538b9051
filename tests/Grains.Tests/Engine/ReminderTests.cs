using Dapper;
using Orleans;
using Orleans.Runtime;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Engine;

public sealed class ReminderTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_reminder_fires_when_due_and_then_every_period_without_drift()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<IRemindedGrain>().Remind("r", 3 * s_hour, 2 * s_hour);
        host.Clock.Advance((3 * s_hour) - TimeSpan.FromSeconds(1));
        Assert.Equal("", host.Journal.All);
        host.Clock.Advance(4 * s_hour);
        Assert.Equal("r@12:00:00 r@14:00:00", host.Journal.All);
    }

    [Fact]
    public async Task A_reminder_survives_the_silo_and_fires_late_at_the_next_start()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<IRemindedGrain>().Remind("r", 3 * s_hour, 24 * s_hour);
        host.Silo.Kill();
        host.Clock.Advance(75 * s_hour);
        Assert.Equal("", host.Journal.All);
        await host.RestartAsync();
        Assert.Equal("r@12:00:00", host.Journal.All);
        host.Clock.Advance(24 * s_hour);
        Assert.Equal("r@12:00:00 r@12:00:00", host.Journal.All);
    }

    [Fact]
    public async Task Registering_again_sets_the_times_anew_also_to_earlier()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<IRemindedGrain>().Remind("r", 30 * s_hour, s_hour);
        await host.Grain<IRemindedGrain>().Remind("r", s_hour, 30 * s_hour);
        host.Clock.Advance(2 * s_hour);
        Assert.Equal("r@10:00:00", host.Journal.All);
        Assert.Equal("r", await host.Grain<IRemindedGrain>().Names());
    }

    [Fact]
    public async Task A_reminder_that_removes_itself_fires_once()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<IRemindedGrain>().Remind("once", s_hour, s_hour);
        host.Clock.Advance(5 * s_hour);
        Assert.Equal("once@10:00:00", host.Journal.All);
        Assert.Equal("", await host.Grain<IRemindedGrain>().Names());
    }

    [Fact]
    public async Task A_tick_that_fails_comes_again_after_the_period()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<IRemindedGrain>().Remind("fail", s_hour, s_hour);
        host.Clock.Advance(2 * s_hour);
        Assert.Equal("fail@10:00:00 fail@11:00:00", host.Journal.All);
    }

    [Fact]
    public async Task A_tick_whose_moving_on_was_not_written_comes_again()
    {
        await using var host = await EngineHost.StartAsync();
        await host.Grain<IRemindedGrain>().Remind("r", s_hour, 24 * s_hour);
        host.Database.Faults = new FailNext();
        host.Clock.Advance(s_hour);
        Assert.Equal("r@10:00:00", host.Journal.All);
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("r@10:00:00 r@10:00:10", host.Journal.All);
        host.Clock.Advance(s_hour);
        Assert.Equal("r@10:00:00 r@10:00:10", host.Journal.All);
    }

    [Fact]
    public async Task Hundreds_due_at_once_all_fire()
    {
        await using var host = await EngineHost.StartAsync();
        for (var i = 0; i < 250; i++) await host.Grain<IRemindedGrain>($"o/{i}").Remind("r", s_hour, s_hour);
        host.Clock.Advance(s_hour);
        Assert.Equal(250, host.Journal.All.Split(' ').Length);
    }

    [Fact]
    public async Task Pending_reminders_are_found_through_an_index()
    {
        await using var host = await EngineHost.StartAsync();
        var plan = await host.Database.ReadAsync(connection => connection.QueryAsync<dynamic>(
            "EXPLAIN QUERY PLAN SELECT * FROM reminders WHERE due <= 1 ORDER BY due, grain_type, grain_key, name LIMIT 100"));
        Assert.Contains("reminders_due", string.Join(" ", plan.Select(row => (string)row.detail)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reminder_due_at_once_fires_after_the_request_that_registered_it(bool deterministic)
    {
        await using var host = await EngineHost.StartAsync(deterministic);
        RequestContext.Set("who", "Alice");
        await host.Grain<IRemindedGrain>().Remind("context", TimeSpan.Zero, s_hour);
        RequestContext.Clear();
        await host.Journal.At("ticked");
        Assert.Equal("context@09:00:00", host.Journal.All);
    }

    [Fact]
    public async Task Impossible_times_and_grains_are_refused()
    {
        await using var host = await EngineHost.StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => host.Grain<IRemindedGrain>().Remind("r", s_hour, TimeSpan.FromSeconds(59)));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.Grain<IRemindedGrain>().Remind("r", -s_hour, s_hour));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Grain<IUnremindableGrain>().Remind());
    }

    private sealed class FailNext : IWriteFaults
    {
        private bool _done;

        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
        {
            var fault = _done ? WriteFault.None : WriteFault.FailBefore;
            _done = true;
            return new(fault);
        }

        public void Kill(WriteUnit unit) { }

        public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;
    }
}

public interface IRemindedGrain : IGrainWithStringKey
{
    Task Remind(string name, TimeSpan due, TimeSpan period);

    Task<string> Names();
}

public sealed class RemindedGrain(Journal journal, TimeProvider time) : Grain, IRemindedGrain, IRemindable
{
    public Task Remind(string name, TimeSpan due, TimeSpan period) => this.RegisterOrUpdateReminder(name, due, period);

    public async Task<string> Names() => string.Join(" ", (await this.GetReminders()).Select(reminder => reminder.ReminderName));

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (reminderName == "context" && RequestContext.Get("who") is { } who) journal.Note($"leaked:{who}");
        journal.Note($"{reminderName}@{time.GetUtcNow():HH:mm:ss}");
        journal.Open("ticked");
        if (reminderName == "fail") throw new InvalidOperationException(reminderName);
        if (reminderName == "once" && await this.GetReminder(reminderName) is { } reminder) await this.UnregisterReminder(reminder);
    }
}

public interface IUnremindableGrain : IGrainWithStringKey
{
    Task Remind();
}

public sealed class UnremindableGrain : Grain, IUnremindableGrain
{
    public Task Remind() => this.RegisterOrUpdateReminder("r", TimeSpan.Zero, TimeSpan.FromHours(1));
}
