using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Appointments;

/// <summary>One appointment. Key: <c>{org}/{appointment}</c>.</summary>
[Alias("portal.IAppointmentGrain"), Repeatable]
public interface IAppointmentGrain : IGrainWithStringKey
{
    /// <summary>
    /// Puts the appointment down. The same command again changes nothing. For a patient who was merged into another it is the other's.
    /// </summary>
    [Alias("Schedule"), Door(Callers.AnyStaff | Callers.Operator)]
    Task Schedule(ScheduleAppointment command);

    /// <summary>What its patient does with it; the list's grain has checked who that is. Refused as the settings say.</summary>
    [Alias("Act"), Door(Callers.Grain)]
    Task<AppointmentOutcome> Act(string patient, ActOnAppointment command);

    /// <summary>Answers a request for another time.</summary>
    [Alias("Answer"), Door(Callers.AnyStaff)]
    Task<AnswerOutcome> Answer(AnswerReschedule command);

    /// <summary>Makes it another patient's, where it is this one's: they were merged. Idempotent.</summary>
    [Alias("Repoint"), Door(Callers.Grain)]
    Task Repoint(string from, string to);
}

/// <summary>
/// The appointments of one patient, out of the appointments table. The next ones are kept in memory between calls. Key:
/// <c>{org}/{patient}</c>.
/// </summary>
[Alias("portal.IAppointmentListGrain"), Repeatable]
public interface IAppointmentListGrain : IGrainWithStringKey
{
    /// <summary>The next appointments, soonest first, without those that are cancelled.</summary>
    /// <param name="limit">1 to 50.</param>
    [Alias("Upcoming"), Door(Callers.PatientSelf | Callers.CaregiverAppointments | Callers.AnyStaff)]
    Task<IReadOnlyList<AppointmentRow>> Upcoming(int limit);

    /// <summary>Past appointments, newest first.</summary>
    /// <param name="limit">1 to 50.</param>
    [Alias("Past"), Door(Callers.PatientSelf | Callers.CaregiverAppointments | Callers.AnyStaff)]
    Task<IReadOnlyList<AppointmentRow>> Past(int limit);

    /// <summary>Confirms, cancels, or asks for another time, where the organisation offers that.</summary>
    [Alias("Act"), Door(Callers.PatientSelf | Callers.CaregiverAppointments)]
    Task<AppointmentOutcome> Act(ActOnAppointment command);

    /// <summary>The table has changed for this patient: what is kept in memory is read anew.</summary>
    [Alias("Changed"), Door(Callers.Grain)]
    Task Changed();
}

/// <summary>Puts an appointment down.</summary>
[GenerateSerializer, Alias("portal.ScheduleAppointment"), Immutable]
public sealed record ScheduleAppointment
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>The practitioner's name as shown.</summary>
    [Id(1)] public string Practitioner { get; init; } = "";

    /// <summary>What it is, such as "Follow-up".</summary>
    [Id(2)] public string Service { get; init; } = "";

    /// <summary>Where, such as "Room 2" or "Video".</summary>
    [Id(3)] public string Place { get; init; } = "";

    /// <summary>Start.</summary>
    [Id(4)] public DateTimeOffset StartsAt { get; init; }

    /// <summary>Length, 5 minutes to 8 hours.</summary>
    [Id(5)] public TimeSpan Length { get; init; }
}

/// <summary>An appointment in a list.</summary>
[GenerateSerializer, Alias("portal.AppointmentRow"), Immutable]
public sealed record AppointmentRow
{
    /// <summary>The id.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>The practitioner's name.</summary>
    [Id(1)] public string Practitioner { get; init; } = "";

    /// <summary>What it is.</summary>
    [Id(2)] public string Service { get; init; } = "";

    /// <summary>Where.</summary>
    [Id(3)] public string Place { get; init; } = "";

    /// <summary>Start.</summary>
    [Id(4)] public DateTimeOffset StartsAt { get; init; }

    /// <summary>Length.</summary>
    [Id(5)] public TimeSpan Length { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(6)] public AppointmentStatus Status { get; init; }

    /// <summary>Where the last request for another time stands.</summary>
    [Id(7)] public RescheduleState Reschedule { get; init; }
}
