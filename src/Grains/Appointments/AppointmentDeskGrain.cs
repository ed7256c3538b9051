using Orleans.Concurrency;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Appointments;

/// <inheritdoc cref="IAppointmentDeskGrain" />
[StatelessWorker]
public sealed class AppointmentDeskGrain(Database database, TimeProvider time) : PortalGrain(time), IAppointmentDeskGrain
{
    private const int MaxRows = 50;

    /// <inheritdoc />
    public Task<IReadOnlyList<DeskRow>> Requests() => AppointmentTable.RequestsAsync(database, Organisation, Now, MaxRows);

    /// <inheritdoc />
    public async Task<IReadOnlyList<DeskRow>> Unconfirmed() => await OrganisationAsync() is { Settings.RequireConfirmation: true }
        ? await AppointmentTable.UnconfirmedAsync(database, Organisation, Now, MaxRows)
        : [];
}
