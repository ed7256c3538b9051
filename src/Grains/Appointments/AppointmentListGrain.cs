using Orleans.Concurrency;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Appointments;

/// <inheritdoc cref="IAppointmentListGrain" />
[StatelessWorker]
public sealed class AppointmentListGrain(Database database, TimeProvider time) : PortalGrain(time), IAppointmentListGrain
{
    private const int MaxRows = 50;

    private string Patient => GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public Task<IReadOnlyList<AppointmentRow>> Upcoming(int limit) =>
        AppointmentTable.UpcomingAsync(database, Organisation, Patient, Now, Math.Clamp(limit, 1, MaxRows));

    /// <inheritdoc />
    public Task<IReadOnlyList<AppointmentRow>> Past(int limit) =>
        AppointmentTable.PastAsync(database, Organisation, Patient, Now, Math.Clamp(limit, 1, MaxRows));
}
