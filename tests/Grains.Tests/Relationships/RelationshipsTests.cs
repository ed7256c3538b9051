using System.Globalization;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Patients;
using Portal.Grains.Tests.Sessions;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Relationships;

/// <summary>Grants of caregivers, and acting under them.</summary>
public sealed class RelationshipsTests
{
    [Fact]
    public async Task A_new_caregiver_is_put_on_file_but_in_no_list_of_patients_and_has_to_be_invited()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var given = Assert.IsType<GiveGrantOutcome.Given>(await desk.GiveAsync(CaregiverScopes.Appointments));
        Assert.True(given.NeedsInvitation);
        Assert.Equal(given, await desk.GiveAsync(CaregiverScopes.Appointments)); // the same click
        var row = Assert.Single(await desk.ListAsync());
        Assert.Equal(("Bob Carter", CaregiverScopes.Appointments, false), (row.Name, row.Scopes, row.HasSignedIn));
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        var found = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Grains
            .GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside).Search(new PatientQuery { Text = "" }));
        Assert.Equal(2, found.Rows.Count);
        Assert.DoesNotContain(found.Rows, r => r.Id == given.Person);
        Assert.Single(await desk.Desk.AuditAsync("grant.given"));
        Assert.Contains(await desk.Portal.MailAsync(SignInDesk.AliceEmail), m => Starts(m.Subject, "Somebody may act for you"));
        Assert.Contains(await desk.Portal.MailAsync(CaregiverDesk.BobEmail), m => Starts(m.Subject, "You may act for somebody"));
        // Another patient, the same address: the same person.
        var again = Assert.IsType<GiveGrantOutcome.Given>(await desk.GiveAsync(CaregiverScopes.All, desk.Child, operation: "give-2"));
        Assert.Equal(given.Person, again.Person);
    }

    [Fact]
    public async Task Who_has_proved_the_address_and_is_called_and_born_as_typed_is_the_caregiver()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var alice = await desk.PrincipalAsync(await desk.Desk.SignInAsync());
        var given = Assert.IsType<GiveGrantOutcome.Given>(await GiveToAliceAsync(desk, "Alicé"));
        Assert.Equal((desk.Desk.Alice, false), (given.Person, given.NeedsInvitation));
        Assert.IsType<GiveGrantOutcome.Already>(await GiveToAliceAsync(desk, operation: "give-2"));
        Assert.IsType<GiveGrantOutcome.Self>(await desk.GiveAsync(CaregiverScopes.All, email: SignInDesk.AliceEmail, operation: "give-3"));
        var list = desk.Portal.Grains.GetGrain<IActingListGrain>(GrainKeys.ForActingList(PortalFixture.Riverside, desk.Desk.Alice));
        Assert.Equal("Tim Archer", Assert.Single(await desk.Portal.AsAsync(alice, list.Patients)).Name);
    }

    [Fact]
    public async Task An_address_that_was_never_proved_or_is_somebody_elses_makes_nobody_a_caregiver()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        Assert.IsType<GiveGrantOutcome.Unproved>(await GiveToAliceAsync(desk));
        await desk.Desk.SignInAsync();
        Assert.IsType<GiveGrantOutcome.SomebodyElse>(await GiveToAliceAsync(desk, "Alma"));
        Assert.IsType<GiveGrantOutcome.SomebodyElse>(await GiveToAliceAsync(desk, birth: new DateOnly(1985, 3, 28)));
        Assert.Empty(await desk.ListAsync(desk.Child));
    }

    [Fact]
    public async Task Who_shares_the_mailbox_of_a_new_caregiver_is_somebody_else()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var bob = Assert.IsType<GiveGrantOutcome.Given>(await desk.GiveAsync(CaregiverScopes.All));
        var beth = Assert.IsType<GiveGrantOutcome.Given>(
            await desk.GiveAsync(CaregiverScopes.Billing, desk.Child, operation: "give-2", given: "Beth"));
        Assert.NotEqual(bob.Person, beth.Person);
        Assert.Equal("Beth Carter", Assert.Single(await desk.ListAsync(desk.Child)).Name);
    }

    [Fact]
    public async Task What_can_not_be_given_is_refused_by_name()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var past = new DateOnly(2001, 1, 1);
        Assert.Equal(new GiveGrantOutcome.Invalid { Property = "Scopes" }, await desk.GiveAsync(CaregiverScopes.None));
        Assert.Equal(new GiveGrantOutcome.Invalid { Property = "Email" }, await desk.GiveAsync(CaregiverScopes.All, email: "bob"));
        Assert.Equal(new GiveGrantOutcome.Invalid { Property = "Until" }, await desk.GiveAsync(CaregiverScopes.All, until: past));
        Assert.IsType<GiveGrantOutcome.NotConfirmed>(await desk.GiveAsync(CaregiverScopes.All, confirmed: false));
        Assert.IsType<GiveGrantOutcome.OfAge>(await desk.GiveAsync(CaregiverScopes.All, parental: true));
        Assert.IsType<GiveGrantOutcome.Unknown>(await desk.GiveAsync(CaregiverScopes.All, patient: "p-nobody"));
        Assert.Empty(await desk.ListAsync());
    }

    [Fact]
    public async Task A_caregiver_reaches_what_the_scope_says_and_nothing_else_of_the_patient()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var token = await desk.BobAsync(CaregiverScopes.Appointments);
        var alice = desk.Desk.Alice;
        var himself = await desk.PrincipalAsync(token);
        await RefusedAsync(() => desk.AppointmentsAsync(himself, alice));
        Assert.True(await desk.ActForAsync(token, alice));
        var bob = await desk.PrincipalAsync(token);
        Assert.Equal((desk.Bob, alice, CaregiverScopes.Appointments), (bob.Subject, bob.ActingFor, bob.Scopes));
        await desk.AppointmentsAsync(bob, alice);
        var patient = desk.Portal.Patient(alice);
        await RefusedAsync(() => desk.ReadAsync(bob, alice));
        await RefusedAsync(() => desk.Portal.AsAsync(bob, patient.Get));
        await RefusedAsync(() => desk.Portal.AsAsync(bob, patient.Mfa));
        await RefusedAsync(() => desk.Portal.AsAsync(bob, patient.EndAllSessions));
        await RefusedAsync(() => desk.Portal.AsAsync(bob, desk.Desk.List(alice).List));
        await RefusedAsync(() => desk.Portal.AsAsync(bob, desk.Desk.Password(alice).View));
        await RefusedAsync(() => desk.Portal.AsAsync(bob, () => desk.Relations().List()));
        Assert.NotNull(await desk.Portal.AsAsync(bob, desk.Portal.Patient(desk.Bob).Get)); // his own
        Assert.Contains("acting.began", await desk.Desk.AuditAsync("acting"));
    }

    [Fact]
    public async Task Records_need_the_scope_and_the_caregivers_own_fresh_factor_and_the_audit_says_who_read_for_whom()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var (token, alice) = (await desk.BobAsync(CaregiverScopes.Records), desk.Desk.Alice);
        Assert.True(await desk.ActForAsync(token, alice));
        var lowly = await desk.PrincipalAsync(token);
        await RefusedAsync(() => desk.ReadAsync(lowly, alice));
        token = await desk.ElevateAsync(token);
        var bob = await desk.PrincipalAsync(token);
        Assert.IsType<ReadRecordOutcome.Read>(await desk.ReadAsync(bob, alice));
        const string Read = "SELECT actor, on_behalf_of, patient FROM audit_log WHERE action = 'record.read'";
        var row = await desk.Portal.Database.ReadAsync(connection =>
            Dapper.SqlMapper.QuerySingleAsync<(string, string, string)>(connection, Read));
        Assert.Equal((desk.Bob, alice, alice), row);
        // What is opened for one patient is closed for the next.
        await desk.GiveAsync(CaregiverScopes.Records, desk.Child, operation: "give-2");
        Assert.True(await desk.ActForAsync(token, desk.Child));
        Assert.False(await desk.Desk.IsElevatedAsync(token));
        Assert.IsType<ReadRecordOutcome.NotElevated>(await desk.ReadAsync(bob, alice));
    }

    [Fact]
    public async Task Narrowing_and_blocking_and_ending_are_felt_at_the_next_call()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var (token, alice) = (await desk.BobAsync(CaregiverScopes.Appointments | CaregiverScopes.Records), desk.Desk.Alice);
        Assert.True(await desk.ActForAsync(token, alice));
        var grant = (await desk.ListAsync())[0].Id;
        var change = new ChangeGrant { Grant = grant, Scopes = CaregiverScopes.Appointments };
        Assert.Equal(ChangeGrantOutcome.Changed, await desk.Portal.AsAsync(Cast.Dana(), () => desk.Relations().Change(change)));
        Assert.Equal(CaregiverScopes.Appointments, (await desk.PrincipalAsync(token)).Scopes);
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(alice).Block("stolen"));
        Assert.Null((await desk.PrincipalAsync(token)).ActingFor);
        Assert.False(await desk.ActForAsync(token, alice));
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(alice).Unblock());
        Assert.True(await desk.ActForAsync(token, alice));
        Assert.True(await desk.Portal.AsAsync(Cast.Dana(), () => desk.Relations().End(grant)));
        Assert.Null((await desk.PrincipalAsync(token)).ActingFor);
        Assert.False(await desk.ActForAsync(token, alice));
        Assert.False(await desk.Portal.AsAsync(Cast.Dana(), () => desk.Relations().End(grant)));
        Assert.Contains("acting.refused(no-grant)", await desk.Desk.AuditAsync("acting"));
    }

    [Fact]
    public async Task Nobody_acts_for_anybody_without_its_being_in_the_log_whichever_write_fails()
    {
        for (var at = 1; at <= 3; at++)
        {
            await using var desk = await CaregiverDesk.OpenAsync();
            var token = await desk.BobAsync(CaregiverScopes.Appointments);
            desk.Portal.Database.Faults = new FaultAt(at, WriteFault.FailBefore, () => { });
            await Record.ExceptionAsync(() => desk.ActForAsync(token, desk.Desk.Alice));
            desk.Portal.Database.Faults = null;
            await desk.ActForAsync(token, desk.Desk.Alice);
            Assert.Equal(desk.Desk.Alice, (await desk.PrincipalAsync(token)).ActingFor);
            Assert.Equal(["acting.began"], await desk.Desk.AuditAsync("acting"));
        }
    }

    [Fact]
    public async Task Asking_to_act_for_somebody_without_a_grant_leaves_nothing_in_their_log()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var token = await desk.BobAsync(CaregiverScopes.Appointments);
        Assert.False(await desk.ActForAsync(token, desk.Child));
        const string Refused = "SELECT patient FROM audit_log WHERE action = 'acting.refused'";
        Assert.Equal("", await desk.Portal.Database.ReadAsync(c => Dapper.SqlMapper.QuerySingleAsync<string>(c, Refused)));
    }

    [Fact]
    public async Task The_last_day_is_judged_by_its_date()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var today = DateOnly.FromDateTime(desk.Portal.Clock.GetUtcNow().UtcDateTime);
        await desk.BobAsync(CaregiverScopes.All, desk.Child, until: today.AddDays(3));
        await ToAsync(desk, today.AddDays(3));
        Assert.NotNull(await FindAsync(desk));
        await ToAsync(desk, today.AddDays(4));
        Assert.Null(await FindAsync(desk));
        await ToAsync(desk, today.AddDays(6));
        Assert.Equal(["grant.ended(expired)"], await desk.Desk.AuditAsync("grant.ended"));
    }

    [Fact]
    public async Task An_open_page_closes_within_five_seconds_of_the_end_of_the_grant()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        var token = await desk.BobAsync(CaregiverScopes.Appointments);
        await desk.ActForAsync(token, desk.Desk.Alice);
        var page = new Page();
        var observer = desk.Portal.Grains.CreateObjectReference<ISessionObserver>(page);
        await desk.Portal.AsAsync(Cast.Visitor(), () => desk.Desk.Session(token).Watch(observer));
        var grant = (await desk.ListAsync())[0].Id;
        Assert.True(await desk.Portal.AsAsync(Cast.Patient(desk.Desk.Alice), () => desk.Relations().End(grant)));
        Assert.Equal(0, page.Changes);
        await desk.Portal.AdvanceAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((1, 0), (page.Changes, page.Ends));
        Assert.Equal(GrantEnd.EndedByPatient, (await desk.ListAsync())[0].Reason);
        Assert.Contains("acting.ended(no-grant)", await desk.Desk.AuditAsync("acting"));
        GC.KeepAlive(page);
    }

    [Fact]
    public async Task A_parents_access_ends_when_the_child_comes_of_age_after_notice_to_both()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        await desk.BobAsync(CaregiverScopes.All, desk.Child, parental: true);
        var adult = desk.Birth.AddYears(18);
        await ToAsync(desk, adult.AddDays(-31));
        Assert.Empty(await desk.Desk.AuditAsync("grant.coming-of-age-noticed"));
        await ToAsync(desk, adult.AddDays(-29));
        Assert.Single(await desk.Desk.AuditAsync("grant.coming-of-age-noticed"));
        var day = adult.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);
        foreach (var to in new[] { CaregiverDesk.BobEmail, SignInDesk.AliceEmail })
        {
            var mail = await desk.Portal.MailAsync(to);
            Assert.Single(mail, m => Starts(m.Subject, "A parent's access") && Flat(m.Text).Contains($"on {day}"));
        }

        Assert.NotNull(await FindAsync(desk));
        await ToAsync(desk, adult);
        Assert.Null(await FindAsync(desk)); // judged by the date, whether or not anything woke
        await ToAsync(desk, adult.AddDays(2));
        Assert.Equal(["grant.ended(came-of-age)"], await desk.Desk.AuditAsync("grant.ended"));
        Assert.Single(await desk.Desk.AuditAsync("grant.coming-of-age-noticed"));
        Assert.Equal(GrantEnd.CameOfAge, (await desk.ListAsync(desk.Child))[0].Reason);
    }

    [Fact]
    public async Task The_organisation_says_at_what_age()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        await desk.BobAsync(CaregiverScopes.All, desk.Child, parental: true);
        Assert.NotNull(await FindAsync(desk));
        await desk.Desk.ChangeAsync(s => s with { AdultAge = 16 });
        Assert.Null(await FindAsync(desk));
        await desk.Desk.ChangeAsync(s => s with { AdultAge = 21 });
        Assert.NotNull(await FindAsync(desk));
    }

    [Fact]
    public async Task Charlie_cannot_give_see_or_end_a_grant_and_a_caregiver_sees_none_but_their_own()
    {
        await using var desk = await CaregiverDesk.OpenAsync();
        await desk.BobAsync(CaregiverScopes.All);
        var (grant, relations) = ((await desk.ListAsync())[0].Id, desk.Relations());
        await RefusedAsync(() => desk.Portal.AsAsync(Cast.Charlie, relations.List));
        await RefusedAsync(() => desk.Portal.AsAsync(Cast.Charlie, () => relations.End(grant)));
        await RefusedAsync(() => desk.Portal.AsAsync(Cast.Charlie, () => relations.Give(new GiveGrant())));
        await RefusedAsync(() => desk.Portal.AsAsync(Cast.Patient(desk.Bob), relations.List));
    }

    private static Task<GiveGrantOutcome> GiveToAliceAsync(
        CaregiverDesk desk, string given = "Alice", DateOnly? birth = null, string operation = "give-1") => desk.GiveAsync(
            CaregiverScopes.All, desk.Child, parental: true, operation: operation, email: SignInDesk.AliceEmail, given: given,
            family: "Archer", birth: birth ?? new DateOnly(1985, 3, 27));

    private static string Flat(string text) => text.Replace('\n', ' ');

    private static bool Starts(string text, string with) => text.StartsWith(with, StringComparison.Ordinal);

    private static Task RefusedAsync(Func<Task> call) => Assert.ThrowsAsync<DoorRefusedException>(call);

    private static Task<ActingGrant?> FindAsync(CaregiverDesk desk) =>
        desk.Portal.AsGrainAsync(() => desk.Relations(desk.Child).Find(desk.Bob));

    private static async Task ToAsync(CaregiverDesk desk, DateOnly day)
    {
        var at = new DateTimeOffset(day.ToDateTime(new TimeOnly(1, 0)), TimeSpan.Zero);
        while (desk.Portal.Clock.GetUtcNow() < at)
        {
            var left = at - desk.Portal.Clock.GetUtcNow();
            await desk.Portal.AdvanceAsync(left < TimeSpan.FromDays(7) ? left : TimeSpan.FromDays(7));
        }
    }

    private sealed class Page : ISessionObserver
    {
        public int Changes { get; private set; }

        public int Ends { get; private set; }

        public Task Ended(SessionEnd reason) => Task.FromResult(Ends++);

        public Task ActingChanged() => Task.FromResult(Changes++);

        public Task ElevationEnded() => Task.CompletedTask;
    }
}
