using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Audit;

/// <summary>A patient reads who looked at their data, and nothing else of the log.</summary>
public sealed class AccessLogTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;
    private string _alice = "";

    public async Task InitializeAsync()
    {
        _portal = await PortalFixture.StartAsync();
        _alice = await _portal.RegisterAsync("Alice");
        await EnrolAsync(Cast.Priya(), "Dr Priya Patel");
        await EnrolAsync(Cast.Dana(), "Dana Webb");
    }

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Staff_who_open_the_record_are_in_the_log_by_name_and_role_once_in_a_quarter_of_an_hour()
    {
        for (var i = 0; i < 3; i++) await LookAsync(Cast.Priya());
        Assert.Equal(["patient.viewed", "patient.registered"], (await AliceReadsAsync()).Select(row => row.Action));
        await _portal.AdvanceAsync(TimeSpan.FromMinutes(15));
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(_alice).OnlineAccess());
        await LookAsync(Cast.Priya());
        var rows = await AliceReadsAsync();
        Assert.Equal(["patient.viewed", "patient.viewed", "patient.viewed", "patient.registered"], rows.Select(row => row.Action));
        Assert.Equal(
            [("Dr Priya Patel", StaffRole.Practitioner), ("Dana Webb", StaffRole.FrontDesk)],
            rows.Take(2).Select(row => (row.Name, row.Role!.Value)));
        Assert.All(rows.Take(3), row => Assert.Equal(AccessLogActor.Staff, row.By));
    }

    [Fact]
    public async Task What_grains_ask_of_each_other_is_no_look_and_a_patient_who_is_not_on_file_was_not_looked_at()
    {
        await _portal.AsGrainAsync(() => _portal.Patient(_alice).Get());
        await _portal.AsAsync(Cast.Patient(_alice), () => _portal.Patient(_alice).Get());
        Assert.Equal(["patient.registered"], (await AliceReadsAsync()).Select(row => row.Action));
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient("p-bbbbbbbbbbbbbbbb").Look());
        await _portal.AsAsync(Cast.Dana(), () => _portal.Patient("p-bbbbbbbbbbbbbbbb").OnlineAccess());
        var all = await _portal.AsAsync(Cast.Erin(), () => Reader.Page(new AuditQuery { Patient = "p-bbbbbbbbbbbbbbbb" }));
        Assert.Empty(all.Rows);
    }

    [Fact]
    public async Task What_she_does_herself_is_there_when_she_asks_for_everything()
    {
        await _portal.AsAsync(Cast.Patient(_alice), () => _portal.Patient(_alice).EndAllSessions());
        Assert.DoesNotContain(await AliceReadsAsync(), row => row.By == AccessLogActor.You);
        Assert.Contains(await AliceReadsAsync(others: false), row => row.By == AccessLogActor.You);
    }

    [Fact]
    public async Task Pages_follow_each_other_without_a_gap_and_hold_nobody_elses_rows()
    {
        await _portal.RegisterAsync("Bob", email: "bob@example.org", mobile: "07700 900002");
        for (var i = 0; i < AccessLogPage.Size + 4; i++)
        {
            await _portal.AsAsync(Cast.Dana(), () => _portal.Patient(_alice).SetTest(i % 2 == 0));
        }

        var first = await PageAsync(others: true, before: null);
        var second = await PageAsync(others: true, first.Next);
        Assert.Equal(AccessLogPage.Size, first.Rows.Count);
        Assert.Null(second.Next);
        Assert.Equal(AccessLogPage.Size + 5, first.Rows.Count + second.Rows.Count);
        Assert.Single(second.Rows, row => row.Action == "patient.registered");
    }

    [Fact]
    public async Task Nobody_else_reads_it()
    {
        foreach (var caller in new[] { Cast.Patient("p-bbbbbbbbbbbbbbbb"), Cast.Erin(), Cast.Charlie, Cast.Visitor() })
        {
            await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(caller, () => Log.Page(others: true, null)));
        }
    }

    private IAccessLogGrain Log => _portal.Grains.GetGrain<IAccessLogGrain>(GrainKeys.ForPatient(PortalFixture.Riverside, _alice));

    private IAuditReaderGrain Reader => _portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);

    private async Task<IReadOnlyList<AccessLogRow>> AliceReadsAsync(bool others = true) => (await PageAsync(others, null)).Rows;

    private Task<AccessLogPage> PageAsync(bool others, long? before) =>
        _portal.AsAsync(Cast.Patient(_alice), () => Log.Page(others, before));

    private Task<PatientView?> LookAsync(Principal staff) => _portal.AsAsync(staff, () => _portal.Patient(_alice).Look());

    private Task EnrolAsync(Principal staff, string name) => _portal.AsGrainAsync(() =>
        _portal.Grains.GetGrain<IOrganisationGrain>(PortalFixture.Riverside).Enrol(
            new RosterEntry { Staff = staff.Subject, Name = name, Role = staff.Role!.Value, EmailHash = staff.Subject }));
}
