using Orleans;
using Portal.Grains.Abstractions.Appointments;

namespace Portal.Grains.Appointments;

/// <summary>What is stored of an appointment.</summary>
[GenerateSerializer, Alias("portal.AppointmentState")]
public sealed record AppointmentState
{
    /// <summary>What was put down; null before.</summary>
    [Id(0)] public ScheduleAppointment? Schedule { get; init; }
}

/// <summary>The rules of an appointment.</summary>
public static class Appointment
{
    /// <summary>The shortest appointment. Ours.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    /// <summary>The longest appointment. Ours.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    /// <summary>Puts it down; the same state where it is down already, and null where the length is out of range.</summary>
    public static AppointmentState? Schedule(AppointmentState state, ScheduleAppointment command)
    {
        if (state.Schedule is not null) return state;
        return command.Length < Shortest || command.Length > Longest ? null : state with { Schedule = command };
    }
}
