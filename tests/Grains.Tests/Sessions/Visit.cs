using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>Somebody who repeats what got no answer.</summary>
internal sealed class Visit
{
    private readonly SignInDesk _desk;
    private readonly OneFault _fault;

    public Visit(SignInDesk desk, OneFault fault)
    {
        (_desk, _fault) = (desk, fault);
        fault.Clock = desk.Portal.Clock;
        fault.Killing = () => desk.Portal.Silo.Kill();
        desk.Portal.Database.Faults = fault;
    }

    public async Task<T> DoAsync<T>(Func<Task<T>> form)
    {
        for (var attempt = 1; ; attempt++)
        {
            await RecoverAsync();
            try
            {
                var answer = form();
                await _desk.Portal.SettleAsync();
                while (!answer.IsCompleted && _fault.IsLate) await _desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(1));
                return await answer;
            }
            catch (Exception error) when (attempt < 3 && error is not Xunit.Sdk.XunitException)
            {
                Assert.True(_fault.Fired, error.ToString());
            }
        }
    }

    /// <summary>
    /// Asks for a code until one comes: again after some seconds without one, and then after the minute that has to pass.
    /// </summary>
    public async Task<string> CodeAsync<T>(Func<Task<T>> request)
    {
        var before = await MailAsync();
        foreach (var wait in new[] { 5, 5, 60, 5 })
        {
            await DoAsync(request);
            await _desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(wait));
            if (await MailAsync() > before) return await _desk.CodeAsync();
        }

        throw new InvalidOperationException($"No code came; the fault was at {_fault.Point}.");
    }

    public async Task RecoverAsync()
    {
        await _desk.Portal.SettleAsync();
        if (_fault.TakeKilled()) await _desk.Portal.RestartAsync();
    }

    private async Task<int> MailAsync()
    {
        await RecoverAsync();
        _desk.Portal.Database.Faults = null;
        var mail = await _desk.Portal.MailAsync(SignInDesk.AliceEmail);
        _desk.Portal.Database.Faults = _fault;
        return mail.Count;
    }
}

/// <summary>Lets one write, counted from 1, go wrong.</summary>
internal sealed class OneFault(int at, WriteFault kind) : IWriteFaults
{
    private bool _killed;

    public int Count { get; private set; }

    public bool Fired { get; private set; }

    /// <summary>Whether an answer is still on its way.</summary>
    public bool IsLate { get; private set; }

    public string Point { get; private set; } = "";

    public ManualTimeProvider Clock { get; set; } = null!;

    public Action Killing { get; set; } = () => { };

    public bool TakeKilled() => _killed && !(_killed = false);

    public ValueTask<WriteFault> BeforeAsync(WriteUnit unit)
    {
        if (++Count != at) return ValueTask.FromResult(WriteFault.None);
        (Fired, IsLate, Point) = (true, kind == WriteFault.AnswerLate, $"{at} {unit.Point}");
        return ValueTask.FromResult(kind);
    }

    public void Kill(WriteUnit unit)
    {
        _killed = true;
        Killing();
    }

    public async Task AnswerAsync(WriteUnit unit)
    {
        var answer = new TaskCompletionSource();
        await using var timer = Clock.CreateTimer(_ => answer.SetResult(), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        await answer.Task;
        IsLate = false;
    }
}
