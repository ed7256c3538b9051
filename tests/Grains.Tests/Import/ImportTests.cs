using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Onboarding;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Import;

public sealed class ImportTests
{
    [Fact]
    public async Task Thirty_days_after_the_end_what_the_file_said_is_forgotten_and_what_came_of_it_is_not()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = await desk.ImportAsync(BatchDesk.Person(1), BatchDesk.Person(2));
        await desk.RunAsync(id);
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(29));
        Assert.All(await desk.RowsAsync(id), row => Assert.NotEmpty(row.Cells));
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.All(await desk.RowsAsync(id), row => Assert.Equal((0, RowOutcome.Done), (row.Cells.Count, row.Outcome)));
        Assert.Equal(2, (await desk.ViewAsync(id)).Count(RowOutcome.Done));
        const string Kept = "SELECT COUNT(*) FROM batch_rows WHERE cells <> '[]' OR match_key <> ''";
        Assert.Equal(0, await desk.Portal.Database.ReadAsync(c => Dapper.SqlMapper.ExecuteScalarAsync<long>(c, Kept)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_nobody_begins_is_cancelled_after_a_week_and_forgotten_in_the_end(bool whole)
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = Ids.New("b");
        if (whole) id = await desk.ImportAsync(BatchDesk.Person(1));
        else
        {
            await desk.Do(() => desk.Batch(id).Create(new CreateBatch { Job = BatchJob.Import, Name = "people.csv", Header = ["name"] }));
            await desk.Do(() => desk.Batch(id).AddRows(new BatchRows { First = 1, Cells = [["Alice Archer"]] }));
        }

        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(6));
        Assert.NotEqual(BatchStage.Cancelled, (await desk.ViewAsync(id)).Stage);
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(2));
        Assert.Equal(BatchStage.Cancelled, (await desk.ViewAsync(id)).Stage);
        await desk.Portal.AdvanceAsync(TimeSpan.FromDays(31));
        Assert.Empty(Assert.Single(await desk.RowsAsync(id)).Cells);
    }

    [Fact]
    public async Task What_is_judged_changes_nobody_until_it_is_begun()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = await desk.ImportAsync(BatchDesk.Person(1), BatchDesk.Person(2));
        Assert.Equal(0, (await desk.SearchAsync("")).Total);
        var view = await desk.RunAsync(id);
        Assert.Equal((2, 2), (view.Total, view.Count(RowOutcome.Done)));
        Assert.Equal(2, (await desk.SearchAsync("archer")).Total);
        Assert.Equal(1, (await desk.SearchAsync("person2@example.org")).Total);
    }

    [Fact]
    public async Task Each_row_says_what_is_wrong_with_it()
    {
        await using var desk = await BatchDesk.OpenAsync();
        string[] Row(string given, string born, string email) => ["", given, "Archer", born, email, "", ""];
        var id = await desk.ImportAsync(
            Row("", "1985-03-27", ""), Row("Ann", "", ""), Row("Ann", "27 of March", ""), Row("Ann", "1785-03-27", ""),
            Row("Ann", "1985-03-27", "no address"), Row("Ann", "1985-03-27", "ann@example.org"), [.. Row("Ann", "1985-03-27", ""), "more"]);
        var rows = await desk.RowsAsync(id);
        Assert.Equal(
            ["name", "birth-date-missing", "birth-date", "birth-date-range", "email", "", "too-many-cells"], rows.Select(r => r.Detail));
        Assert.Equal(6, (await desk.ViewAsync(id)).Count(RowOutcome.Invalid));
    }

    [Fact]
    public async Task Who_is_on_file_or_comes_twice_is_left_out()
    {
        await using var desk = await BatchDesk.OpenAsync();
        await LeftOutAsync(desk);
    }

    internal static async Task LeftOutAsync(BatchDesk desk)
    {
        var alice = await desk.Portal.RegisterAsync("Alice");
        string[] Row(string id, string given, string email, string mobile) => [id, given, "ARCHER", "1985-03-27", email, mobile, ""];
        var id = await desk.ImportAsync(
            Row("", "ALICE", "alice@example.org", ""), Row("", "Álice", "", "+44 7700 900001"), Row("", "Alice", "other@example.org", ""),
            Row("7", "Bob", "", ""), Row("7", "Robert", "", ""), Row("", "Bob", "", ""));
        var rows = await desk.RowsAsync(id);
        RowOutcome[] expected =
            [RowOutcome.OnFile, RowOutcome.OnFile, RowOutcome.ToDo, RowOutcome.ToDo, RowOutcome.Repeated, RowOutcome.Repeated];
        Assert.Equal(expected, rows.Select(r => r.Outcome));
        Assert.Equal(alice, rows[0].Patient);
        await desk.RunAsync(id);

        var again = await desk.ImportAsync(Row("7", "Bobby", "", ""), Row("", "Alice", "OTHER@example.org", ""));
        Assert.Equal(2, (await desk.ViewAsync(again)).Count(RowOutcome.OnFile));
    }

    [Fact]
    public async Task An_imported_patient_is_as_any_other_and_has_no_access()
    {
        await using var desk = await BatchDesk.OpenAsync();
        await AsAnyOtherAsync(desk);
    }

    internal static async Task AsAnyOtherAsync(BatchDesk desk)
    {
        var id = await desk.ImportAsync(BatchDesk.Person(1));
        await desk.RunAsync(id);
        var patient = Assert.Single(await desk.RowsAsync(id)).Patient;
        var view = await desk.Do(() => desk.Portal.Patient(patient).OnlineAccess());
        Assert.Equal(("Given1", AccessLevel.NoAccess), (view!.Patient.GivenName, view.Level));
        Assert.IsType<AccessOutcome.Set>(await desk.Do(() => desk.Portal.Patient(patient).SetAccess(AccessLevel.CanAccess)));
        await desk.Portal.RestartAsync();
        view = await desk.Do(() => desk.Portal.Patient(patient).OnlineAccess());
        Assert.Equal(("Given1", AccessLevel.CanAccess), (view!.Patient.GivenName, view.Level));
        Assert.Equal(AccessState.CanAccess, Assert.Single((await desk.SearchAsync("given1")).Rows).Access);
    }

    [Fact]
    public async Task A_patient_who_was_imported_and_is_changed_first_by_a_block_is_found_all_the_same()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = await desk.ImportAsync(BatchDesk.Person(1));
        await desk.RunAsync(id);
        var patient = (await desk.RowsAsync(id))[0].Patient;
        await desk.Do(() => desk.Portal.Patient(patient).Block("test"));
        Assert.Equal(AccessState.Blocked, Assert.Single((await desk.SearchAsync("person1@example.org")).Rows).Access);
    }

    [Fact]
    public async Task A_batch_that_is_paused_stands_still_and_goes_on()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = await desk.ImportAsync([.. Enumerable.Range(1, 1_500).Select(BatchDesk.Person)]);
        await desk.Do(() => desk.Batch(id).Begin());
        await desk.Do(() => desk.Batch(id).Pause());
        var paused = await desk.ViewAsync(id);
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(paused.Count(RowOutcome.Done), (await desk.ViewAsync(id)).Count(RowOutcome.Done));
        await desk.Do(() => desk.Batch(id).Resume());
        Assert.Equal(1_500, (await desk.UntilAsync(id, BatchStage.Done)).Count(RowOutcome.Done));
    }

    [Fact]
    public async Task The_log_has_each_patient_once_and_who_imported_them()
    {
        await using var desk = await BatchDesk.OpenAsync();
        await desk.RunAsync(await desk.ImportAsync(BatchDesk.Person(1), BatchDesk.Person(2)));
        var page = await desk.Portal.AsAsync(Cast.Erin(), () => desk.Portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { Action = "patient.registered" }));
        Assert.Equal(2, page.Rows.Count);
        Assert.All(page.Rows, row => Assert.Equal((Cast.Dana().Subject, "imported"), (row.Actor, row.Reason)));
    }

    [Fact]
    public async Task Charlie_cannot_see_or_touch_a_batch()
    {
        await using var desk = await BatchDesk.OpenAsync();
        var id = await desk.ImportAsync(BatchDesk.Person(1));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => desk.Batch(id).Get()));
        await Assert.ThrowsAsync<DoorRefusedException>(() => desk.Portal.AsAsync(Cast.Charlie, () => desk.Batch(id).Begin()));
        Assert.Null(await desk.Portal.AsAsync(Cast.Charlie, () => desk.Batch(id, PortalFixture.Hilltop).Get()));
    }
}
