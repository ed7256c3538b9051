using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Appointments;

/// <summary>Where appointments stand, and what came of an act, in words.</summary>
public static class AppointmentWording
{
    /// <summary>What there is to say about an appointment's state; null where there is nothing.</summary>
    public static string? Of(AppointmentRow row, PortalSettings settings, DateTimeOffset now) => row switch
    {
        { Status: AppointmentStatus.Cancelled } => "Cancelled",
        { Reschedule: RescheduleState.Asked } => "You asked for another time. This one is kept for you until the clinic answers",
        { Reschedule: RescheduleState.Declined } when row.StartsAt > now => "The clinic could not offer another time: this one stays",
        { Status: AppointmentStatus.Confirmed } => "Confirmed",
        _ when settings.RequireConfirmation && row.StartsAt > now => "Not confirmed yet",
        _ => null,
    };

    /// <summary>Why an act was refused, and what to do.</summary>
    public static string Refusal(AppointmentOutcome outcome, OrganisationView organisation)
    {
        var (one, settings) = (organisation.Settings.Labels.Appointment, organisation.Settings);
        return outcome switch
        {
            AppointmentOutcome.NoText =>
                $"Write a few words: at most {AppointmentLimits.MaxText} characters, and nothing that can't be seen",
            AppointmentOutcome.TooLate => $"It is too late to cancel this {one} online: that is possible until "
                + $"{settings.CancellationNoticeHours} hours before. Please call {organisation.Name}",
            AppointmentOutcome.AskedAlready => "You have asked for another time already. The clinic will answer",
            AppointmentOutcome.Cancelled => $"This {one} is cancelled",
            AppointmentOutcome.Begun => $"This {one} has begun",
            AppointmentOutcome.SwitchedOff => $"{organisation.Name} does not offer this online at the moment. Please call",
            _ => $"There is no such {one}. Load the page again",
        };
    }

    /// <summary>What was done on the page before; null where nothing was.</summary>
    public static string? Done(string? what, Labels labels) => what switch
    {
        "confirmed" => $"Thank you: your {labels.Appointment} is confirmed.",
        "cancelled" => $"Your {labels.Appointment} is cancelled.",
        "asked" => "Your request is on its way. Until the clinic answers, the old time is kept for you.",
        _ => null,
    };
}
