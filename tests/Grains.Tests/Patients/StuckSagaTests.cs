using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Tests.Invitations;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Patients;

/// <summary>A change of a credential that cannot go on keeps nobody from anything else.</summary>
public sealed class StuckSagaTests
{
    [Fact]
    public async Task Access_block_and_sessions_are_changed_and_logged_while_a_credential_is_stuck()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var alice = await portal.RegisterAsync("Alice");
        portal.Database.Faults = new CredentialsAway();
        await Assert.ThrowsAnyAsync<Exception>(() => SetAsync(portal, alice));
        await portal.AsAsync(Cast.Dana(), async () =>
        {
            Assert.IsType<AccessOutcome.Set>(await portal.Patient(alice).SetAccess(AccessLevel.CanAccess));
            await portal.Patient(alice).EndAllSessions();
            await portal.Patient(alice).Block("lost phone");
            await portal.Patient(alice).Unblock();
            Assert.IsType<AccessOutcome.Set>(await portal.Patient(alice).SetAccess(AccessLevel.NoAccess));
            Assert.IsType<SetCredentialOutcome.Busy>(await SetAsync(portal, alice));
        });
        var standing = await portal.AsGrainAsync(() => portal.Patient(alice).Standing());
        Assert.Equal((StandingKind.NoAccess, 3), (standing.Kind, standing.Epoch));
        foreach (var action in new[] { "access-given", "blocked", "unblocked", "access-taken" })
            Assert.Single(await portal.AuditAsync($"patient.{action}"));
        Assert.Single(await portal.AuditAsync("session.ended"));

        portal.Database.Faults = null;
        Assert.IsType<SetCredentialOutcome.Bound>(await SetAsync(portal, alice));
        Assert.Single(await portal.AuditAsync("credential.set"));
        Assert.Single(await portal.AuditAsync("patient.blocked"));
    }

    private static Task<SetCredentialOutcome> SetAsync(PortalFixture portal, string alice) =>
        portal.AsAsync(Cast.Dana(), () => portal.Patient(alice).SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = "alice@example.org",
            Operation = "stuck",
            ConfirmedWithPatient = true,
        }));

    private sealed class CredentialsAway : IWriteFaults
    {
        public ValueTask<WriteFault> BeforeAsync(WriteUnit unit) => ValueTask.FromResult(
            unit.Point.Contains("redential", StringComparison.Ordinal) ? WriteFault.FailBefore : WriteFault.None);

        public void Kill(WriteUnit unit) { }

        public Task AnswerAsync(WriteUnit unit) => Task.CompletedTask;
    }
}
