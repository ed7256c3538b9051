using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>The authenticator app with one write going wrong: each in turn, in each way.</summary>
public sealed class MfaCrashTests
{
    public static TheoryData<WriteFault> Faults =>
    [
        WriteFault.FailBefore, WriteFault.WriteThenThrow, WriteFault.WriteThenKill, WriteFault.AnswerLate, WriteFault.StaleETag,
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Setting_up_comes_out_the_same_whichever_write_goes_wrong(WriteFault fault)
    {
        var writes = await SetUpAsync(new OneFault(0, WriteFault.None));
        Assert.InRange(writes, 3, 20);
        for (var at = 1; at <= writes; at++) await SetUpAsync(new OneFault(at, fault));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_recovery_code_signs_in_one_session_only_whichever_write_goes_wrong(WriteFault fault)
    {
        var writes = await RecoverAsync(new OneFault(0, WriteFault.None));
        Assert.InRange(writes, 4, 30);
        for (var at = 1; at <= writes; at++) await RecoverAsync(new OneFault(at, fault));
    }

    private static async Task<int> SetUpAsync(OneFault fault)
    {
        await using var desk = await SignInDesk.OpenAsync();
        var token = await desk.SignInAsync();
        var secret = await desk.AsVisitorAsync(() => desk.Session(token).PrepareMfa("set-up"));
        var code = Portal.Grains.Shared.Totp.CodeAt(secret!.Secret, desk.Portal.Clock.GetUtcNow());
        var visit = new Visit(desk, fault);
        var outcome = await visit.DoAsync(() => desk.AsVisitorAsync(
            () => desk.Session(token).SetUpMfa(new ChangeMfa { Code = code, Operation = "set-up" })));
        // Where the write that let this session go on was lost, the session ended with all others, and the app is set up all the same.
        if (outcome is not MfaOutcome.SessionEnded) Assert.Equal(10, Assert.IsType<MfaOutcome.Done>(outcome).RecoveryCodes.Count);
        await visit.RecoverAsync();
        desk.Portal.Database.Faults = null;
        Assert.True((await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Mfa())).On);
        await desk.Portal.SettleAsync();
        Assert.Single(await desk.AuditAsync("mfa.switched-on"));
        Assert.Single(await desk.Portal.MailAsync(SignInDesk.AliceEmail), m => m.Subject.StartsWith("Your authenticator app"));
        return fault.Count;
    }

    private static async Task<int> RecoverAsync(OneFault fault)
    {
        await using var desk = await SignInDesk.OpenAsync();
        var mfa = await MfaDesk.SetUpAsync(desk);
        var first = await mfa.FirstStepAsync();
        var next = Tokens.New();
        var visit = new Visit(desk, fault);
        Assert.IsType<SignInOutcome.SignedIn>(await visit.DoAsync(() => mfa.SecondStepAsync(first, mfa.Recovery[0], next)));
        await visit.RecoverAsync();
        desk.Portal.Database.Faults = null;
        Assert.Null(await desk.EndOfAsync(next));
        Assert.Equal(9, (await mfa.ViewAsync()).RecoveryCodesLeft);
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var other = await mfa.FirstStepAsync();
        Assert.IsType<SignInOutcome.WrongCode>(await mfa.SecondStepAsync(other, mfa.Recovery[0], Tokens.New()));
        Assert.Single(await desk.AuditAsync("mfa.recovery-code-used"));
        Assert.Equal(2, (await desk.AuditAsync("sign-in.done")).Count);
        return fault.Count;
    }
}
