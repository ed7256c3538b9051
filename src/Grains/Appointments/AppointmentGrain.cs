using Orleans.Runtime;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Appointments;

/// <inheritdoc cref="IAppointmentGrain" />
public sealed class AppointmentGrain(
    [PersistentState("appointment")] IPersistentState<AppointmentState> state, Database database, TimeProvider time)
    : PortalGrain(time), IAppointmentGrain
{
    private string Id => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task Schedule(ScheduleAppointment command)
    {
        var next = Appointment.Schedule(state.State, command)
            ?? throw new ArgumentOutOfRangeException(nameof(command), "The length is out of range.");
        if (next != state.State) await WriteAsync(state, next);
        await ShowAsync(next);
        await ListOf(next).Changed();
        // After the row, which a merge that comes now finds: whoever was merged before that is followed to where they went.
        while (state.State.Schedule is { Patient: var patient } && await SuccessorAsync(patient) is { } to) await Repoint(patient, to);
    }

    /// <inheritdoc />
    public async Task<AppointmentOutcome> Act(string patient, ActOnAppointment command)
    {
        RequireOperation(command.Operation);
        await TellAsync(state, ShowAsync, forget: true);
        if (await OrganisationAsync() is not { } organisation) return AppointmentOutcome.Unknown;
        var (outcome, next) = Appointment.Act(state.State, patient, command, organisation.Settings, Now);
        var action = command.Act switch
        {
            AppointmentAct.Confirm => "appointment.confirmed",
            AppointmentAct.Cancel => "appointment.cancelled",
            _ => "appointment.reschedule-asked",
        };
        await ChangeAsync(next, action, command.Operation);
        return outcome;
    }

    /// <inheritdoc />
    public async Task<AnswerOutcome> Answer(AnswerReschedule command)
    {
        RequireOperation(command.Operation);
        await TellAsync(state, ShowAsync, forget: true);
        var (outcome, next) = Appointment.Answer(state.State, command, Now);
        await ChangeAsync(
            next, command.StartsAt is null ? "appointment.reschedule-declined" : "appointment.reschedule-accepted", command.Operation);
        if (next.Schedule is not null) await ListOf(next).Changed();
        return outcome;
    }

    /// <inheritdoc />
    public async Task Repoint(string from, string to)
    {
        var next = Appointment.Repoint(state.State, from, to);
        if (next != state.State) await WriteAsync(state, next);
        // The row again where a crash kept it from being written.
        if (next.Schedule is not { } schedule || schedule.Patient != to) return;
        await ShowAsync(next);
        foreach (var patient in new[] { from, to })
            await GrainFactory.GetGrain<IAppointmentListGrain>(GrainKeys.ForPatient(Organisation, patient)).Changed();
    }

    // The row with the audit entry: a change that was cut off is told and shown by the next call. What people wrote is not in the log.
    private async Task ChangeAsync(AppointmentState next, string action, string operation)
    {
        if (ReferenceEquals(next, state.State)) return;
        var entry = Entry(action, patient: next.Schedule!.Patient, operation: $"{Id}/{operation}", details: ("appointment", Id));
        await WriteAsync(state, next.Noting(entry));
        await TellAsync(state, ShowAsync, forget: true);
    }

    private async Task<string?> SuccessorAsync(string patient) =>
        await GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient)).Get() is { MergedInto: { Length: > 0 } to }
            ? to
            : null;

    private Task ShowAsync(AppointmentState shown) => database.WriteAsync(AppointmentTable.Upsert(Organisation, Id, shown));

    private IAppointmentListGrain ListOf(AppointmentState shown) =>
        GrainFactory.GetGrain<IAppointmentListGrain>(GrainKeys.ForPatient(Organisation, shown.Schedule!.Patient));
}
