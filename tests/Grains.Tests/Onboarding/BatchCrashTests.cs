using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Invitations;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Onboarding;

/// <summary>Bulk work with a fault at each of its writes, of each kind: the end is exact all the same.</summary>
public sealed class BatchCrashTests
{
    [Fact]
    public Task An_import_that_anything_cut_off_puts_everybody_on_file_once() => FaultAt.EachAsync(
        async portal => await new BatchDesk(portal).ImportAsync(
            BatchDesk.Person(1), BatchDesk.Person(2), BatchDesk.Person(1), BatchDesk.Person(3)),
        RunAsync,
        async (portal, id) =>
        {
            var desk = new BatchDesk(portal);
            var view = await EndAsync(desk, id);
            Assert.Equal((3, 1), (view.Count(RowOutcome.Done), view.Count(RowOutcome.Repeated)));
            Assert.Equal(3, (await desk.SearchAsync("archer")).Total);
            Assert.Equal(3, (await LogAsync(portal, "patient.registered")).Count);
        });

    [Fact]
    public Task An_onboarding_that_anything_cut_off_invites_everybody_once() => FaultAt.EachAsync(
        async portal =>
        {
            var (alice, bob) = (await portal.RegisterAsync("Alice"), await portal.RegisterAsync("Bob", email: "bob@example.org"));
            var (desk, id) = (new BatchDesk(portal), Ids.New("b"));
            var order = new OnboardingOrder { GiveAccess = true, Invite = true, Patients = [alice, bob] };
            await desk.Do(() => desk.Batch(id).Create(new CreateBatch { Job = BatchJob.Onboarding, Onboarding = order }));
            await desk.UntilAsync(id, BatchStage.Ready);
            return id;
        },
        RunAsync,
        async (portal, id) =>
        {
            Assert.Equal(2, (await EndAsync(new BatchDesk(portal), id)).Count(RowOutcome.Done));
            Assert.Equal(2, (await portal.MailAsync()).Count);
            Assert.Equal(2, (await LogAsync(portal, "invitation.created")).Count);
            Assert.Equal(2, (await LogAsync(portal, "patient.access-given")).Count);
        });

    private static async Task RunAsync(PortalFixture portal, string id)
    {
        var desk = new BatchDesk(portal);
        await desk.Do(() => desk.Batch(id).Begin());
        await portal.AdvanceAsync(TimeSpan.FromSeconds(5));
    }

    // Where the call that began it failed, staff press the button again.
    private static async Task<BatchView> EndAsync(BatchDesk desk, string id)
    {
        await desk.Do(() => desk.Batch(id).Begin());
        return await desk.UntilAsync(id, BatchStage.Done);
    }

    private static async Task<IReadOnlyList<AuditEntry>> LogAsync(PortalFixture portal, string action) =>
        (await portal.AsAsync(Cast.Erin(), () => portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { Action = action }))).Rows;
}
