using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Tests.Credentials;
using Portal.Grains.Tests.Invitations;
using Portal.Grains.Tests.PatientLinks;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>
/// Staff give the patient another address in the very moment between the proof, which was right, and the session that it begins. Access is
/// as good as before, and yet nobody is in: what was proved is not the patient's any more.
/// </summary>
public sealed class ProofRaceTests
{
    [Fact]
    public async Task A_code_proves_nothing_once_the_address_is_another()
    {
        await using var desk = await SignInDesk.OpenAsync();
        await desk.AskAsync();
        var code = await desk.CodeAsync();
        await InterposeAsync(desk.Portal, desk.Alice, "IOneTimeCodeGrain.Verify");
        Assert.IsNotType<SignInOutcome.SignedIn>(await desk.EnterAsync(Tokens.New(), code));
    }

    [Fact]
    public async Task A_link_proves_nothing_once_the_address_is_another()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var linked = await portal.OpenedAsync();
        await InterposeAsync(portal, linked.Patient, "IPatientLinkGrain.Use");
        Assert.IsNotType<SignInOutcome.SignedIn>(await portal.UseAsync(linked));
    }

    [Fact]
    public async Task An_invitation_proves_nothing_once_the_address_is_another()
    {
        await using var portal = await PortalFixture.StartAsync(deterministic: true);
        var invited = await portal.ConfirmedAsync();
        await InterposeAsync(portal, invited.Patient, "IInvitationGrain.Accept");
        Assert.IsNotType<SignInOutcome.SignedIn>(await portal.AcceptAsync(invited));
    }

    [Fact]
    public async Task A_password_proves_nothing_once_the_address_is_another()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        await InterposeAsync(desk.Portal, desk.Alice, "IPasswordGrain.Check");
        Assert.IsNotType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good));
    }

    [Fact]
    public async Task Without_anything_in_between_each_of_them_signs_in()
    {
        await using var desk = await PasswordDesk.OpenAsync();
        await desk.ChooseAsync();
        await InterposeAsync(desk.Portal, desk.Alice, "nothing");
        Assert.IsType<SignInOutcome.SignedIn>(await desk.EnterPasswordAsync(Tokens.New(), PasswordDesk.Good));
    }

    private static async Task InterposeAsync(PortalFixture portal, string patient, string after)
    {
        await portal.SettleAsync();
        var filter = new Interposed(after, () => ChangeAsync(portal, patient));
        portal.MoreServices = services => services.AddSingleton<IIncomingGrainCallFilter>(filter);
        await portal.RestartAsync();
    }

    private static Task ChangeAsync(PortalFixture portal, string patient) => portal.AsAsync(Cast.Dana(), async () =>
    {
        var outcome = await portal.Patient(patient).SetCredential(new SetCredential
        {
            Kind = CredentialKind.Email,
            Value = "somebody.else@example.org",
            Operation = "in-between",
            ConfirmedWithPatient = true,
        });
        Assert.IsType<SetCredentialOutcome.Bound>(outcome);
        Assert.IsType<AccessOutcome.Set>(await portal.Patient(patient).SetAccess(AccessLevel.CanAccess));
    });

    /// <summary>Does something once, when a call has its answer and whoever made it does not have it yet.</summary>
    private sealed class Interposed(string after, Func<Task> act) : IIncomingGrainCallFilter
    {
        private bool _done;

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (_done || $"{context.InterfaceMethod.DeclaringType!.Name}.{context.InterfaceMethod.Name}" != after) return;
            _done = true;
            await act();
        }
    }
}
