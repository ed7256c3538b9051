using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.OneTimeCodes;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>What asking for codes leaves behind, and what it may cost.</summary>
public sealed class CodeKeepingTests
{
    [Fact]
    public async Task Codes_of_invented_addresses_leave_nothing_behind_after_a_day()
    {
        await using var desk = await SignInDesk.OpenAsync();
        for (var i = 0; i < 30; i++) await desk.AskAsync(desk.SubjectOf($"invented{i}@example.org"), address: $"198.51.100.{i}");
        await desk.AskAsync();
        await desk.Portal.SettleAsync();
        Assert.Equal(31, await RowsAsync(desk));
        using var sweeper = Sweeper(desk);
        await desk.Portal.AdvanceAsync(TimeSpan.FromHours(25));
        Assert.Equal(0, await sweeper.SweepAsync());
        await desk.AskAsync();
        await desk.Portal.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(30, await sweeper.SweepAsync());
        Assert.Equal(1, await RowsAsync(desk));
        Assert.Equal(0, await sweeper.SweepAsync());
        await desk.Portal.AdvanceAsync(TimeSpan.FromHours(26));
        Assert.Equal(1, await sweeper.SweepAsync());
        Assert.Equal(0, await RowsAsync(desk));
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync());
    }

    [Fact]
    public async Task When_the_organisations_text_messages_are_spent_no_code_is_texted_and_the_audit_log_says_so()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AdmitAsync(desk.Alice, "+447700900123", CredentialKind.Mobile);
        var outbox = desk.Portal.Silo.Services.GetRequiredService<Outbox>();
        for (var i = 0; i < SmsBudget.PerHour; i++)
        {
            await outbox.EnqueueAsync(new OutgoingMessage
            {
                Id = $"text-{i}",
                Organisation = PortalFixture.Riverside,
                Channel = MessageChannel.Sms,
                To = "+447700900124",
                Kind = MessageKind.SignInCode,
                Details = new MessageDetails { Code = "123456" },
            });
        }

        var subject = CredentialHash.Subject(desk.Hashes, PortalFixture.Riverside, CredentialKind.Mobile, "+447700900123");
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await desk.AskAsync(subject));
        Assert.Equal(["code.requested(sms-budget-spent)"], await desk.AuditAsync("code"));
        await desk.Portal.AdvanceAsync(TimeSpan.FromHours(1));
        await desk.AskAsync(subject);
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterAsync(Tokens.New(), await desk.CodeAsync("+447700900123"), subject));
    }

    private static OneTimeCodeSweeper Sweeper(SignInDesk desk) =>
        new(desk.Portal.Database, desk.Portal.Grains, desk.Portal.Clock, NullLogger<OneTimeCodeSweeper>.Instance);

    private static Task<long> RowsAsync(SignInDesk desk) => desk.Portal.Database.ReadAsync(async connection =>
        await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM grain_state WHERE grain_type LIKE '%onetimecode%'"));
}
