using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
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

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_visit_comes_out_the_same_in_whatever_order_turns_run(int start)
    {
        var random = new Random(start);
        var faults = Enum.GetValues<WriteFault>();
        for (var seed = start * 100; seed < start * 100 + 20; seed++)
        {
            await VisitAsync(new OneFault(random.Next(1, 30), faults[random.Next(faults.Length)]), seed);
        }
    }

    private static async Task<int> VisitAsync(OneFault fault, int? seed = null)
    {
        await using var desk = await SignInDesk.OpenAsync(seed: seed);
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
}
