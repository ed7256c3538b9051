using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Appointments;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Appointments;

public sealed class AppointmentListTests
{
    private const string Alice = "p-alice";

    [Fact]
    public async Task An_appointment_put_down_is_in_a_list_that_was_shown_before()
    {
        await using var portal = await PortalFixture.StartAsync();
        Assert.Empty(await NextAsync(portal));
        await ScheduleAsync(portal, "a-2", TimeSpan.FromDays(2));
        Assert.Equal(["a-2"], await NextAsync(portal));
        await ScheduleAsync(portal, "a-1", TimeSpan.FromDays(1));
        Assert.Equal(["a-1", "a-2"], await NextAsync(portal));
        Assert.Equal(["a-1"], await NextAsync(portal, limit: 1));
    }

    [Fact]
    public async Task An_appointment_that_has_begun_is_not_coming_up_any_more()
    {
        await using var portal = await PortalFixture.StartAsync();
        await ScheduleAsync(portal, "a-1", TimeSpan.FromSeconds(30));
        await ScheduleAsync(portal, "a-2", TimeSpan.FromDays(1));
        Assert.Equal(["a-1", "a-2"], await NextAsync(portal));
        await portal.AdvanceAsync(TimeSpan.FromSeconds(31));
        Assert.Equal(["a-2"], await NextAsync(portal));
    }

    [Fact]
    public async Task Behind_a_full_list_whose_first_has_begun_the_next_one_is_found()
    {
        await using var portal = await PortalFixture.StartAsync();
        for (var i = 0; i < 51; i++) await ScheduleAsync(portal, $"a-{i:00}", TimeSpan.FromSeconds(30 + i * 3600));
        Assert.Equal(50, (await NextAsync(portal, limit: 50)).Count);
        await portal.AdvanceAsync(TimeSpan.FromSeconds(31));
        var next = await NextAsync(portal, limit: 50);
        Assert.Equal((50, "a-01", "a-50"), (next.Count, next[0], next[^1]));
    }

    [Fact]
    public async Task What_nobody_told_of_is_found_within_a_minute()
    {
        await using var portal = await PortalFixture.StartAsync();
        Assert.Empty(await NextAsync(portal));
        await portal.Database.WriteAsync(AppointmentTable.Upsert(PortalFixture.Riverside, "a-1", Command(portal, TimeSpan.FromDays(1))));
        await portal.AdvanceAsync(AppointmentListGrain.KeptFor);
        Assert.Equal(["a-1"], await NextAsync(portal));
    }

    [Fact]
    public async Task Charlie_cannot_see_an_appointment_of_another_organisation_nor_say_that_one_has_changed()
    {
        await using var portal = await PortalFixture.StartAsync();
        var list = portal.Grains.GetGrain<IAppointmentListGrain>(GrainKeys.ForPatient(PortalFixture.Riverside, Alice));
        await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(Cast.Charlie, () => list.Upcoming(5)));
        await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(Cast.Dana(), list.Changed));
    }

    private static Task ScheduleAsync(PortalFixture portal, string id, TimeSpan ahead) => portal.AsAsync(Cast.Dana(), () =>
        portal.Grains.GetGrain<IAppointmentGrain>($"{PortalFixture.Riverside}/{id}").Schedule(Command(portal, ahead)));

    private static ScheduleAppointment Command(PortalFixture portal, TimeSpan ahead) => new()
    {
        Patient = Alice,
        Practitioner = "Priya",
        Service = "Follow-up",
        Place = "Room 1",
        StartsAt = portal.Clock.GetUtcNow() + ahead,
        Length = TimeSpan.FromMinutes(20),
    };

    private static async Task<List<string>> NextAsync(PortalFixture portal, int limit = 5)
    {
        var list = portal.Grains.GetGrain<IAppointmentListGrain>(GrainKeys.ForPatient(PortalFixture.Riverside, Alice));
        var rows = await portal.AsAsync(Cast.Patient(Alice), () => list.Upcoming(limit));
        return [.. rows.Select(row => row.Id)];
    }
}
