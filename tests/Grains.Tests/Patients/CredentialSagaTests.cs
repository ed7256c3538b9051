using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;
using Xunit.Abstractions;

namespace Portal.Grains.Tests.Patients;

/// <summary>
/// Each write of each change of a credential goes wrong once, in each way. Then either the same operation comes again, or nobody calls
/// and the reminder has to do it; the end is the same.
/// </summary>
public sealed class CredentialSagaTests(ITestOutputHelper output)
{
    private const string Invitation = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Operation = "the-operation";

    private static readonly WriteFault[] Faults =
        [WriteFault.FailBefore, WriteFault.WriteThenThrow, WriteFault.WriteThenKill, WriteFault.StaleETag];

    public static TheoryData<string> Scenarios =>
        ["set", "change", "taken", "clear", "clear-last", "accept", "accept-shared", "accept-taken", "accept-known"];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_change_that_was_cut_off_anywhere_is_finished_by_the_same_operation(string scenario)
    {
        var writes = (await RunAsync(scenario, 0, WriteFault.None, repeat: true)).Count;
        Assert.InRange(writes, 3, 20);
        foreach (var fault in Faults)
        {
            for (var number = 1; number <= writes; number++) await RunAsync(scenario, number, fault, repeat: true);
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task A_change_that_was_cut_off_anywhere_is_finished_or_undone_by_the_reminder(string scenario)
    {
        var writes = (await RunAsync(scenario, 0, WriteFault.None, repeat: true)).Count;
        foreach (var fault in Faults)
        {
            for (var number = 1; number <= writes; number++) await RunAsync(scenario, number, fault, repeat: false);
        }
    }

    private async Task<IReadOnlyList<string>> RunAsync(string scenario, int number, WriteFault fault, bool repeat)
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var alice = await portal.RegisterAsync("Alice");
        var bob = await portal.RegisterAsync("Bob", email: "bob@example.org");
        await PrepareAsync(portal, scenario, alice, bob);
        var faults = new FaultAt(number, fault, () => portal.Silo.Kill());
        portal.Database.Faults = faults;
        object? outcome = null;
        try
        {
            outcome = await CallAsync(portal, scenario, alice);
        }
        catch (Exception error) when (number > 0)
        {
            output.WriteLine($"{scenario}: {fault} at {number} ({faults.Points[number - 1]}): {error.GetType().Name}");
        }

        portal.Database.Faults = null;
        if (!portal.Silo.IsRunning) await portal.RestartAsync();
        await portal.AdvanceAsync(TimeSpan.FromMinutes(2));
        if (repeat) outcome = await CallAsync(portal, scenario, alice);
        // The engine looks for reminders once an hour where it does not know that there is one.
        await portal.AdvanceAsync(TimeSpan.FromMinutes(62));
        await CheckAsync(portal, scenario, alice, bob, outcome, $"{scenario}, {fault} at {number} of {string.Join(' ', faults.Points)}");
        return faults.Points;
    }

    private static async Task PrepareAsync(PortalFixture portal, string scenario, string alice, string bob)
    {
        switch (scenario)
        {
            case "change" or "clear-last":
                await SetAsync(portal, alice, "old@x.org", "before");
                break;
            case "clear":
                await SetAsync(portal, alice, "old@x.org", "before");
                await SetAsync(portal, alice, "alice", "before2", CredentialKind.Username);
                break;
            case "taken" or "accept-taken":
                await SetAsync(portal, bob, "a@x.org", "bobs");
                break;
            case "accept-shared":
                await SetAsync(portal, bob, "a@x.org", "bobs");
                await SetAsync(portal, alice, "alice", "before", CredentialKind.Username);
                break;
            case "accept-known":
                await SetAsync(portal, alice, "a@x.org", "before");
                break;
        }

        if (scenario.StartsWith("clear", StringComparison.Ordinal))
            await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
        if (scenario.StartsWith("accept", StringComparison.Ordinal))
            await portal.AsGrainAsync(() => portal.Patient(alice).AdoptInvitation(
                Invitation, portal.Clock.GetUtcNow().AddDays(3), giveAccess: false));
        // What was prepared is in the directory, and no timer of it is counted.
        await portal.AdvanceAsync(TimeSpan.FromMinutes(1));
    }

    private static async Task<object> CallAsync(PortalFixture portal, string scenario, string alice) => scenario switch
    {
        "clear" or "clear-last" =>
            await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).ClearCredential(CredentialKind.Email, Operation)),
        "set" or "change" or "taken" => await SetAsync(portal, alice, "a@x.org", Operation),
        _ => await portal.AsGrainAsync(() => portal.Patient(alice).AcceptInvitation(
            new AcceptInvitation { Operation = Operation, Invitation = Invitation, Address = "A@x.org" })),
    };

    private static Task<SetCredentialOutcome> SetAsync(
        PortalFixture portal, string id, string value, string operation, CredentialKind kind = CredentialKind.Email) =>
        portal.AsAsync(Cast.Dana(), () => portal.Patient(id).SetCredential(
            new SetCredential { Kind = kind, Value = value, Operation = operation, ConfirmedWithPatient = true }));

    private static async Task CheckAsync(PortalFixture portal, string scenario, string alice, string bob, object? outcome, string where)
    {
        var view = (await portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).OnlineAccess()))!;
        var email = view.Credentials.FirstOrDefault(c => c.Kind == CredentialKind.Email);
        var holder = await HolderAsync(portal, "a@x.org");
        Assert.False(view.ChangeUnderWay, where);
        // Either nothing was stored and nothing has happened, or all of it.
        var undone = outcome is null && Untouched(scenario, email, view);
        if (!undone) CheckDone(scenario, bob, outcome, view, where);
        Assert.True(holder == (email?.Value == "a@x.org" ? alice : IsTaken(scenario) ? bob : null), where);
        Assert.True(await HolderAsync(portal, "old@x.org") == (email?.Value == "old@x.org" ? alice : null), where);
        Assert.Equal(await ClaimsAsync(portal), view.Credentials.Count + (IsTaken(scenario) ? 1 : 0));
        await CheckTracesAsync(portal, scenario, alice, view, undone, where);
    }

    private static bool IsTaken(string scenario) => scenario is "taken" or "accept-taken" or "accept-shared";

    private static bool Untouched(string scenario, CredentialView? email, OnlineAccessView view) => scenario switch
    {
        "set" => email is null,
        "change" => email?.Value == "old@x.org",
        "clear" or "clear-last" => email is not null && view.Level == AccessLevel.CanAccess,
        "taken" or "accept-taken" => true,
        _ => view.Level == AccessLevel.NoAccess,
    };

    private static void CheckDone(string scenario, string bob, object? outcome, OnlineAccessView view, string where)
    {
        var email = view.Credentials.FirstOrDefault(c => c.Kind == CredentialKind.Email);
        var (value, verified, access, answer) = scenario switch
        {
            "set" or "change" => ("a@x.org", false, false, (object)new SetCredentialOutcome.Bound()),
            "taken" => (null, false, false, new SetCredentialOutcome.Taken { Patient = bob }),
            "clear" => (null, false, true, ClearCredentialOutcome.Cleared),
            "clear-last" => (null, false, false, ClearCredentialOutcome.ClearedLast),
            "accept-taken" => (null, false, false, AcceptOutcome.AddressTaken),
            "accept-shared" => (null, false, true, AcceptOutcome.Accepted),
            _ => ("a@x.org", true, true, AcceptOutcome.Accepted),
        };
        Assert.True((value, verified, access) == (email?.Value, email?.VerifiedAt is not null, view.Level == AccessLevel.CanAccess), where);
        if (outcome is not null) Assert.True(answer.Equals(outcome), $"{where}: {outcome}");
    }

    private static async Task CheckTracesAsync(
        PortalFixture portal, string scenario, string alice, OnlineAccessView view, bool undone, string where)
    {
        var directory = portal.Grains.GetGrain<IPatientDirectoryGrain>(PortalFixture.Riverside);
        var reader = portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside);
        var found = await portal.AsAsync(Cast.Dana(), () => directory.Search(new PatientQuery { Text = "alice archer" }));
        var row = Assert.Single(found.Rows);
        Assert.True((row.Access, row.HasCredential) == (view.Patient.Access, view.Credentials.Count > 0), where);
        var audit = (await portal.AsAsync(Cast.Erin(), () => reader.Page(new AuditQuery { Patient = alice, PageSize = 200 }))).Rows;
        var action = scenario switch
        {
            "set" or "taken" => "credential.set",
            "change" => "credential.changed",
            "clear" or "clear-last" => "credential.cleared",
            _ => "patient.access-given",
        };
        // Access that was given to prepare the scenario has no reason.
        var entries = audit.Count(e => e.Action == action && (action != "patient.access-given" || e.Reason.Length > 0));
        var aborted = undone && scenario is "taken" or "accept-taken" && entries > 0;
        Assert.True(entries == (undone && !aborted ? 0 : 1), $"{where}: {entries} entries");
        var told = (await portal.MailAsync("old@x.org")).Count;
        Assert.True(told == (scenario is "change" or "clear" or "clear-last" && !undone ? 1 : 0), $"{where}: told {told} times");
        Assert.Null((await portal.AsAsync(Cast.Erin(), reader.Verify)).Fault);
        Assert.Equal(0, await portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM reminders")));
    }

    private static Task<string?> HolderAsync(PortalFixture portal, string address)
    {
        var hash = portal.HashOf(CredentialKind.Email, address);
        var key = GrainKeys.ForCredential(PortalFixture.Riverside, CredentialKind.Email, hash);
        return portal.AsGrainAsync(() => portal.Grains.GetGrain<ICredentialGrain>(key).Holder());
    }

    private static Task<long> ClaimsAsync(PortalFixture portal) =>
        portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM credential_claims"));
}
