using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>
/// A patient's whole visit, with one write going wrong: each write of the story in turn, in each way. Whoever gets no answer sends the same
/// form again, and everything comes out as if nothing had happened.
/// </summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(WriteFault.FailBefore)]
    [InlineData(WriteFault.WriteThenThrow)]
    [InlineData(WriteFault.WriteThenKill)]
    [InlineData(WriteFault.AnswerLate)]
    [InlineData(WriteFault.StaleETag)]
    public async Task A_visit_comes_out_the_same_whichever_write_goes_wrong(WriteFault fault)
    {
        var writes = await VisitAsync(new OneFault(0, WriteFault.None));
        Assert.InRange(writes, 15, 60);
        for (var at = 1; at <= writes; at++) await VisitAsync(new OneFault(at, fault));
    }

    private static async Task<int> VisitAsync(OneFault fault)
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.Portal.SettleAsync();
        var visit = new Visit(desk, fault);
        var (first, second) = (Tokens.New(), Tokens.New());
        var code = await visit.CodeAsync(() => desk.AskAsync());
        Assert.IsType<SignInOutcome.SignedIn>(await visit.DoAsync(() => desk.EnterAsync(first, code)));
        Assert.IsType<SignInOutcome.CodeEnded>(await visit.DoAsync(() => desk.EnterAsync(Tokens.New(), code)));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.IsType<SessionCheck.Alive>(await visit.DoAsync(() => desk.CheckAsync(first)));
        var phone = SignInDesk.Browser("phone");
        var elevation = await visit.CodeAsync(() => desk.AsVisitorAsync(() => desk.Session(first).RequestElevation(phone)));
        var elevate = new Elevate { Code = elevation, NewSession = Tokens.Hash(second), Device = phone };
        Assert.IsType<ElevateOutcome.Elevated>(await visit.DoAsync(() => desk.AsVisitorAsync(() => desk.Session(first).Elevate(elevate))));
        Assert.Equal(SessionEnd.Superseded, await visit.DoAsync(() => desk.EndOfAsync(first)));
        Assert.True(await visit.DoAsync(() => desk.IsElevatedAsync(second)));
        await visit.DoAsync(() => desk.AsVisitorAsync(async () =>
        {
            await desk.Session(second).SignOut();
            return true;
        }));
        await visit.RecoverAsync();
        await CheckAsync(desk, fault, second);
        return fault.Count;
    }

    private static async Task CheckAsync(SignInDesk desk, OneFault fault, string second)
    {
        desk.Portal.Database.Faults = null;
        Assert.Equal(SessionEnd.SignedOut, await desk.EndOfAsync(second));
        string[] told = ["sign-in.done", "elevation.granted", "session.ended(signed-out)"];
        var log = await desk.AuditAsync();
        Assert.Equal(told, log.Where(told.Contains));
        var row = Assert.Single(await desk.Portal.AsAsync(Cast.Dana(), () => desk.List(desk.Alice).List()));
        Assert.True(row.Reason == SessionEnd.SignedOut, $"write {fault.Point}: the list says {row.Reason}");
        var patient = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess());
        Assert.NotNull(patient!.Credentials[0].VerifiedAt);
        // A second code of one kind only where the first was lost before it was sent, and never two under one name.
        Assert.InRange((await desk.Portal.MailAsync(SignInDesk.AliceEmail)).Count, 2, 3);
    }

    /// <summary>Somebody who repeats what got no answer.</summary>
    private sealed class Visit
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
    private sealed class OneFault(int at, WriteFault kind) : IWriteFaults
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
}
