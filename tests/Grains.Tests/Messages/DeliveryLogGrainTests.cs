using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Messages;

/// <summary>The delivery log as the web asks for it.</summary>
public sealed class DeliveryLogGrainTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;

    public async Task InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        await _portal.Silo.Services.GetRequiredService<Outbox>().EnqueueAsync(TestMessages.Invitation);
        await _portal.MailAsync();
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    private Task<DeliveryRecord[]> AskAsync(Principal principal, string organisation = PortalFixture.Riverside) =>
        _portal.AsAsync(principal, () => _portal.Grains.GetGrain<IDeliveryLogGrain>(organisation).OfPatient("p-alice", 10));

    [Fact]
    public async Task Dana_sees_what_became_of_a_message()
    {
        var record = Assert.Single(await AskAsync(Cast.Dana()));
        Assert.Equal((MessageKind.Invitation, DeliveryState.Sent, "a•••@example.org"), (record.Kind, record.State, record.MaskedTo));
        var log = _portal.Grains.GetGrain<IDeliveryLogGrain>(PortalFixture.Riverside);
        Assert.Empty(await _portal.AsAsync(Cast.Erin(), () => log.Undelivered(10)));
    }

    [Fact]
    public async Task Charlie_cannot_see_it_and_neither_can_patients_or_visitors()
    {
        await Assert.ThrowsAsync<DoorRefusedException>(() => AskAsync(Cast.Charlie));
        await Assert.ThrowsAsync<DoorRefusedException>(() => AskAsync(Cast.Visitor()));
        await Assert.ThrowsAsync<DoorRefusedException>(() => AskAsync(Cast.Patient("p-alice")));
        Assert.Empty(await AskAsync(Cast.Charlie, PortalFixture.Hilltop));
    }
}
