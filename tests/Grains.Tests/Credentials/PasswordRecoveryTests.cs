using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Credentials;

public sealed class PasswordRecoveryTests
{
    [Fact]
    public async Task The_email_and_the_postal_code_lead_to_a_link_that_works_once()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var session = await desk.ChooseAsync();
        Assert.IsType<RecoveryOutcome.OnItsWay>(await desk.RequestRecoveryAsync(await desk.PostalCodeAsync()));
        var token = await desk.RecoveryLinkAsync();
        Assert.True(await desk.AsVisitorAsync(() => desk.Reset(token).IsGood()));
        Assert.True(await desk.AsVisitorAsync(() => desk.Reset(token).IsGood()));
        Assert.IsType<ResetOutcome.Refused>(await desk.AsVisitorAsync(() => desk.Reset(token).Use("short")));
        Assert.IsType<ResetOutcome.Done>(await desk.AsVisitorAsync(() => desk.Reset(token).Use(PasswordDesk.Better)));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(session));
        Assert.False(await desk.AsVisitorAsync(() => desk.Reset(token).IsGood()));
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Better));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Password().Remove("op"));
        Assert.IsType<ResetOutcome.Ended>(await desk.AsVisitorAsync(() => desk.Reset(token).Use(PasswordDesk.Good)));
    }

    [Fact]
    public async Task A_wrong_postal_code_an_unknown_address_and_a_blocked_patient_get_the_same_answer_and_no_link()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var right = await WritesAsync(desk, () => desk.RequestRecoveryAsync("SW1A 1AA", desk.SubjectOf("nobody@example.org")));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var wrong = await WritesAsync(desk, () => desk.RequestRecoveryAsync("SW1A 1AA"));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        var code = await desk.PostalCodeAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("test"));
        await desk.Portal.SettleAsync();
        var blocked = await WritesAsync(desk, () => desk.RequestRecoveryAsync(code));
        Assert.Equal(right, wrong);
        Assert.Equal(right, blocked);
        Assert.Empty(await desk.Portal.MailAsync(SignInDesk.AliceEmail));
    }

    [Fact]
    public async Task A_link_ends_after_an_hour_and_by_a_block()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.RequestRecoveryAsync(await desk.PostalCodeAsync());
        var token = await desk.RecoveryLinkAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Block("test"));
        Assert.False(await desk.AsVisitorAsync(() => desk.Reset(token).IsGood()));
        Assert.IsType<ResetOutcome.Ended>(await desk.AsVisitorAsync(() => desk.Reset(token).Use(PasswordDesk.Good)));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).Unblock());
        Assert.True(await desk.AsVisitorAsync(() => desk.Reset(token).IsGood()));
        await desk.Portal.AdvanceAsync(PasswordLimits.ResetLifetime);
        Assert.False(await desk.AsVisitorAsync(() => desk.Reset(token).IsGood()));
        Assert.IsType<ResetOutcome.Ended>(await desk.AsVisitorAsync(() => desk.Reset(token).Use(PasswordDesk.Good)));
    }

    [Fact]
    public async Task Links_are_sent_once_a_minute_five_times_an_hour_and_ten_times_a_day()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        var code = await desk.PostalCodeAsync();
        var sent = 0;
        for (var minute = 0; minute < 24 * 60; minute += 6)
        {
            if (await desk.RequestRecoveryAsync(code) is RecoveryOutcome.OnItsWay) sent++;
            if (minute == 0) Assert.IsType<RecoveryOutcome.TooMany>(await desk.RequestRecoveryAsync(code));
            if (minute == 54) Assert.Equal(PasswordLimits.RecoveriesPerHour, sent);
            await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(6));
        }

        Assert.Equal(PasswordLimits.RecoveriesPerDay, sent);
    }

    private static async Task<IReadOnlyList<string>> WritesAsync(SignInDesk desk, Func<Task<RecoveryOutcome>> form)
    {
        using var log = WriteLog.Of(desk.Portal.Database);
        Assert.IsType<RecoveryOutcome.OnItsWay>(await form());
        await desk.Portal.SettleAsync();
        return log.Points;
    }
}
