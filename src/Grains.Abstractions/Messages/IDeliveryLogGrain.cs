using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Messages;

/// <summary>
/// Tells staff what became of the messages of one organisation. A stateless worker over
/// the outbox, so it is never behind. Key: <c>{org}</c>.
/// </summary>
[Alias("portal.IDeliveryLogGrain"), Repeatable]
public interface IDeliveryLogGrain : IGrainWithStringKey
{
    /// <summary>The newest messages about a patient, newest first; nothing for a patient of another organisation.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="limit">1 to 200.</param>
    [Alias("OfPatient"), Door(Callers.AnyStaff)]
    Task<DeliveryRecord[]> OfPatient(string patient, int limit);

    /// <summary>The newest messages of the organisation that bounced or were given up, newest first.</summary>
    /// <param name="limit">1 to 200.</param>
    [Alias("Undelivered"), Door(Callers.AccessStaff)]
    Task<DeliveryRecord[]> Undelivered(int limit);
}
