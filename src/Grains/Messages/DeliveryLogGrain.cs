using Orleans.Concurrency;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Shared;

namespace Portal.Grains.Messages;

/// <inheritdoc cref="IDeliveryLogGrain" />
[StatelessWorker]
public sealed class DeliveryLogGrain(DeliveryLog log, TimeProvider time) : PortalGrain(time), IDeliveryLogGrain
{
    /// <inheritdoc />
    public Task<DeliveryRecord[]> OfPatient(string patient, int limit) => log.OfPatientAsync(Organisation, patient, limit);

    /// <inheritdoc />
    public Task<DeliveryRecord[]> Undelivered(int limit) => log.UndeliveredAsync(Organisation, limit);
}
