using Orleans;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Appointments;

/// <summary>What is stored of an appointment.</summary>
[GenerateSerializer, Alias("portal.AppointmentState")]
public sealed record AppointmentState : IUntold<AppointmentState>
{
    /// <summary>What was put down, at the time that holds now; null before.</summary>
    [Id(0)] public ScheduleAppointment? Schedule { get; init; }

    /// <summary>Where it stands.</summary>
    [Id(1)] public AppointmentStatus Status { get; init; }

    /// <summary>Why it was cancelled.</summary>
    [Id(2)] public string Reason { get; init; } = "";

    /// <summary>Where the last request for another time stands.</summary>
    [Id(3)] public RescheduleState Reschedule { get; init; }

    /// <summary>Which time was wished for.</summary>
    [Id(4)] public string Wish { get; init; } = "";

    /// <summary>The last operations, newest last: each is done once.</summary>
    [Id(5)] public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>Rises with each change.</summary>
    [Id(6)] public long Version { get; init; }

    /// <inheritdoc />
    [Id(7)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <inheritdoc />
    public AppointmentState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}

/// <summary>The rules of an appointment.</summary>
public static class Appointment
{
    /// <summary>The shortest appointment. Ours.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);

    /// <summary>The longest appointment. Ours.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    // A click is sent again within minutes; an appointment has few in its life. Ours.
    private const int RememberedOperations = 16;

    /// <summary>Makes it another patient's; the same state where it is not this one's.</summary>
    public static AppointmentState Repoint(AppointmentState state, string from, string to) =>
        state.Schedule?.Patient != from ? state : state with
        {
            Schedule = state.Schedule with { Patient = to },
            Version = state.Version + 1,
        };

    /// <summary>Puts it down; the same state where it is down already, and null where the length is out of range.</summary>
    public static AppointmentState? Schedule(AppointmentState state, ScheduleAppointment command)
    {
        if (state.Schedule is not null) return state;
        return command.Length < Shortest || command.Length > Longest ? null : state with { Schedule = command };
    }

    /// <summary>What its patient does with it: confirms, cancels, asks for another time. The same state where that is refused.</summary>
    /// <param name="state">The appointment.</param>
    /// <param name="patient">Who acts.</param>
    /// <param name="command">What they do.</param>
    /// <param name="settings">What the organisation offers.</param>
    /// <param name="now">The time.</param>
    public static (AppointmentOutcome Outcome, AppointmentState State) Act(
        AppointmentState state, string patient, ActOnAppointment command, PortalSettings settings, DateTimeOffset now)
    {
        if (state.Schedule is not { } schedule || schedule.Patient != patient) return (AppointmentOutcome.Unknown, state);
        if (state.Operations.Contains(command.Operation)) return (AppointmentOutcome.Done, state);
        if (!IsOffered(command.Act, settings)) return (AppointmentOutcome.SwitchedOff, state);
        if (state.Status == AppointmentStatus.Cancelled) return (AppointmentOutcome.Cancelled, state);
        if (schedule.StartsAt <= now) return (AppointmentOutcome.Begun, state);
        if (command.Act == AppointmentAct.Confirm) return (AppointmentOutcome.Done, Confirmed(state, command.Operation));
        if (command.Act == AppointmentAct.Cancel && IsTooLate(schedule.StartsAt, settings, now)) return (AppointmentOutcome.TooLate, state);
        if (command.Act == AppointmentAct.AskReschedule && state.Reschedule == RescheduleState.Asked)
            return (AppointmentOutcome.AskedAlready, state);
        if (!IsText(command.Text)) return (AppointmentOutcome.NoText, state);
        var next = After(state, command.Operation);
        return (AppointmentOutcome.Done, command.Act == AppointmentAct.Cancel
            ? next with { Status = AppointmentStatus.Cancelled, Reason = command.Text.Trim(), Reschedule = RescheduleState.None, Wish = "" }
            : next with { Reschedule = RescheduleState.Asked, Wish = command.Text.Trim() });
    }

    /// <summary>
    /// Staff's answer to a request. A new time is not confirmed yet, whatever the old one was. The same state where nobody waits for an
    /// answer.
    /// </summary>
    public static (AnswerOutcome Outcome, AppointmentState State) Answer(
        AppointmentState state, AnswerReschedule command, DateTimeOffset now)
    {
        if (state.Operations.Contains(command.Operation)) return (AnswerOutcome.Done, state);
        if (state.Schedule is not { } schedule || state.Reschedule != RescheduleState.Asked) return (AnswerOutcome.NotAsked, state);
        var next = After(state, command.Operation);
        if (command.StartsAt is not { } start) return (AnswerOutcome.Done, next with { Reschedule = RescheduleState.Declined });
        if (start <= now) return (AnswerOutcome.InThePast, state);
        return (AnswerOutcome.Done, next with
        {
            Schedule = schedule with { StartsAt = start },
            Status = AppointmentStatus.Planned,
            Reschedule = RescheduleState.Accepted,
        });
    }

    /// <summary>Whether it begins sooner than the notice that the organisation asks for a cancellation.</summary>
    public static bool IsTooLate(DateTimeOffset startsAt, PortalSettings settings, DateTimeOffset now) =>
        startsAt - now < TimeSpan.FromHours(settings.CancellationNoticeHours);

    private static bool IsOffered(AppointmentAct act, PortalSettings settings) => settings.Sections.Contains(PortalSection.Appointments)
        && act switch
        {
            AppointmentAct.Confirm => settings.RequireConfirmation,
            AppointmentAct.Cancel => settings.AllowCancellation,
            _ => settings.AllowRescheduling,
        };

    private static bool IsText(string text) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= AppointmentLimits.MaxText && PlainText.IsShowable(text.Trim());

    private static AppointmentState Confirmed(AppointmentState state, string operation) =>
        state.Status == AppointmentStatus.Confirmed ? state : After(state, operation) with { Status = AppointmentStatus.Confirmed };

    private static AppointmentState After(AppointmentState state, string operation) => state with
    {
        Operations = [.. state.Operations.Append(operation).TakeLast(RememberedOperations)],
        Version = state.Version + 1,
    };
}
