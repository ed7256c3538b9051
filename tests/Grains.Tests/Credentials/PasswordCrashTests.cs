using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Storage;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

/// <summary>A change of the password with one write going wrong: each in turn, in each way.</summary>
public sealed class PasswordCrashTests
{
    [Theory]
    [InlineData(WriteFault.FailBefore)]
    [InlineData(WriteFault.WriteThenThrow)]
    [InlineData(WriteFault.WriteThenKill)]
    [InlineData(WriteFault.AnswerLate)]
    [InlineData(WriteFault.StaleETag)]
    public async Task A_reset_comes_out_the_same_whichever_write_goes_wrong(WriteFault fault)
    {
        var writes = await ResetAsync(new OneFault(0, WriteFault.None));
        Assert.InRange(writes, 4, 20);
        for (var at = 1; at <= writes; at++) await ResetAsync(new OneFault(at, fault));
    }

    private static async Task<int> ResetAsync(OneFault fault)
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var session = await desk.ChooseAsync();
        await desk.RequestRecoveryAsync(await desk.PostalCodeAsync());
        var token = await desk.RecoveryLinkAsync();
        var visit = new Visit(desk, fault);
        Assert.IsType<ResetOutcome.Done>(
            await visit.DoAsync(() => desk.AsVisitorAsync(() => desk.Reset(token).Use(PasswordDesk.Better))));
        await visit.RecoverAsync();
        desk.Portal.Database.Faults = null;
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(session));
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Better));
        Assert.Equal(2, (await desk.AuditAsync("password.chosen")).Count);
        var mail = await desk.Portal.MailAsync(SignInDesk.AliceEmail);
        Assert.Equal(2, mail.Count(m => m.Subject.Contains("was changed", StringComparison.Ordinal)));
        return fault.Count;
    }
}
