using Orleans;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Messages;
using Portal.Grains.Shared;

namespace Portal.Grains.OneTimeCodes;

/// <inheritdoc cref="ISmsBudgetGrain" />
[KeepAlive]
public sealed class SmsBudgetGrain(Outbox outbox, TimeProvider time) : PortalGrain(time), ISmsBudgetGrain
{
    private Queue<DateTimeOffset> _sent = new();

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _sent = new(await outbox.QueuedAtAsync(Organisation, MessageChannel.Sms, Now - SmsBudget.Day, SmsBudget.PerDay, cancellationToken));

    /// <inheritdoc />
    public Task<bool> TrySpend() => Task.FromResult(SmsBudget.TrySpend(_sent, Now));
}
