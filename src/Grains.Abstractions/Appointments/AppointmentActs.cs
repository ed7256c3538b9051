using Orleans;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Appointments;

/// <summary>The bounds of what is written about an appointment.</summary>
public static class AppointmentLimits
{
    /// <summary>The longest reason or wish, in characters. Ours.</summary>
    public const int MaxText = 300;

    /// <summary>The longest notice that an organisation may ask for a cancellation, in hours: two weeks. Ours.</summary>
    public const int MaxNoticeHours = 336;
}

/// <summary>Where an appointment stands. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.AppointmentStatus")]
public enum AppointmentStatus
{
    /// <summary>Put down by staff; the patient has not confirmed it.</summary>
    Planned = 0,

    /// <summary>Confirmed by the patient.</summary>
    Confirmed = 1,

    /// <summary>Cancelled by the patient.</summary>
    Cancelled = 2,
}

/// <summary>Where a request for another time stands. The numbers are stored: never change one.</summary>
[GenerateSerializer, Alias("portal.RescheduleState")]
public enum RescheduleState
{
    /// <summary>Never asked.</summary>
    None = 0,

    /// <summary>Waits for staff; the time stays held.</summary>
    Asked = 1,

    /// <summary>Staff have moved the appointment.</summary>
    Accepted = 2,

    /// <summary>Staff have declined; the time stays.</summary>
    Declined = 3,
}

/// <summary>What a patient does with an appointment.</summary>
[GenerateSerializer, Alias("portal.AppointmentAct")]
public enum AppointmentAct
{
    /// <summary>Says that they will come.</summary>
    Confirm,

    /// <summary>Cancels.</summary>
    Cancel,

    /// <summary>Asks for another time.</summary>
    AskReschedule,
}

/// <summary>A patient's act on one of their appointments.</summary>
[GenerateSerializer, Alias("portal.ActOnAppointment"), Immutable]
public sealed record ActOnAppointment
{
    /// <summary>The appointment's id.</summary>
    [Id(0)] public string Appointment { get; init; } = "";

    /// <summary>What is done.</summary>
    [Id(1)] public AppointmentAct Act { get; init; }

    /// <summary>
    /// Why it is cancelled, or which time is wished for: 1 to <see cref="AppointmentLimits.MaxText"/> characters; not looked at for a
    /// confirmation.
    /// </summary>
    [Id(2)] public string Text { get; init; } = "";

    /// <summary>Names the click: doing it again changes nothing.</summary>
    [Id(3)] public string Operation { get; init; } = "";
}

/// <summary>What came of a patient's act.</summary>
[GenerateSerializer, Alias("portal.AppointmentOutcome")]
public enum AppointmentOutcome
{
    /// <summary>Done, now or before.</summary>
    Done,

    /// <summary>The patient has no such appointment.</summary>
    Unknown,

    /// <summary>The organisation does not offer this.</summary>
    SwitchedOff,

    /// <summary>It has begun, or is over.</summary>
    Begun,

    /// <summary>It is cancelled.</summary>
    Cancelled,

    /// <summary>It begins sooner than the notice that the organisation asks for a cancellation.</summary>
    TooLate,

    /// <summary>Another time has been asked for already, and staff have not answered.</summary>
    AskedAlready,

    /// <summary>The reason or wish is missing, too long, or holds characters that cannot be shown.</summary>
    NoText,
}

/// <summary>Staff's answer to a request for another time.</summary>
[GenerateSerializer, Alias("portal.AnswerReschedule"), Immutable]
public sealed record AnswerReschedule
{
    /// <summary>The new start, which accepts; null declines, and the time stays.</summary>
    [Id(0)] public DateTimeOffset? StartsAt { get; init; }

    /// <summary>Names the click: doing it again changes nothing.</summary>
    [Id(1)] public string Operation { get; init; } = "";
}

/// <summary>What came of an answer.</summary>
[GenerateSerializer, Alias("portal.AnswerOutcome")]
public enum AnswerOutcome
{
    /// <summary>Done, now or before.</summary>
    Done,

    /// <summary>Nobody waits for an answer: there is no such request, it was answered, or the appointment was cancelled.</summary>
    NotAsked,

    /// <summary>The new start is over.</summary>
    InThePast,
}

/// <summary>
/// What the front desk has to look at: requests for another time, and appointments that nobody has confirmed. A stateless worker over the
/// appointments table. Key: <c>{org}</c>.
/// </summary>
[Alias("portal.IAppointmentDeskGrain"), Repeatable]
public interface IAppointmentDeskGrain : IGrainWithStringKey
{
    /// <summary>Requests that wait for an answer, soonest appointment first; at most 50.</summary>
    [Alias("Requests"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<DeskRow>> Requests();

    /// <summary>Appointments to come that are not confirmed, soonest first, at most 50; none where no confirmation is required.</summary>
    [Alias("Unconfirmed"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<DeskRow>> Unconfirmed();
}

/// <summary>An appointment as the front desk sees it.</summary>
[GenerateSerializer, Alias("portal.DeskRow"), Immutable]
public sealed record DeskRow
{
    /// <summary>The appointment.</summary>
    [Id(0)] public AppointmentRow Appointment { get; init; } = new();

    /// <summary>The patient's id.</summary>
    [Id(1)] public string Patient { get; init; } = "";

    /// <summary>The patient's name.</summary>
    [Id(2)] public string PatientName { get; init; } = "";

    /// <summary>Which time is wished for.</summary>
    [Id(3)] public string Wish { get; init; } = "";
}
