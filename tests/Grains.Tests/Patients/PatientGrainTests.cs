using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>Patients in a running portal.</summary>
public sealed class PatientGrainTests : IAsyncLifetime
{
    private PortalFixture _portal = null!;

    public async Task InitializeAsync() => _portal = await PortalFixture.StartAsync(deterministic: true);

    public async Task DisposeAsync() => await _portal.DisposeAsync();

    [Fact]
    public async Task Of_two_patients_who_claim_one_address_at_once_one_holds_it_and_the_other_is_told_whose_it_is()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var bob = await _portal.RegisterAsync("Bob", email: "bob@example.org");
        var outcomes = await AtOnceAsync(
            () => SetAsync(alice, CredentialKind.Email, " A@x.org"), () => SetAsync(bob, CredentialKind.Email, "a@X.ORG"));
        await OneHoldsAsync([alice, bob], outcomes, CredentialKind.Email, "a@x.org");
    }

    [Fact]
    public async Task Of_two_patients_who_claim_two_spellings_of_one_number_at_once_one_holds_it()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var bob = await _portal.RegisterAsync("Bob", email: "bob@example.org");
        var outcomes = await AtOnceAsync(
            () => SetAsync(alice, CredentialKind.Mobile, "+44 (0)7700 900123"), () => SetAsync(bob, CredentialKind.Mobile, "07700-900123"));
        await OneHoldsAsync([alice, bob], outcomes, CredentialKind.Mobile, "+447700900123");
    }

    [Fact]
    public async Task The_same_address_may_sign_in_at_two_organisations()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var other = await _portal.RegisterAsync("Alice", organisation: PortalFixture.Hilltop);
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(alice, CredentialKind.Email, "a@x.org"));
        var outcome = await SetAsync(other, CredentialKind.Email, "a@x.org", organisation: PortalFixture.Hilltop);
        Assert.IsType<SetCredentialOutcome.Bound>(outcome);
    }

    [Fact]
    public async Task A_credential_is_unverified_until_its_first_code_succeeds()
    {
        var alice = await _portal.RegisterAsync("Alice");
        await SetAsync(alice, CredentialKind.Email, "a@x.org");
        Assert.Null(Assert.Single((await AccessAsync(alice)).Credentials).VerifiedAt);
        await SignInAsync(alice, CredentialKind.Email, "a@x.org", "s1");
        var proved = _portal.Clock.GetUtcNow();
        await _portal.AdvanceAsync(TimeSpan.FromDays(1));
        await SignInAsync(alice, CredentialKind.Email, "a@x.org", "s1");
        var access = await AccessAsync(alice);
        Assert.Equal((proved, proved), (Assert.Single(access.Credentials).VerifiedAt, access.LastSignIn));
        await SignInAsync(alice, CredentialKind.Email, "a@x.org", "s2");
        access = await AccessAsync(alice);
        Assert.Equal((proved, proved.AddDays(1)), (Assert.Single(access.Credentials).VerifiedAt, access.LastSignIn));
        Assert.Single(await AuditAsync("credential.verified"));
    }

    [Fact]
    public async Task A_change_tells_the_old_address_ends_the_sessions_and_frees_it()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var bob = await _portal.RegisterAsync("Bob", email: "bob@example.org");
        await SetAsync(alice, CredentialKind.Email, "old@x.org");
        await SignInAsync(alice, CredentialKind.Email, "old@x.org", "s1");
        var before = await StandingAsync(alice);
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(alice, CredentialKind.Email, "new@x.org"));
        Assert.Equal(before.Epoch + 1, (await StandingAsync(alice)).Epoch);
        var credential = Assert.Single((await AccessAsync(alice)).Credentials);
        Assert.Equal(("new@x.org", null), (credential.Value, credential.VerifiedAt));
        var notice = Assert.Single(await _portal.MailAsync("old@x.org"));
        Assert.Contains("n•••@x•••.org", notice.Text, StringComparison.Ordinal);
        Assert.Null(await HolderAsync(CredentialKind.Email, "old@x.org"));
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(bob, CredentialKind.Email, "old@x.org"));
        Assert.Equal(bob, await HolderAsync(CredentialKind.Email, "old@x.org"));
        Assert.Single(await AuditAsync("credential.changed"));
    }

    [Fact]
    public async Task Clearing_the_last_credential_ends_access()
    {
        var alice = await WithAccessAsync("Alice");
        await SetAsync(alice, CredentialKind.Email, "a@x.org");
        await SetAsync(alice, CredentialKind.Mobile, "07700 900123");
        Assert.Equal(ClearCredentialOutcome.Cleared, await ClearAsync(alice, CredentialKind.Email, "c1"));
        var standing = await StandingAsync(alice);
        Assert.Equal((StandingKind.Good, 1), (standing.Kind, standing.Epoch));
        Assert.Equal(ClearCredentialOutcome.ClearedLast, await ClearAsync(alice, CredentialKind.Mobile, "c2"));
        Assert.Equal(StandingKind.NoAccess, (await StandingAsync(alice)).Kind);
        Assert.Equal(ClearCredentialOutcome.ClearedLast, await ClearAsync(alice, CredentialKind.Mobile, "c2"));
        Assert.Equal(ClearCredentialOutcome.Cleared, await ClearAsync(alice, CredentialKind.Mobile, "c3"));
        Assert.Null(await HolderAsync(CredentialKind.Mobile, "+447700900123"));
        Assert.Equal(0, await ClaimsAsync());
        Assert.Single(await AuditAsync("patient.access-taken"));
    }

    [Fact]
    public async Task An_operation_that_comes_again_gets_its_answer_and_does_nothing()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var bob = await _portal.RegisterAsync("Bob", email: "bob@example.org");
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(alice, CredentialKind.Email, "a@x.org", "one"));
        Assert.IsType<SetCredentialOutcome.Taken>(await SetAsync(bob, CredentialKind.Email, "a@x.org", "one"));
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(alice, CredentialKind.Email, "b@x.org", "two"));
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(alice, CredentialKind.Email, "a@x.org", "one"));
        Assert.Equal("b@x.org", Assert.Single((await AccessAsync(alice)).Credentials).Value);
        Assert.Equal(alice, Assert.IsType<SetCredentialOutcome.Taken>(await SetAsync(bob, CredentialKind.Email, "a@x.org", "one")).Patient);
        Assert.IsType<SetCredentialOutcome.Unchanged>(await SetAsync(alice, CredentialKind.Email, " B@X.org", "three"));
    }

    [Fact]
    public async Task Nothing_is_set_without_confirmation_from_nonsense_or_for_nobody()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var command = new SetCredential { Kind = CredentialKind.Email, Value = "a@x.org", Operation = "o" };
        Assert.IsType<SetCredentialOutcome.NotConfirmed>(await DanaAsync(() => _portal.Patient(alice).SetCredential(command)));
        foreach (var value in new[] { "", "no address", "a@x", new string('a', 10_000) + "@x.org", "a\uD800@x.org", "07700 900123" })
            Assert.IsType<SetCredentialOutcome.Malformed>(await SetAsync(alice, CredentialKind.Email, value));
        Assert.IsType<SetCredentialOutcome.Unknown>(await SetAsync("p-nobody", CredentialKind.Email, "a@x.org"));
        Assert.Equal(ClearCredentialOutcome.Unknown, await ClearAsync("p-nobody", CredentialKind.Email, "o"));
        Assert.Empty((await AccessAsync(alice)).Credentials);
    }

    [Fact]
    public async Task Access_is_refused_with_what_is_missing_and_the_refusal_is_in_the_audit_log()
    {
        var alice = await _portal.RegisterAsync("Alice", email: "");
        var outcome = await DanaAsync(() => _portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
        Assert.Equal([AccessCondition.Email], Assert.IsType<AccessOutcome.MissingDetails>(outcome).Missing);
        Assert.Equal(AuditOutcome.Refused, Assert.Single(await AuditAsync("patient.access-given")).Outcome);
    }

    [Fact]
    public async Task A_block_ends_everything_and_lifting_it_brings_nothing_of_before_back()
    {
        var alice = await WithAccessAsync("Alice");
        var before = await StandingAsync(alice);
        await DanaAsync(() => _portal.Patient(alice).Block("lost phone"));
        await DanaAsync(() => _portal.Patient(alice).Block("again"));
        var blocked = await StandingAsync(alice);
        Assert.Equal((StandingKind.Blocked, before.Epoch + 1, before.BlockCount + 1), (blocked.Kind, blocked.Epoch, blocked.BlockCount));
        Assert.Equal("lost phone", (await AccessAsync(alice)).BlockReason);
        await DanaAsync(() => _portal.Patient(alice).Unblock());
        var lifted = await StandingAsync(alice);
        Assert.Equal((StandingKind.Good, blocked.Epoch, blocked.BlockCount), (lifted.Kind, lifted.Epoch, lifted.BlockCount));
        Assert.Single(await AuditAsync("patient.blocked"));
        Assert.Single(await AuditAsync("patient.unblocked"));
    }

    [Fact]
    public async Task The_audit_log_says_who_did_it()
    {
        var alice = await WithAccessAsync("Alice");
        var entry = Assert.Single(await AuditAsync("patient.access-given"));
        Assert.Equal(("staff", Cast.Dana().Subject, alice), (entry.ActorKind, entry.Actor, entry.Patient));
    }

    [Fact]
    public async Task Charlie_cannot_see_or_change_a_patient_of_another_organisation()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var patient = _portal.Patient(alice);
        await RefusedAsync(Cast.Charlie, () => patient.Get());
        await RefusedAsync(Cast.Charlie, () => patient.OnlineAccess());
        await RefusedAsync(Cast.Charlie, () => patient.Block("mine"));
        await RefusedAsync(Cast.Charlie, () => patient.SetAccess(AccessLevel.CanAccess));
        await RefusedAsync(Cast.Charlie, () => SetAs(Cast.Charlie, alice));
        var directory = _portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside);
        await RefusedAsync(Cast.Charlie, () => directory.Search(new PatientQuery()));
        Assert.Equal(6, (await AuditAsync("door.refused")).Count);
    }

    [Fact]
    public async Task Alice_sees_herself_only_and_changes_nothing_of_her_access()
    {
        var alice = await _portal.RegisterAsync("Alice");
        var bob = await _portal.RegisterAsync("Bob", email: "bob@example.org");
        Assert.Equal("Alice", (await _portal.AsAsync(Cast.Patient(alice), () => _portal.Patient(alice).Get()))!.GivenName);
        await RefusedAsync(Cast.Patient(alice), () => _portal.Patient(bob).Get());
        await RefusedAsync(Cast.Patient(alice), () => _portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
        await RefusedAsync(Cast.Visitor(), () => _portal.Patient(alice).Get());
        await RefusedAsync(Cast.Priya(), () => _portal.Patient(alice).Block("not hers to do"));
    }

    private Task<SetCredentialOutcome> SetAs(Principal principal, string id)
    {
        var command = new SetCredential { Kind = CredentialKind.Email, Value = "c@x.org", Operation = "o", ConfirmedWithPatient = true };
        return _portal.AsAsync(principal, () => _portal.Patient(id).SetCredential(command));
    }

    private async Task OneHoldsAsync(string[] patients, SetCredentialOutcome[] outcomes, CredentialKind kind, string canonical)
    {
        var winner = Array.FindIndex(outcomes, o => o is SetCredentialOutcome.Bound);
        Assert.Equal(patients[winner], Assert.IsType<SetCredentialOutcome.Taken>(outcomes[1 - winner]).Patient);
        Assert.Equal(patients[winner], await HolderAsync(kind, canonical));
        Assert.Equal(1, await ClaimsAsync());
        Assert.Empty((await AccessAsync(patients[1 - winner])).Credentials);
        Assert.False((await AccessAsync(patients[1 - winner])).ChangeUnderWay);
    }

    private async Task<SetCredentialOutcome[]> AtOnceAsync(params Func<Task<SetCredentialOutcome>>[] calls)
    {
        SetCredentialOutcome[] outcomes = [];
        await _portal.Silo.RunAsync(async () => outcomes = await Task.WhenAll(calls.Select(call => call())));
        return outcomes;
    }

    private async Task RefusedAsync(Principal principal, Func<Task> call) =>
        await Assert.ThrowsAsync<DoorRefusedException>(() => _portal.AsAsync(principal, call));

    private Task<T> DanaAsync<T>(Func<Task<T>> call, string organisation = PortalFixture.Riverside) =>
        _portal.AsAsync(Cast.Dana(organisation), call);

    private Task DanaAsync(Func<Task> call) => _portal.AsAsync(Cast.Dana(), call);

    private Task<SetCredentialOutcome> SetAsync(
        string id, CredentialKind kind, string value, string? operation = null, string organisation = PortalFixture.Riverside)
    {
        var command = new SetCredential { Kind = kind, Value = value, Operation = operation ?? Ids.New("o"), ConfirmedWithPatient = true };
        return DanaAsync(() => _portal.Patient(id, organisation).SetCredential(command), organisation);
    }

    private Task<ClearCredentialOutcome> ClearAsync(string id, CredentialKind kind, string operation) =>
        DanaAsync(() => _portal.Patient(id).ClearCredential(kind, operation));

    private async Task<OnlineAccessView> AccessAsync(string id) => (await DanaAsync(() => _portal.Patient(id).OnlineAccess()))!;

    private async Task<string> WithAccessAsync(string given)
    {
        var id = await _portal.RegisterAsync(given);
        Assert.IsType<AccessOutcome.Set>(await DanaAsync(() => _portal.Patient(id).SetAccess(AccessLevel.CanAccess)));
        return id;
    }

    private Task<PatientStanding> StandingAsync(string id) => _portal.AsGrainAsync(() => _portal.Patient(id).Standing());

    private Task SignInAsync(string id, CredentialKind kind, string canonical, string operation) =>
        _portal.AsGrainAsync(() => _portal.Patient(id).RecordSignIn(kind, _portal.HashOf(kind, canonical), operation, byCode: true));

    private Task<string?> HolderAsync(CredentialKind kind, string canonical) => _portal.AsGrainAsync(() => _portal.Grains
        .GetGrain<ICredentialGrain>(GrainKeys.ForCredential(PortalFixture.Riverside, kind, _portal.HashOf(kind, canonical))).Holder());

    private Task<long> ClaimsAsync() =>
        _portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM credential_claims"));

    private async Task<IReadOnlyList<AuditEntry>> AuditAsync(string action) => (await _portal.AsAsync(Cast.Erin(), () =>
        _portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside).Page(new AuditQuery { Action = action }))).Rows;
}
