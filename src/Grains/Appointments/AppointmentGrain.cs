using Orleans.Runtime;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Appointments;

/// <inheritdoc cref="IAppointmentGrain" />
public sealed class AppointmentGrain(
    [PersistentState("appointment")] IPersistentState<AppointmentState> state, Database database, TimeProvider time)
    : PortalGrain(time), IAppointmentGrain
{
    /// <inheritdoc />
    public async Task Schedule(ScheduleAppointment command)
    {
        var next = Appointment.Schedule(state.State, command)
            ?? throw new ArgumentOutOfRangeException(nameof(command), "The length is out of range.");
        if (next != state.State) await WriteAsync(state, next);
        var id = GrainKeys.Second(Key).ToString();
        await database.WriteAsync(AppointmentTable.Upsert(Organisation, id, next.Schedule!));
        await GrainFactory.GetGrain<IAppointmentListGrain>(GrainKeys.ForPatient(Organisation, next.Schedule!.Patient)).Changed();
    }
}
