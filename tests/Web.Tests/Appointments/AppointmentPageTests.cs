using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Tests.Shared;
using Xunit;

namespace Portal.Web.Tests.Appointments;

/// <summary>What patients do with their appointments, and staff with their requests, through the pages.</summary>
public sealed partial class AppointmentPageTests : IDisposable
{
    private const string Page = "/riverside/appointments";
    private readonly PortalWeb _web = new();

    [Fact]
    public async Task An_appointment_is_confirmed_and_staff_no_longer_see_it_as_unconfirmed()
    {
        var (alice, id) = await ScheduledAsync("a-confirm");
        var dana = await _web.StaffAsync("dana");
        Assert.Contains("Zzz check", (await dana.GetAsync("/riverside/staff/appointments")).Body);
        var page = await alice.GetAsync(Page);
        Assert.Contains("Not confirmed yet", page.Body);
        for (var turn = 0; turn < 2; turn++) Assert.Equal(303, (await alice.FillAsync(page, Page, $"confirm-{id}")).Code);
        Assert.DoesNotContain($"value=\"confirm-{id}\"", (await alice.GetAsync(Page)).Body);
        Assert.DoesNotContain("Zzz check", (await dana.GetAsync("/riverside/staff/appointments")).Body);
        Assert.Single(await _web.AuditAsync("appointment.confirmed"));
    }

    [Fact]
    public async Task An_appointment_is_cancelled_with_a_reason_and_sent_again_it_is_cancelled_once()
    {
        var (alice, id) = await ScheduledAsync("a-cancel");
        var path = $"{Page}/{id}/cancel";
        Assert.Contains("id=\"text-error\"", (await alice.FillAsync(path, "act", ("text", " "))).Body);
        var page = await alice.GetAsync(path);
        for (var turn = 0; turn < 2; turn++)
        {
            var done = await alice.PostAsync(path, [.. FormFields.Of(page.Body, "act"), ("text", "I am away")]);
            Assert.Equal("/riverside/appointments?done=cancelled", done.Location);
        }

        Assert.Equal(404, (await alice.GetAsync(path)).Code);
        Assert.Single(await _web.AuditAsync("appointment.cancelled"));
        Assert.DoesNotContain("I am away", string.Join(' ', (await _web.AuditAsync("appointment")).Select(r => r.ToString())));
    }

    [Fact]
    public async Task A_request_waits_for_staff_who_move_the_appointment_or_decline()
    {
        var (alice, id) = await ScheduledAsync("a-move");
        var path = $"{Page}/{id}/reschedule";
        var form = await alice.GetAsync(path);
        Assert.Equal(303, (await alice.PostAsync(path, [.. FormFields.Of(form.Body, "act"), ("text", "Friday mornings")])).Code);
        Assert.Contains("This one is kept for you", (await alice.GetAsync(Page)).Body);
        var dana = await _web.StaffAsync("dana");
        Assert.Contains("Friday mornings", (await dana.GetAsync("/riverside/staff/appointments")).Body);
        var answer = $"/riverside/staff/appointments/{id}/answer";
        var wrong = await dana.FillAsync(answer, "accept", ("day.day", "31"), ("day.month", "2"), ("day.year", "2030"), ("time", "25:00"));
        Assert.Contains("id=\"day-error\"", wrong.Body);
        Assert.Contains("Enter a time like 14:30", wrong.Body);
        var start = _web.Clock.GetUtcNow().AddDays(9);
        (string, string?)[] fields =
            [("day.day", $"{start.Day}"), ("day.month", $"{start.Month}"), ("day.year", $"{start.Year}"), ("time", "10:30")];
        var page = await dana.GetAsync(answer);
        for (var turn = 0; turn < 2; turn++)
        {
            var accepted = await dana.FillAsync(page, answer, "accept", fields);
            Assert.Equal("/riverside/staff/appointments?done=accepted", accepted.Location);
        }

        Assert.Contains($"{start.Day} ", (await alice.GetAsync(Page)).Body);
        Assert.Single(await _web.AuditAsync("appointment.reschedule-accepted"));
        Assert.Equal(404, (await dana.GetAsync(answer)).Code);
    }

    [Fact]
    public async Task What_is_switched_off_is_refused_in_the_page_and_behind_it()
    {
        var (alice, id) = await ScheduledAsync("a-off");
        var open = await alice.GetAsync($"{Page}/{id}/cancel");
        var erin = await _web.StaffAsync("erin");
        var saved = await erin.FillAsync("/riverside/staff/settings/portal", "settings", ("RequireConfirmation", null),
            ("AllowCancellation", null), ("AllowRescheduling", null));
        Assert.Equal(303, saved.Code);
        var sent = await alice.PostAsync($"{Page}/{id}/cancel", [.. FormFields.Of(open.Body, "act"), ("text", "x")]);
        Assert.Equal(200, sent.Code);
        Assert.Contains("does not offer this online", sent.Body);
        Assert.Equal(404, (await alice.GetAsync($"{Page}/{id}/cancel")).Code);
        Assert.Equal(404, (await alice.GetAsync($"{Page}/{id}/reschedule")).Code);
        Assert.DoesNotMatch(ConfirmForm(), (await alice.GetAsync(Page)).Body);
        Assert.Empty(await _web.AuditAsync("appointment.cancelled"));
    }

    [Fact]
    public async Task Nobody_acts_on_the_appointment_of_another()
    {
        var (_, id) = await ScheduledAsync("a-hers");
        var bob = _web.Browser();
        await _web.SignInAsync(bob, _web.NextPatient());
        Assert.Equal(404, (await bob.GetAsync($"{Page}/{id}/cancel")).Code);
        var token = (await bob.GetAsync(Page)).FormToken;
        var sent = await bob.PostAsync($"{Page}/{id}/cancel", ("_handler", "act"), ("__RequestVerificationToken", token), ("text", "x"));
        Assert.Contains("There is no such appointment", sent.Body);
        Assert.Empty(await _web.AuditAsync("appointment.cancelled"));
    }

    /// <inheritdoc />
    public void Dispose() => _web.Dispose();

    // The soonest of all that can still be cancelled, so that the front desk's list has it on its first page.
    private async Task<(Browser Alice, string Id)> ScheduledAsync(string id)
    {
        var (browser, alice) = (_web.Browser(), _web.NextPatient());
        CallerContext.Set(Principal.Operator("riverside", "test"));
        await _web.Grains.GetGrain<IAppointmentGrain>($"riverside/{Ids.Derive("a", id)}").Schedule(new ScheduleAppointment
        {
            Patient = alice.Id,
            Practitioner = "Dr Priya Nair",
            Service = "Zzz check",
            Place = "Room 2",
            StartsAt = _web.Clock.GetUtcNow().AddHours(25),
            Length = TimeSpan.FromMinutes(30),
        });
        CallerContext.Set(null);
        await _web.SignInAsync(browser, alice);
        return (browser, Ids.Derive("a", id));
    }

    [GeneratedRegex("value=\"confirm-a")]
    private static partial Regex ConfirmForm();
}
