using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

public sealed partial class PasswordRecoveryTests
{
    [Fact]
    public async Task The_email_and_the_postal_code_lead_to_a_link_that_works_once()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var session = await desk.ChooseAsync();
        Assert.IsType<RecoveryOutcome.OnItsWay>(await RequestAsync(desk, await PostalCodeAsync(desk)));
        var token = await LinkAsync(desk);
        Assert.True(await desk.AsVisitorAsync(() => Reset(desk, token).IsGood()));
        Assert.True(await desk.AsVisitorAsync(() => Reset(desk, token).IsGood()));
        Assert.IsType<ResetOutcome.Refused>(await desk.AsVisitorAsync(() => Reset(desk, token).Use("short")));
        Assert.IsType<ResetOutcome.Done>(await desk.AsVisitorAsync(() => Reset(desk, token).Use(PasswordDesk.Better)));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(session));
        Assert.False(await desk.AsVisitorAsync(() => Reset(desk, token).IsGood()));
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Better));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().Remove("op"));
        Assert.IsType<ResetOutcome.Ended>(await desk.AsVisitorAsync(() => Reset(desk, token).Use(PasswordDesk.Good)));
    }

    [Fact]
    public async Task A_wrong_postal_code_an_unknown_address_and_a_blocked_patient_get_the_same_answer_and_no_link()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var right = await WritesAsync(desk, () => RequestAsync(desk, "SW1A 1AA", desk.SubjectOf("nobody@example.org")));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var wrong = await WritesAsync(desk, () => RequestAsync(desk, "SW1A 1AA"));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var code = await PostalCodeAsync(desk);
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("test"));
        await desk.Portal.SettleAsync();
        var blocked = await WritesAsync(desk, () => RequestAsync(desk, code));
        Assert.Equal(right, wrong);
        Assert.Equal(right, blocked);
        Assert.Empty(await desk.Portal.MailAsync(SignInDesk.AliceEmail));
    }

    [Fact]
    public async Task A_link_ends_after_an_hour_and_by_a_block()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await RequestAsync(desk, await PostalCodeAsync(desk));
        var token = await LinkAsync(desk);
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("test"));
        Assert.False(await desk.AsVisitorAsync(() => Reset(desk, token).IsGood()));
        Assert.IsType<ResetOutcome.Ended>(await desk.AsVisitorAsync(() => Reset(desk, token).Use(PasswordDesk.Good)));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Unblock());
        Assert.True(await desk.AsVisitorAsync(() => Reset(desk, token).IsGood()));
        await desk.Portal.AdvanceAsync(PasswordLimits.ResetLifetime);
        Assert.False(await desk.AsVisitorAsync(() => Reset(desk, token).IsGood()));
        Assert.IsType<ResetOutcome.Ended>(await desk.AsVisitorAsync(() => Reset(desk, token).Use(PasswordDesk.Good)));
    }

    [Fact]
    public async Task Links_are_sent_once_a_minute_five_times_an_hour_and_ten_times_a_day()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var code = await PostalCodeAsync(desk);
        var sent = 0;
        for (var minute = 0; minute < 24 * 60; minute += 6)
        {
            if (await RequestAsync(desk, code) is RecoveryOutcome.OnItsWay) sent++;
            if (minute == 0) Assert.IsType<RecoveryOutcome.TooMany>(await RequestAsync(desk, code));
            if (minute == 54) Assert.Equal(PasswordLimits.RecoveriesPerHour, sent);
            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(6));
        }

        Assert.Equal(PasswordLimits.RecoveriesPerDay, sent);
    }

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
        await RequestAsync(desk, await PostalCodeAsync(desk));
        var token = await LinkAsync(desk);
        var visit = new Visit(desk, fault);
        Assert.IsType<ResetOutcome.Done>(
            await visit.DoAsync(() => desk.AsVisitorAsync(() => Reset(desk, token).Use(PasswordDesk.Better))));
        await visit.RecoverAsync();
        desk.Portal.Database.Faults = null;
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(session));
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Better));
        Assert.Equal(2, (await desk.AuditAsync("password.chosen")).Count);
        var mail = await desk.Portal.MailAsync(SignInDesk.AliceEmail);
        Assert.Equal(2, mail.Count(m => m.Subject.Contains("was changed", StringComparison.Ordinal)));
        return fault.Count;
    }

    private static Task<RecoveryOutcome> RequestAsync(SignInDesk desk, string postalCode, string? subject = null)
    {
        var key = GrainKeys.ForPasswordRecovery(PortalFixture.Riverside, subject ?? desk.AliceSubject);
        return desk.AsVisitorAsync(() => desk.Portal.Grains.GetGrain<IPasswordRecoveryGrain>(key).Request(
            new RequestRecovery { PostalCode = postalCode }));
    }

    private static IPasswordResetGrain Reset(SignInDesk desk, string token) =>
        desk.Portal.Grains.GetGrain<IPasswordResetGrain>(GrainKeys.ForPasswordReset(PortalFixture.Riverside, Tokens.Hash(token)));

    // Typed as people do: small letters, no space.
    private static async Task<string> PostalCodeAsync(SignInDesk desk)
    {
        var view = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Get());
        return view!.Contact.PostalCode.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
    }

    private static async Task<string> LinkAsync(SignInDesk desk)
    {
        await desk.Portal.SettleAsync();
        return Link().Match((await desk.Portal.MailAsync(SignInDesk.AliceEmail))[0].Text).Groups[1].Value;
    }

    private static async Task<IReadOnlyList<string>> WritesAsync(SignInDesk desk, Func<Task<RecoveryOutcome>> form)
    {
        using var log = WriteLog.Of(desk.Portal.Database);
        Assert.IsType<RecoveryOutcome.OnItsWay>(await form());
        await desk.Portal.SettleAsync();
        return log.Points;
    }

    [GeneratedRegex("/reset/([A-Za-z0-9_-]+)")]
    private static partial Regex Link();
}
