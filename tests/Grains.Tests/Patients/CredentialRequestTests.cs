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
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
        Assert.Null(await desk.EndOfAsync(session));
        Assert.Equal(CredentialRequestOutcome.SamePerson, await DecideAsync(desk, Cast.Dana(), approve: true));
        Assert.Equal(SignInDesk.AliceEmail, await EmailAsync(desk));
        var row = Assert.Single(await ListAsync(desk));
        Assert.Equal((desk.Alice, NewEmail), (row.Patient.Id, row.Request.Value));
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Erin(), approve: true));
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Erin(), approve: true)); // the same click
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
        Assert.Equal(CredentialRequestOutcome.Done, await DecideAsync(desk, Cast.Erin(), approve: false));
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), approve: true));
        await AskAsync(desk, "change-2");
        await desk.Portal.AdvanceAsync(CredentialRequestLimits.Lifetime);
        Assert.Empty(await ListAsync(desk));
        Assert.Equal(CredentialRequestOutcome.Gone, await DecideAsync(desk, Cast.Erin(), approve: true, "change-2"));
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
        foreach (var stranger in new[] { Cast.Charlie, Cast.Priya(), Cast.Patient(desk.Alice) })
            await Assert.ThrowsAsync<DoorRefusedException>(() => DecideAsync(desk, stranger, approve: true));
    }

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
        SignInDesk desk, Principal who, bool approve, string request = "change-1") =>
        desk.Portal.AsAsync(who, () => desk.Portal.Patient(desk.Alice).DecideCredentialRequest(request, approve));

    private static Task<IReadOnlyList<CredentialRequestRow>> ListAsync(SignInDesk desk) => desk.Portal.AsAsync(
        Cast.Erin(), () => desk.Portal.Grains.GetGrain<ICredentialRequestListGrain>(PortalFixture.Riverside).List());

    private static async Task<string> EmailAsync(SignInDesk desk)
    {
        var view = await desk.Portal.AsAsync(Cast.Dana(), () => desk.Portal.Patient(desk.Alice).OnlineAccess());
        return view!.Credentials.Single(c => c.Kind == CredentialKind.Email).Value;
    }
}
