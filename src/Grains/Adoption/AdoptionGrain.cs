using Orleans.Concurrency;
using Portal.Grains.Abstractions.Adoption;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Adoption;

/// <inheritdoc cref="IAdoptionGrain" />
[StatelessWorker]
public sealed class AdoptionGrain(Database database, DeliveryLog deliveries, TimeProvider time) : PortalGrain(time), IAdoptionGrain
{
    /// <inheritdoc />
    public async Task<AdoptionPicture> Picture()
    {
        var (months, since) = (Adoption.Months(Now), Now - AdoptionPicture.Recent);
        var totals = AdoptionTable.TotalsAsync(database, Organisation, since);
        var active = AdoptionTable.MonthsAsync(database, Organisation, Adoption.MonthOf(Adoption.Begin(months[0])));
        var invitations = AdoptionTable.InvitationsAsync(database, Organisation, [.. months.Select(Adoption.Begin)], Now);
        var failed = AdoptionTable.FailedAsync(database, Organisation, since);
        var undelivered = deliveries.CountUndeliveredAsync(Organisation, since);
        await Task.WhenAll(totals, active, invitations, failed, undelivered);
        var (invited, open) = await invitations;
        var seen = await active;
        return new AdoptionPicture
        {
            Patients = (await totals).Patients,
            WithAccess = (await totals).WithAccess,
            Activated = (await totals).Activated,
            Active = (await totals).Active,
            Invited = open,
            Months = [.. months.Select((month, i) =>
            {
                var (there, first) = seen.GetValueOrDefault(Adoption.MonthOf(Adoption.Begin(month)));
                return new AdoptionMonth { Month = month, Invited = invited[i], Active = there, Activated = first };
            })],
            Failed = await failed,
            Undelivered = await undelivered,
        };
    }
}
