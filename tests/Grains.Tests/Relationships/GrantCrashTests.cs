using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Sessions;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Relationships;

/// <summary>Giving and ending a grant with one write going wrong: each in turn, in each way.</summary>
public sealed class GrantCrashTests
{
    [Theory]
    [InlineData(WriteFault.FailBefore)]
    [InlineData(WriteFault.WriteThenThrow)]
    [InlineData(WriteFault.WriteThenKill)]
    [InlineData(WriteFault.AnswerLate)]
    [InlineData(WriteFault.StaleETag)]
    public async Task A_grant_is_given_once_and_ended_once_whichever_write_goes_wrong(WriteFault fault)
    {
        var writes = await GiveAndEndAsync(new OneFault(0, WriteFault.None));
        Assert.InRange(writes, 8, 60);
        for (var at = 1; at <= writes; at++) await GiveAndEndAsync(new OneFault(at, fault));
    }

    private static async Task<int> GiveAndEndAsync(OneFault fault)
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var visit = new Visit(desk.Desk, fault);
        var given = Assert.IsType<GiveGrantOutcome.Given>(
            await visit.DoAsync(() => desk.GiveAsync(CaregiverScopes.All, desk.Child, parental: true)));
        var grants = await visit.DoAsync(() => desk.ListAsync(desk.Child));
        var grant = Assert.Single(grants, g => g.EndedAt is null).Id;
        await visit.DoAsync(() => desk.Portal.AsAsync(Cast.Dana(), () => desk.Relations(desk.Child).End(grant)));
        await visit.RecoverAsync();
        desk.Portal.Database.Faults = null;
        Assert.NotNull(Assert.Single(await desk.ListAsync(desk.Child)).EndedAt);
        var person = desk.Portal.Grains.GetGrain<IActingListGrain>(GrainKeys.ForActingList(PortalFixture.Riverside, given.Person));
        Assert.Empty(await desk.Portal.AsAsync(Cast.Dana(), person.Patients));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Single(await desk.Desk.AuditAsync("grant.given"));
        Assert.Single(await desk.Desk.AuditAsync("grant.ended"));
        var mail = await desk.Portal.MailAsync(CaregiverDesk.BobEmail);
        Assert.Single(mail, m => m.Subject.StartsWith("You may act for somebody", StringComparison.Ordinal));
        Assert.Single(mail, m => m.Subject.StartsWith("Acting for somebody", StringComparison.Ordinal));
        return fault.Count;
    }
}
