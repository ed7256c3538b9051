using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Appointments;
using Xunit;

namespace Portal.Grains.Tests.Appointments;

/// <summary>The rules of what patients and staff do with an appointment.</summary>
public sealed class AppointmentTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly PortalSettings All = new() { RequireConfirmation = true, AllowCancellation = true, AllowRescheduling = true };

    private static readonly AppointmentState Planned = new()
    {
        Schedule = new ScheduleAppointment { Patient = "p-alice", StartsAt = Now.AddHours(24), Length = TimeSpan.FromMinutes(30) },
    };

    private static readonly AppointmentState Asked = Planned with { Reschedule = RescheduleState.Asked, Wish = "Fridays" };

    public static TheoryData<string, AppointmentState, PortalSettings, AppointmentAct, string, AppointmentOutcome> Acts => new()
    {
        { "confirmed", Planned, All, AppointmentAct.Confirm, "", AppointmentOutcome.Done },
        { "not asked to confirm", Planned, All with { RequireConfirmation = false }, AppointmentAct.Confirm, "",
            AppointmentOutcome.SwitchedOff },
        { "cancelled with just enough notice", Planned, All, AppointmentAct.Cancel, "Ill", AppointmentOutcome.Done },
        { "cancelled too late", Planned, All with { CancellationNoticeHours = 25 }, AppointmentAct.Cancel, "Ill",
            AppointmentOutcome.TooLate },
        { "no cancelling here", Planned, All with { AllowCancellation = false }, AppointmentAct.Cancel, "Ill",
            AppointmentOutcome.SwitchedOff },
        { "no reason", Planned, All, AppointmentAct.Cancel, "  ", AppointmentOutcome.NoText },
        { "a novel", Planned, All, AppointmentAct.Cancel, new string('a', 301), AppointmentOutcome.NoText },
        { "unseen", Planned, All, AppointmentAct.Cancel, "a\u202Eb", AppointmentOutcome.NoText },
        { "cancelled twice", Planned with { Status = AppointmentStatus.Cancelled }, All, AppointmentAct.Cancel, "x",
            AppointmentOutcome.Cancelled },
        { "asked", Planned, All, AppointmentAct.AskReschedule, "Fridays", AppointmentOutcome.Done },
        { "asked late", Planned, All with { CancellationNoticeHours = 100 }, AppointmentAct.AskReschedule, "x", AppointmentOutcome.Done },
        { "asked twice", Asked, All, AppointmentAct.AskReschedule, "Mondays", AppointmentOutcome.AskedAlready },
        { "no asking here", Planned, All with { AllowRescheduling = false }, AppointmentAct.AskReschedule, "x",
            AppointmentOutcome.SwitchedOff },
        { "a hidden section", Planned, All with { Sections = [] }, AppointmentAct.Confirm, "", AppointmentOutcome.SwitchedOff },
        { "nothing there", new AppointmentState(), All, AppointmentAct.Confirm, "", AppointmentOutcome.Unknown },
    };

    [Theory]
    [MemberData(nameof(Acts))]
    public void A_patient_acts_as_the_settings_allow(
        string why, AppointmentState state, PortalSettings settings, AppointmentAct act, string text, AppointmentOutcome expected)
    {
        var command = new ActOnAppointment { Appointment = "a-1", Act = act, Text = text, Operation = "op-1" };
        var (outcome, next) = Appointment.Act(state, "p-alice", command, settings, Now);
        Assert.True(expected == outcome, why);
        if (outcome != AppointmentOutcome.Done)
        {
            Assert.Same(state, next);
            return;
        }

        // Doing it again changes nothing.
        Assert.Equal((AppointmentOutcome.Done, next), Appointment.Act(next, "p-alice", command, settings, Now));
        Assert.Equal(AppointmentOutcome.Unknown, Appointment.Act(state, "p-bob", command, settings, Now).Outcome);
        Assert.NotEqual(AppointmentOutcome.Done, Appointment.Act(state, "p-alice", command, settings, Now.AddHours(24)).Outcome);
    }

    [Fact]
    public void The_old_time_is_held_until_staff_answer_and_a_new_one_is_not_confirmed()
    {
        var confirmed = Asked with { Status = AppointmentStatus.Confirmed };
        var (declined, stays) = Appointment.Answer(confirmed, new AnswerReschedule { Operation = "op-2" }, Now);
        Assert.Equal((AnswerOutcome.Done, RescheduleState.Declined), (declined, stays.Reschedule));
        Assert.Equal((AppointmentStatus.Confirmed, Now.AddHours(24)), (stays.Status, stays.Schedule!.StartsAt));
        var (accepted, moved) = Appointment.Answer(confirmed, new AnswerReschedule { StartsAt = Now.AddDays(3), Operation = "op-3" }, Now);
        Assert.Equal((AnswerOutcome.Done, RescheduleState.Accepted), (accepted, moved.Reschedule));
        Assert.Equal((AppointmentStatus.Planned, Now.AddDays(3)), (moved.Status, moved.Schedule!.StartsAt));
        Assert.Same(moved, Appointment.Answer(moved, new AnswerReschedule { StartsAt = Now.AddDays(3), Operation = "op-3" }, Now).State);
        Assert.Equal(AnswerOutcome.NotAsked, Appointment.Answer(moved, new AnswerReschedule { Operation = "op-4" }, Now).Outcome);
        var past = new AnswerReschedule { StartsAt = Now, Operation = "op-5" };
        Assert.Equal(AnswerOutcome.InThePast, Appointment.Answer(confirmed, past, Now).Outcome);
    }

    [Fact]
    public void Cancelling_takes_the_request_back()
    {
        var command = new ActOnAppointment { Act = AppointmentAct.Cancel, Text = "Ill", Operation = "op-1" };
        var (_, cancelled) = Appointment.Act(Asked, "p-alice", command, All, Now);
        Assert.Equal((AppointmentStatus.Cancelled, RescheduleState.None, ""), (cancelled.Status, cancelled.Reschedule, cancelled.Wish));
        Assert.Equal(AnswerOutcome.NotAsked, Appointment.Answer(cancelled, new AnswerReschedule { Operation = "op-2" }, Now).Outcome);
    }
}
