using Dapper;
using Portal.Grains.Abstractions.Appointments;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Kiosk;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>
/// Each write of a merge goes wrong once, in each way. Then either the same operation comes again, or nobody calls and the reminder has to
/// do it; the end is one patient with everything, and a sign that leads there, or two of whom nothing has changed.
/// </summary>
public sealed class PatientMergeSagaTests
{
    private static readonly string Operation = Ids.Derive("op", "the-merge");

    private static readonly WriteFault[] Faults =
        [WriteFault.FailBefore, WriteFault.WriteThenThrow, WriteFault.WriteThenKill, WriteFault.StaleETag];

    [Fact]
    public async Task A_merge_that_was_cut_off_anywhere_is_finished_by_the_same_operation()
    {
        var writes = (await RunAsync(0, WriteFault.None, repeat: true)).Count;
        Assert.InRange(writes, 10, 80);
        foreach (var fault in Faults)
        {
            for (var number = 1; number <= writes; number++) await RunAsync(number, fault, repeat: true);
        }
    }

    [Fact]
    public async Task A_merge_that_was_cut_off_anywhere_is_finished_by_the_reminder()
    {
        var writes = (await RunAsync(0, WriteFault.None, repeat: true)).Count;
        foreach (var fault in new[] { WriteFault.FailBefore, WriteFault.WriteThenKill })
        {
            for (var number = 1; number <= writes; number++) await RunAsync(number, fault, repeat: false);
        }
    }

    private static async Task<IReadOnlyList<string>> RunAsync(int number, WriteFault fault, bool repeat)
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (alice, bob) = await PrepareAsync(portal);
        var faults = new FaultAt(number, fault, () => portal.Silo.Kill());
        portal.Database.Faults = faults;
        try
        {
            Assert.IsType<MergeOutcome.Merged>(await MergeAsync(portal, alice, bob));
        }
        catch (Exception) when (number > 0)
        {
            // What came of it is unknown to whoever asked.
        }

        portal.Database.Faults = null;
        if (!portal.Silo.IsRunning) await portal.RestartAsync();
        await portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        if (repeat) Assert.IsType<MergeOutcome.Merged>(await MergeAsync(portal, alice, bob));
        // The engine looks for reminders once an hour where it does not know that there is one.
        await portal.AdvanceAsync(TimeSpan.FromMinutes(62));
        var where = $"{fault} at {number} of {string.Join(' ', faults.Points)}";
        var gone = (await portal.AsAsync(Cast.Dana(), () => portal.Patient(bob).Get()))!;
        if (repeat || gone.MergedInto.Length > 0) await CheckMergedAsync(portal, alice, bob, where);
        else await CheckUntouchedAsync(portal, alice, bob, where);
        var reader = portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);
        Assert.Null((await portal.AsAsync(Cast.Erin(), reader.Verify)).Fault);
        Assert.True(await CountAsync(portal, "reminders") == 0, where);
        return faults.Points;
    }

    private static async Task<(string Alice, string Bob)> PrepareAsync(PortalFixture portal)
    {
        var alice = await portal.RegisterAsync("Alice");
        var bob = await portal.RegisterAsync("Alicia", email: "alicia@example.org");
        await SetAsync(portal, alice, CredentialKind.Email, "a@x.org");
        await SetAsync(portal, bob, CredentialKind.Email, "b@x.org");
        await SetAsync(portal, bob, CredentialKind.Username, "alicia");
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(bob).SetAccess(AccessLevel.CanAccess));
        var grain = portal.Grains.GetGrain<IAppointmentGrain>($"{PortalFixture.Riverside}/{Ids.Derive("ap", "1")}");
        await portal.AsAsync(Cast.Dana(), () => grain.Schedule(Appointment(portal, bob)));
        await portal.AsAsync(Cast.Priya(), () => Record(portal, bob).Add(new RecordEntry { Id = "r-1", Title = "Allergy", Text = "Nuts" }));
        // Another entry of the same id, as two systems that were imported from may have.
        var result = new RecordEntry { Id = "r-1", Title = "Result", Text = "Well" };
        await portal.AsAsync(Cast.Priya(), () => Record(portal, alice).Add(result));
        await portal.AsAsync(Cast.Patient(bob), () => Forms(portal, bob).Submit(Form("form-1")));
        await GiveAsync(portal, alice, "bob", CaregiverScopes.Appointments | CaregiverScopes.Records);
        await GiveAsync(portal, bob, "bob", CaregiverScopes.Appointments | CaregiverScopes.Billing);
        await GiveAsync(portal, alice, "exa", CaregiverScopes.All);
        await GiveAsync(portal, bob, "exb", CaregiverScopes.All);
        // What was prepared is in the directory, and no timer of it is counted.
        await portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        return (alice, bob);
    }

    private static Task<MergeOutcome> MergeAsync(PortalFixture portal, string alice, string bob) => portal.AsAsync(Cast.Erin(), () =>
        portal.Grains.GetGrain<IPatientMergeGrain>($"{PortalFixture.Riverside}/{Operation}").Merge(new MergePatients
        {
            Survivor = alice,
            Loser = bob,
            FromLoser = [MergeField.Email],
            CredentialsFromLoser = [CredentialKind.Email],
        }));

    private static async Task CheckMergedAsync(PortalFixture portal, string alice, string bob, string where)
    {
        var view = (await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).OnlineAccess()))!;
        Assert.True(view.Credentials.Select(c => c.Value).SequenceEqual(["b@x.org", "alicia"]), where);
        Assert.True((view.Patient.GivenName, view.Patient.Contact.Email) == ("Alice", "alicia@example.org"), where);
        Assert.True(view.Level == AccessLevel.CanAccess, where);
        Assert.True(await HolderAsync(portal, CredentialKind.Email, "b@x.org") == alice, where);
        Assert.True(await HolderAsync(portal, CredentialKind.Username, "alicia") == alice, where);
        Assert.True(await HolderAsync(portal, CredentialKind.Email, "a@x.org") is null, where);
        Assert.True(await CountAsync(portal, "credential_claims") == 5, where);
        var gone = (await portal.AsAsync(Cast.Dana(), () => portal.Patient(bob).OnlineAccess()))!;
        Assert.True((gone.Patient.MergedInto, gone.Credentials.Count, gone.Level) == (alice, 0, AccessLevel.NoAccess), where);
        Assert.True((await portal.AsGrainAsync(() => portal.Patient(bob).Standing())).Kind == StandingKind.Unknown, where);
        await CheckGrantsAsync(portal, alice, bob, where);
        // Neither is frozen any more.
        await SetAsync(portal, alice, CredentialKind.Mobile, "07700 900123");
        var list = portal.Grains.GetGrain<IAppointmentListGrain>($"{PortalFixture.Riverside}/{alice}");
        Assert.Single(await portal.AsAsync(Cast.Dana(), () => list.Upcoming(5)));
        await CheckItemsAsync(portal, alice, bob, where);
        var directory = portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside);
        var rows = (await portal.AsAsync(Cast.Dana(), () => directory.Search(new PatientQuery { Text = "archer" }))).Rows;
        Assert.True(rows.Count == 1 && rows[0].Id == alice, where);
        var notices = (await portal.MailAsync("a@x.org")).Where(m => m.Subject.StartsWith("Signing in", StringComparison.Ordinal));
        Assert.True(notices.Count() == 1, where);
        var reader = portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);
        var log = (await portal.AsAsync(Cast.Erin(), () => reader.Page(new AuditQuery { Action = "patient.", PageSize = 200 }))).Rows;
        Assert.True(log.Count(e => e.Action == "patient.merged" && e.Patient == bob && e.Actor == Cast.Erin().Subject) == 1, where);
        Assert.True(log.Count(e => e.Action == "patient.absorbed" && e.Patient == alice) == 1, where);
    }

    private static async Task CheckItemsAsync(PortalFixture portal, string alice, string bob, string where)
    {
        var texts = (await portal.AsGrainAsync(() => Record(portal, alice).Entries())).Select(e => e.Text);
        Assert.True(texts.SequenceEqual(["Well", "Nuts"]), where);
        Assert.True((await portal.AsAsync(Cast.Dana(), () => Forms(portal, alice).List())).Count == 1, where);
        Assert.True((await portal.AsAsync(Cast.Dana(), () => Forms(portal, bob).List())).Count == 0, where);
        // Nothing new comes to the record that went.
        var late = new RecordEntry { Id = "r-2", Title = "Late" };
        Assert.Equal(AddEntryOutcome.Merged, await portal.AsAsync(Cast.Priya(), () => Record(portal, bob).Add(late)));
        Assert.Equal(SubmitIntakeOutcome.Ended, await portal.AsAsync(Cast.Patient(bob), () => Forms(portal, bob).Submit(Form("form-2"))));
        var grain = portal.Grains.GetGrain<IAppointmentGrain>($"{PortalFixture.Riverside}/{Ids.Derive("ap", "late")}");
        await portal.AsAsync(Cast.Dana(), () => grain.Schedule(Appointment(portal, bob)));
        var list = portal.Grains.GetGrain<IAppointmentListGrain>($"{PortalFixture.Riverside}/{alice}");
        Assert.True((await portal.AsAsync(Cast.Dana(), () => list.Upcoming(5))).Count == 2, where);
    }

    private static SubmitIntake Form(string operation) => new()
    {
        Operation = operation,
        Answers = new IntakeAnswers { Allergies = "Nuts", Consent = true },
    };

    private static ScheduleAppointment Appointment(PortalFixture portal, string patient) => new()
    {
        Patient = patient,
        Practitioner = "Dr Who",
        Service = "Check",
        Place = "Room 1",
        StartsAt = portal.Clock.GetUtcNow().AddDays(9),
        Length = TimeSpan.FromMinutes(30),
    };

    private static IIntakeFormsGrain Forms(PortalFixture portal, string patient) =>
        portal.Grains.GetGrain<IIntakeFormsGrain>(GrainKeys.ForIntakeForms(PortalFixture.Riverside, patient));

    private static async Task CheckGrantsAsync(PortalFixture portal, string alice, string bob, string where)
    {
        foreach (var (person, left) in new[]
        {
            ("bob", CaregiverScopes.Appointments), ("exa", CaregiverScopes.None), ("exb", CaregiverScopes.None),
        })
        {
            var id = await PersonAsync(portal, person);
            Assert.True((await FindAsync(portal, alice, id) ?? CaregiverScopes.None) == left, $"{person}: {where}");
            Assert.True(await FindAsync(portal, bob, id) is null, $"{person}: {where}");
            var acting = portal.Grains.GetGrain<IActingListGrain>(GrainKeys.ForActingList(PortalFixture.Riverside, id));
            var patients = await portal.AsAsync(Cast.Dana(), acting.Patients);
            Assert.True(patients.Select(p => p.Patient).SequenceEqual(left == CaregiverScopes.None ? [] : [alice]), $"{person}: {where}");
        }

        Assert.IsType<GiveGrantOutcome.Unknown>(await TryGiveAsync(portal, bob, "late", CaregiverScopes.All));
    }

    private static Task<CaregiverScopes?> FindAsync(PortalFixture portal, string patient, string person) =>
        portal.AsGrainAsync(async () => (await Relations(portal, patient).Find(person))?.Scopes);

    private static async Task<string> PersonAsync(PortalFixture portal, string name) =>
        (await HolderAsync(portal, CredentialKind.Email, $"{name}@care.org"))!;

    private static async Task GiveAsync(PortalFixture portal, string patient, string name, CaregiverScopes scopes)
    {
        var person = Assert.IsType<GiveGrantOutcome.Given>(await TryGiveAsync(portal, patient, name, scopes)).Person;
        if (await HolderAsync(portal, CredentialKind.Email, $"{name}@care.org") is null)
            await SetAsync(portal, person, CredentialKind.Email, $"{name}@care.org");
    }

    private static async Task<GiveGrantOutcome> TryGiveAsync(PortalFixture portal, string patient, string name, CaregiverScopes scopes)
    {
        var person = await portal.RegisterAsync(name, "Carter", $"{name}@care.org");
        return await portal.AsAsync(Cast.Dana(), () => Relations(portal, patient).Give(new GiveGrant
        {
            Person = person,
            Scopes = scopes,
            Operation = $"give-{name}",
            ConfirmedWithPatient = true,
        }));
    }

    private static IRelationshipsGrain Relations(PortalFixture portal, string patient) =>
        portal.Grains.GetGrain<IRelationshipsGrain>(GrainKeys.ForRelationships(PortalFixture.Riverside, patient));

    private static async Task CheckUntouchedAsync(PortalFixture portal, string alice, string bob, string where)
    {
        Assert.True(await HolderAsync(portal, CredentialKind.Email, "a@x.org") == alice, where);
        Assert.True(await HolderAsync(portal, CredentialKind.Email, "b@x.org") == bob, where);
        Assert.True(await FindAsync(portal, bob, await PersonAsync(portal, "exb")) == CaregiverScopes.All, where);
        await SetAsync(portal, alice, CredentialKind.Mobile, "07700 900123");
        await SetAsync(portal, bob, CredentialKind.Mobile, "07700 900124");
    }

    private static async Task SetAsync(PortalFixture portal, string id, CredentialKind kind, string value) =>
        Assert.IsType<SetCredentialOutcome.Bound>(await portal.AsAsync(Cast.Dana(), () => portal.Patient(id).SetCredential(
            new SetCredential { Kind = kind, Value = value, Operation = value, ConfirmedWithPatient = true })));

    private static IClinicalRecordGrain Record(PortalFixture portal, string patient) =>
        portal.Grains.GetGrain<IClinicalRecordGrain>(GrainKeys.ForClinicalRecord(PortalFixture.Riverside, patient));

    private static Task<string?> HolderAsync(PortalFixture portal, CredentialKind kind, string value) =>
        portal.AsGrainAsync(() => portal.Grains.GetGrain<ICredentialGrain>(
            GrainKeys.ForCredential(PortalFixture.Riverside, kind, portal.HashOf(kind, value))).Holder());

    private static Task<long> CountAsync(PortalFixture portal, string table) =>
        portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>($"SELECT COUNT(*) FROM {table}"));
}
