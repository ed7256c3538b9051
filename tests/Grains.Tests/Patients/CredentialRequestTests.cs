using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>Changes of credentials that a second staff member has to approve.</summary>
public sealed class CredentialRequestTests
{
    private const string NewEmail = "alice.new@example.org";

    [Fact]
    public async Task A_change_waits_for_somebody_else_than_who_asked()
    {
        await using var desk = await OpenAsync();
        var session = await desk.SignInAsync();
        Assert.IsType<SetCredentialOutcome.AwaitsApproval>(await AskAsync(desk));
        Assert.IsType<SetCredentialOutcome.AwaitsApproval>(await AskAsync(desk)); // the same click
        var request = await RequestAsync(desk);
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
        Assert.Null(await desk.EndOfAsync(session));
        Assert.Equal(CredentialRequestOutcome.SamePerson, await DecideAsync(desk, Cast.Dana(), request, approve: true));
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
        var row = Assert.Single(await ListAsync(desk));
        Assert.Equal((desk.Alice, NewEmail), (row.Patient.Id, row.Request.Value));
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Erin(), request, approve: true));
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Erin(), request, approve: true)); // the same click
        Assert.Equal(NewEmail, await EmailAsync(desk));
        Assert.Equal(SessionEnd.AccessEnded, await desk.EndOfAsync(session));
        Assert.Empty(await ListAsync(desk));
        Assert.Equal(
            ["credential.requested", "credential.request-approved(same-person)", "credential.changed(approved)"],
            (await desk.AuditAsync("credential.")).Where(a => a.Contains("request") || a.Contains("changed")));
        Assert.Contains(await desk.Portal.MailAsync(SignInDesk.AliceEmail), m => m.Subject.StartsWith("A change of signing in"));
    }

    [Fact]
    public async Task It_can_be_declined_and_is_over_after_three_days()
    {
        await using var desk = await OpenAsync();
        await AskAsync(desk);
        var request = await RequestAsync(desk);
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Erin(), request, approve: false));
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), request, approve: true));
        await AskAsync(desk, "change-2");
        request = await RequestAsync(desk);
        await desk.Portal.AdvanceAsync(CredentialRequestLimits.Lifetime);
        Assert.Empty(await ListAsync(desk));
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), request, approve: true));
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
    }

    [Fact]
    public async Task Clearing_first_is_no_way_round()
    {
        await using var desk = await OpenAsync();
        await desk.SignInAsync();
        await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).ClearCredential(CredentialKind.Email, "clear-1"));
        Assert.IsType<SetCredentialOutcome.AwaitsApproval>(await AskAsync(desk));
    }

    [Fact]
    public async Task A_first_credential_and_a_clinic_that_does_not_want_it_wait_for_nobody()
    {
        await using var desk = await OpenAsync();
        var bob = await desk.Portal.RegisterAsync("Bob");
        Assert.IsType<SetCredentialOutcome.Bound>(await AskAsync(desk, patient: bob));
        await desk.ChangeAsync(s => s with { SecondApprover = false });
        Assert.IsType<SetCredentialOutcome.Bound>(
            await AskAsync(desk, "change-2", value: "alice.other@example.org"));
    }

    [Fact]
    public async Task Charlie_and_practitioners_cannot_approve()
    {
        await using var desk = await OpenAsync();
        await AskAsync(desk);
        var request = await RequestAsync(desk);
        foreach (var stranger in new[] { Cast.Charlie, Cast.Priya(), Cast.Patient(desk.Alice) })
            await Assert.ThrowsAsync<DoorRefusedException>(() => DecideAsync(desk, stranger, request, approve: true));
    }

    [Fact]
    public async Task What_was_shown_is_approved_and_no_other_value_asked_for_under_the_same_click()
    {
        await using var desk = await OpenAsync();
        await AskAsync(desk);
        var shown = await RequestAsync(desk);
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Dana(), shown, approve: false));
        Assert.IsType<SetCredentialOutcome.AwaitsApproval>(await AskAsync(desk, value: "mallory@example.org"));
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), shown, approve: true));
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
        // Nor is one that took the place of another without a decision.
        var second = await RequestAsync(desk);
        await AskAsync(desk, "change-3", value: "mallory@example.com");
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), second, approve: true));
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
    }

    [Fact]
    public async Task A_patient_in_a_merge_changes_no_credential_by_any_door_and_takes_no_request_along()
    {
        await using var desk = await OpenAsync();
        var patient = desk.Portal.Patient(desk.Alice);
        await AskAsync(desk);
        var request = await RequestAsync(desk);
        Assert.Null(await desk.Portal.AsGrainAsync(() => patient.Freeze("merge-1")));
        Assert.Equal(CredentialRequestOutcome.Busy, await DecideAsync(desk, Cast.Erin(), request, approve: true));
        Assert.Null(await OwnAsync("own-1"));
        Assert.Equal(PromoteOutcome.Busy, await PromoteAsync("promote-1"));
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
        var entry = new AuditEntry
        {
            Id = "a-1",
            Organisation = PortalFixture.Riverside,
            At = desk.Portal.Clock.GetUtcNow(),
            Action = "patient.merged",
        };
        await desk.Portal.AsGrainAsync(() => patient.Depart("merge-1", "p-other", entry));
        await desk.Portal.AsGrainAsync(() => patient.Thaw("merge-1"));
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), request, approve: true));
        Assert.Null(await OwnAsync("own-2"));
        Assert.Equal(PromoteOutcome.Gone, await PromoteAsync("promote-2"));
        var view = (await desk.Portal.AsAsync(Cast.Dana(), patient.OnlineAccess))!;
        Assert.Empty(view.Credentials);
        Assert.Null(view.CredentialRequest);
        Assert.Empty(await ListAsync(desk));
        var open = "SELECT COUNT(*) FROM credential_requests WHERE expires_at > 0";
        Assert.Equal(0, await desk.Portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>(open)));

        Task<OwnCredentialChange?> OwnAsync(string operation) => desk.Portal.AsGrainAsync(
            () => patient.ChangeOwnCredential(CredentialKind.Email, NewEmail, operation));

        Task<PromoteOutcome> PromoteAsync(string operation) => desk.Portal.AsGrainAsync(
            () => patient.Promote(CredentialKind.Email, Hash(desk, SignInDesk.AliceEmail), operation));
    }

    private static string Hash(SignInDesk desk, string email) =>
        CredentialHash.Of(desk.Hashes, PortalFixture.Riverside, CredentialKind.Email, email);

    private static async Task<SignInDesk> OpenAsync()
    {
        var desk = await SignInDesk.OpenAsync();
        await desk.ChangeAsync(s => s with { SecondApprover = true });
        return desk;
    }

    private static Task<SetCredentialOutcome> AskAsync(
        SignInDesk desk, string operation = "change-1", string? patient = null, string value = NewEmail) =>
        desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(patient ?? desk.Alice).SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = value,
            Operation = operation,
            ConfirmedWithPatient = true,
        }));

    private static Task<CredentialRequestOutcome> DecideAsync(
        SignInDesk desk, Principal who, string request, bool approve) =>
        desk.Portal.AsAsync(who, () => desk.Portal.Patient(desk.Alice).DecideCredentialRequest(request, approve));

    private static Task<IReadOnlyList<CredentialRequestRow>> ListAsync(SignInDesk desk) => desk.Portal.AsAsync(
        Cast.Erin(), () => desk.Portal.Grains.GetGrain<ICredentialRequestListGrain>(PortalFixture.Riverside).List());

    private static async Task<string> RequestAsync(SignInDesk desk) =>
        (await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess()))!.CredentialRequest!.Id;

    private static async Task<string> EmailAsync(SignInDesk desk)
    {
        var view = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess());
        return view!.Credentials.Single(c => c.Kind == CredentialKind.Email).Value;
    }
}
