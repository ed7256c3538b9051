using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.ClinicalRecords;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.ClinicalRecords;
using Portal.Grains.Credentials;
using Portal.Grains.Patients;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>The rules of merging, and who may.</summary>
public sealed class PatientMergeTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly AuditEntry Entry = new() { Id = "a-1", At = Now };

    private static readonly PatientState Alice = new()
    {
        Registered = true,
        GivenName = "Alice",
        FamilyName = "Archer",
        Contact = new ContactDetails { Email = "a@x.org", PostalCode = "A1" },
        Practitioners = ["s-1", "s-2"],
        Tags = ["vip"],
    };

    [Fact]
    public void Only_patients_who_are_here_free_and_not_blocked_are_frozen()
    {
        var frozen = PatientMerge.Freeze(Alice, "m").State;
        (PatientState State, MergeRefusal? Wanted)[] table =
        [
            (Alice, null), (frozen, null), (new PatientState(), MergeRefusal.Unknown),
            (Alice with { BlockedAt = Now }, MergeRefusal.Blocked),
            (Alice with { MergedInto = "p-2" }, MergeRefusal.Merged), (PatientMerge.Freeze(Alice, "n").State, MergeRefusal.Busy),
            (Alice with { Pending = new CredentialChange() }, MergeRefusal.Busy),
        ];
        foreach (var (state, wanted) in table) Assert.Equal(wanted, PatientMerge.Freeze(state, "m").Refusal);
        Assert.Same(Alice, PatientMerge.Thaw(Alice, "m"));
        Assert.Same(frozen, PatientMerge.Thaw(frozen, "n"));
        Assert.Null(PatientMerge.Thaw(frozen, "m").Merge);
    }

    [Fact]
    public void A_block_that_came_meanwhile_goes_along_and_practitioners_are_those_of_both()
    {
        var loser = PatientMerge.Freeze(Alice with { Practitioners = ["s-2", "s-3"], Tags = ["new"] }, "m").State;
        var blocked = PatientAccess.Block(loser, "stolen phone", Entry, Now);
        var (parcel, gone) = PatientMerge.Depart(blocked, "p-2", "m", "p-1", Entry);
        Assert.Equal(("p-1", StandingKind.Unknown), (gone.MergedInto, PatientAccess.Standing(gone).Kind));
        Assert.Same(gone, PatientMerge.Depart(gone, "p-2", "m", "p-1", Entry).State);
        var command = new AbsorbPatient { Operation = "m", Parcel = parcel, Entry = Entry };
        var (_, kept) = PatientMerge.Absorb(PatientMerge.Freeze(Alice, "m").State, command, "GB");
        Assert.Equal((Now, "stolen phone"), (kept.BlockedAt, kept.BlockReason));
        Assert.Equal(["s-2"], kept.Practitioners);
        Assert.Equal(["new", "vip"], kept.Tags);
        Assert.Same(kept, PatientMerge.Absorb(kept, command, "GB").State);
    }

    [Fact]
    public void Caregivers_an_app_that_would_be_lost_and_a_way_in_that_opens_another_record_are_no_merge()
    {
        MergeFacts nobody = new(), known = new() { GetsIn = true }, app = new() { GetsIn = true, SecondFactor = true };
        var named = new MergeFacts { GetsIn = true, CodesToContact = true, ContactEmail = "a@x.org" };
        MergeFacts same = new() { ContactEmail = "a@x.org" }, other = new() { ContactEmail = "b@x.org" };
        var theirs = new MergePatients { FromLoser = [MergeField.Email] };
        (MergePatients Command, MergeFacts Survivor, MergeFacts Loser, bool Approvals, MergeRefusal? Wanted)[] table =
        [
            (new(), nobody, nobody, true, null),
            (new(), nobody with { CaregiverOnly = true }, nobody, false, MergeRefusal.Caregiver),
            (new(), nobody, nobody with { CaregiverOnly = true }, false, MergeRefusal.Caregiver),
            (new(), known, app, false, MergeRefusal.SecondFactor), (new(), app, known, false, null), (new(), app, app, false, null),
            (new(), known, known, false, null), (new(), known, known, true, MergeRefusal.NeedsApproval),
            (new(), known, nobody, true, null), (new(), nobody, known, true, null),
            (new(), named, other, true, null), (theirs, named, other, true, MergeRefusal.NeedsApproval), (theirs, named, same, true, null),
            (new(), other, named, true, MergeRefusal.NeedsApproval), (theirs, other, named, true, null),
            (theirs, named, other, false, null),
        ];
        foreach (var (command, survivor, loser, approvals, wanted) in table)
            Assert.Equal(wanted, PatientMerge.Refusal(command, survivor, loser, approvals));
    }

    [Fact]
    public async Task A_dummy_record_with_a_sign_in_of_its_own_is_merged_into_nobody_who_gets_in_already()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.ChangeAsync(s => s with { SecondApprover = true });
        var dummy = await desk.Portal.RegisterAsync("Alicia", email: "m@x.org");
        await desk.AdmitAsync(dummy, "m@x.org");
        var command = new MergePatients { Survivor = desk.Alice, Loser = dummy, CredentialsFromLoser = [CredentialKind.Email] };
        Assert.Equal(MergeRefusal.NeedsApproval, await RefusedAsync(desk, "1", command));
        Assert.Equal(MergeRefusal.NeedsApproval, await RefusedAsync(desk, "2", new() { Survivor = dummy, Loser = desk.Alice }));
        // Nobody is left frozen, and what was there still signs in.
        await desk.SignInAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(dummy).ClearCredential(CredentialKind.Email, "clear"));
        Assert.IsType<MergeOutcome.Merged>(await MergeAsync(desk, "3", command));
        await desk.Portal.AdvanceAsync(TimeSpan.FromMinutes(1));
        await desk.SignInAsync();
    }

    [Fact]
    public async Task An_app_is_not_lost_and_nobody_sets_one_up_meanwhile()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob", email: "bob@example.org");
        var mfa = await MfaDesk.SetUpAsync(desk);
        Assert.Equal(MergeRefusal.SecondFactor, await RefusedAsync(desk, "1", new() { Survivor = bob, Loser = desk.Alice }));
        Assert.True((await mfa.ViewAsync()).On);
        await mfa.SwitchOffAsync(mfa.Code);
        await desk.Portal.AsGrainAsync(() => desk.Portal.Patient(desk.Alice).Freeze("m"));
        Assert.IsType<MfaOutcome.Overtaken>(await desk.Portal.AsGrainAsync(
            () => desk.Portal.Patient(desk.Alice).SetUpMfa(new MfaGuess { Code = "123456", Operation = "again" })));
    }

    [Fact]
    public async Task Who_only_acts_for_others_is_merged_with_nobody()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var person = Ids.Derive("p", "caregiver");
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(person).Register(new RegisterPatient
        {
            GivenName = "Bob",
            FamilyName = "Carter",
            BirthDate = new DateOnly(1979, 5, 14),
            CaregiverOnly = true,
        }));
        Assert.Equal(MergeRefusal.Caregiver, await RefusedAsync(desk, "1", new() { Survivor = desk.Alice, Loser = person }));
        Assert.Equal(MergeRefusal.Caregiver, await RefusedAsync(desk, "2", new() { Survivor = person, Loser = desk.Alice }));
    }

    [Fact]
    public async Task Two_records_that_are_more_than_one_holds_are_not_merged_and_nothing_of_them_is_lost()
    {
        await using var desk = await SignInDesk.OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob", email: "bob@example.org");
        await FillAsync(desk.Alice, RecordEntry.MaxEntries - 1);
        await FillAsync(bob, 2);
        Assert.Equal(MergeRefusal.RecordFull, await RefusedAsync(desk, "1", new() { Survivor = bob, Loser = desk.Alice }));
        Assert.Equal(2, (await desk.Portal.AsGrainAsync(() => Record(bob).Entries())).Count);
        // One that came after there was room for it is taken along all the same.
        var state = new ClinicalRecordState { Entries = [.. Entries(RecordEntry.MaxEntries, "a")] };
        Assert.Equal(RecordEntry.MaxEntries + 3, ClinicalRecord.TakeIn(state, bob, Entries(3, "b")).Entries.Count);

        Task FillAsync(string patient, int count) => desk.Portal.AsGrainAsync(() => Record(patient).AddRange(Entries(count, patient)));

        IClinicalRecordGrain Record(string patient) =>
            desk.Portal.Grains.GetGrain<IClinicalRecordGrain>(GrainKeys.ForClinicalRecord(PortalFixture.Riverside, patient));
    }

    private static RecordEntry[] Entries(int count, string prefix) =>
        [.. Enumerable.Range(1, count).Select(n => new RecordEntry { Id = $"{prefix}-{n}", Title = "Note" })];

    private static Task<MergeOutcome> MergeAsync(SignInDesk desk, string name, MergePatients command) => desk.Portal.AsAsync(
        Cast.Erin(),
        () => desk.Portal.Grains.GetGrain<IPatientMergeGrain>($"{PortalFixture.Riverside}/{Ids.Derive("op", name)}").Merge(command));

    private static async Task<MergeRefusal> RefusedAsync(SignInDesk desk, string name, MergePatients command) =>
        Assert.IsType<MergeOutcome.Refused>(await MergeAsync(desk, name, command)).Why;

    [Fact]
    public void A_claim_is_handed_over_in_one_step_and_late_calls_of_before_change_nothing()
    {
        var held = new CredentialClaimState { Stage = ClaimStage.Held, Patient = "p-2", Operation = "o" };
        var (done, moved) = CredentialClaim.Transfer(held, "m", "p-2", "p-1");
        Assert.Equal((true, "p-1"), (done, CredentialClaim.Holder(moved)));
        Assert.Same(moved, CredentialClaim.Transfer(moved, "m", "p-2", "p-1").State);
        Assert.Equal("p-1", CredentialClaim.Holder(CredentialClaim.Release(moved, "o", "p-2")));
        Assert.False(CredentialClaim.Transfer(held, "m", "p-3", "p-1").Done);
        Assert.False(CredentialClaim.Transfer(new CredentialClaimState(), "m", "p-2", "p-1").Done);
    }

    [Fact]
    public async Task Dana_and_Charlie_cannot_merge_and_a_blocked_patient_is_not_merged()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var (alice, bob) = (await portal.RegisterAsync("Alice"), await portal.RegisterAsync("Bob", email: "b@x.org"));
        var command = new MergePatients { Survivor = alice, Loser = bob };
        IPatientMergeGrain Grain(string name) =>
            portal.Grains.GetGrain<IPatientMergeGrain>($"{PortalFixture.Riverside}/{Ids.Derive("op", name)}");
        await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(Cast.Dana(), () => Grain("1").Merge(command)));
        await Assert.ThrowsAsync<DoorRefusedException>(() => portal.AsAsync(Cast.Charlie, () => Grain("1").Merge(command)));
        await portal.AsAsync(Cast.Dana(), () => portal.Patient(bob).Block("why"));
        var refused = await portal.AsAsync(Cast.Erin(), () => Grain("2").Merge(command));
        Assert.Equal(MergeRefusal.Blocked, Assert.IsType<MergeOutcome.Refused>(refused).Why);
        // Nobody is left frozen.
        Assert.IsType<SetCredentialOutcome.Bound>(await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).SetCredential(
            new SetCredential { Kind = CredentialKind.Email, Value = "a@x.org", Operation = "o", ConfirmedWithPatient = true })));
        var self = await portal.AsAsync(Cast.Erin(), () => Grain("3").Merge(command with { Loser = alice }));
        Assert.IsType<MergeOutcome.Refused>(self);
    }
}
