using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Tests.Invitations;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Shared;

/// <summary>
/// Each write of a change is spoilt in each way. Whatever any later call finds changed is in the audit log once, though nobody repeats the
/// command; and a repeated command adds nothing.
/// </summary>
public sealed class UntoldTests
{
    private const string Alice = "p-alice";
    private const string Kettle = "coriander-tram-91";
    private const string Authenticator = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

    [Fact]
    public Task A_change_of_settings_is_in_the_log_once_whatever_goes_wrong() => EachAsync(
        "organisation.settings-changed",
        async portal => (await OrganisationAsync(portal)).Settings.WelcomeMessage == "Hello",
        portal => portal.AsAsync(Cast.Erin(), () => Organisation(portal).ChangeSettings(Greeting)));

    [Fact]
    public Task Sharing_an_entry_is_in_the_log_once_whatever_goes_wrong() => EachAsync(
        "record.shared",
        async portal => (await portal.AsAsync(Cast.Priya(), Record(portal).ReadAll)).Entries.Single().Shared,
        portal => portal.AsAsync(Cast.Priya(), () => Record(portal).Share("r-1", shared: true)),
        portal => portal.AsAsync(Cast.Priya(), () => Record(portal).Add(Entry)));

    [Fact]
    public Task Adding_an_entry_is_in_the_log_once_whatever_goes_wrong() => EachAsync(
        "record.added",
        async portal => (await portal.AsAsync(Cast.Priya(), Record(portal).ReadAll)).Entries.Count == 1,
        portal => portal.AsAsync(Cast.Priya(), () => Record(portal).Add(Entry)));

    [Fact]
    public Task Adding_entries_is_in_the_log_once_whatever_goes_wrong() => EachAsync(
        "record.added",
        async portal => (await portal.AsAsync(Cast.Priya(), Record(portal).ReadAll)).Entries.Count == 1,
        portal => portal.AsAsync(Principal.Operator(PortalFixture.Riverside, "test"), () => Record(portal).AddRange([Entry])));

    [Fact]
    public Task Adding_a_staff_member_is_in_the_log_once_whatever_goes_wrong() => EachAsync(
        "staff.added",
        async portal => (await portal.AsGrainAsync(() => Staff(portal).Standing())).Exists,
        AddAsync);

    [Fact]
    public Task Ending_the_sessions_of_a_staff_member_is_in_the_log_once_whatever_goes_wrong() => EachAsync(
        "staff.sessions-ended",
        async portal => (await portal.AsGrainAsync(() => Staff(portal).Standing())).Epoch > 0,
        portal => portal.AsAsync(Cast.Erin(), () => Staff(portal).EndAllSessions()),
        AddAsync,
        repeats: false);

    private static Task EachAsync(
        string action, Func<PortalFixture, Task<bool>> isDone, Func<PortalFixture, Task> change,
        Func<PortalFixture, Task>? prepare = null, bool repeats = true) => FaultAt.EachAsync(
            async portal =>
            {
                await (prepare?.Invoke(portal) ?? Task.CompletedTask);
                return (await portal.AuditAsync(action)).Count;
            },
            (portal, _) => change(portal),
            async (portal, before) =>
            {
                var done = await isDone(portal);
                Assert.Equal(done ? 1 : 0, (await portal.AuditAsync(action)).Count - before);
                if (done && !repeats) return;
                await change(portal);
                Assert.True(await isDone(portal));
                Assert.Equal(1, (await portal.AuditAsync(action)).Count - before);
                await portal.RestartAsync();
                Assert.True(await isDone(portal));
                Assert.Equal(1, (await portal.AuditAsync(action)).Count - before);
            });

    private static PortalSettings Greeting => new() { PortalName = "Riverside", WelcomeMessage = "Hello" };

    private static RecordEntry Entry => new()
    {
        Id = "r-1",
        Title = "Full blood count",
        Text = "In the usual range.",
        Author = "Dr Priya Nair",
        On = new DateOnly(2026, 11, 1),
    };

    private static IOrganisationGrain Organisation(PortalFixture portal) =>
        portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside);

    private static async Task<OrganisationView> OrganisationAsync(PortalFixture portal) =>
        (await portal.AsAsync(Cast.Visitor(), () => Organisation(portal).Get()))!;

    private static IClinicalRecordGrain Record(PortalFixture portal) =>
        portal.Grains.GetGrain<IClinicalRecordGrain>(GrainKeys.ForClinicalRecord(PortalFixture.Riverside, Alice));

    private static IStaffGrain Staff(PortalFixture portal) =>
        portal.Grains.GetGrain<IStaffGrain>(GrainKeys.ForStaff(PortalFixture.Riverside, "s-dana"));

    private static Task AddAsync(PortalFixture portal) => portal.AsAsync(
        Principal.Operator(PortalFixture.Riverside, "test"),
        () => Staff(portal).Add(new AddStaff
        {
            Name = "Dana Fields",
            Email = "dana@riverside.example",
            Role = StaffRole.FrontDesk,
            Password = Kettle,
            TotpSecret = Authenticator,
        }));
}
