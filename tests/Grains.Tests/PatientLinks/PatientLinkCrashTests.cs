using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Invitations;
using Xunit;

namespace Portal.Grains.Tests.PatientLinks;

/// <summary>Each write of a scenario is spoilt in each way, and whoever repeats the operation comes to the same end.</summary>
public sealed class PatientLinkCrashTests
{
    [Fact]
    public Task A_link_repeated_after_a_crash_at_any_write_is_sent_once() => FaultAt.EachAsync(
        async portal => new CreateLink { Patient = await portal.AliceAsync(), Delivery = LinkDelivery.Email, Token = Tokens.New() },
        async (portal, command) => await portal.CreateLinkAsync(command),
        async (portal, command) =>
        {
            Assert.Equal(CreateLinkOutcome.Created, await portal.CreateLinkAsync(command));
            Assert.Single(await portal.MailAsync());
            Assert.Equal(LinkState.Active, (await portal.RowAsync(command.Patient)).State);
            Assert.Single(await portal.AuditAsync("link.created"));
            Assert.IsType<OpenLinkOutcome.Opened>(await portal.OpenAsync(command.Token));
        });

    [Fact]
    public Task A_use_repeated_after_a_crash_at_any_write_counts_once() => FaultAt.EachAsync(
        portal => portal.OpenedAsync(singleUse: true),
        async (portal, linked) => await portal.UseAsync(linked),
        async (portal, linked) =>
        {
            Assert.IsType<SignInOutcome.SignedIn>(await portal.UseAsync(linked));
            Assert.IsNotType<SignInOutcome.SignedIn>(await portal.UseAsync(linked with { Session = Tokens.New() }));
            var row = await portal.RowAsync(linked.Patient);
            Assert.Equal((LinkState.Used, 1), (row.State, row.Uses));
            Assert.Single(await portal.AuditAsync("link.used"));
            Assert.Single(await portal.AuditAsync("sign-in.done"));
        });

    [Fact]
    public Task Taking_it_back_repeated_after_a_crash_at_any_write_is_in_the_log_once() => FaultAt.EachAsync(
        portal => portal.OpenedAsync(),
        (portal, linked) => portal.AsAsync(Portal.Tests.Shared.Cast.Dana(), () => portal.Link(linked.Token).Revoke()),
        async (portal, linked) =>
        {
            await portal.AsAsync(Portal.Tests.Shared.Cast.Dana(), () => portal.Link(linked.Token).Revoke());
            Assert.IsType<SignInOutcome.TokenEnded>(await portal.UseAsync(linked));
            Assert.Equal(LinkState.Revoked, (await portal.RowAsync(linked.Patient)).State);
            Assert.Single(await portal.AuditAsync("link.revoked"));
        });
}
