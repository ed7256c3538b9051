using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Invitations;

/// <summary>
/// One invitation to the portal, good for 3 days by its stored deadline. Key: <c>{org}/{SHA-256 of the token in the message}</c>. Opening
/// the page changes nothing; only buttons do. Calls the patient and the one-time code.
/// </summary>
[Alias("portal.IInvitationGrain"), Repeatable]
public interface IInvitationGrain : IGrainWithStringKey
{
    /// <summary>Makes the invitation and sends it. The same command again sends nothing more. Older invitations of the patient are dead
    /// from then on.</summary>
    [Alias("Create"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<InviteOutcome> Create(CreateInvitation command);

    /// <summary>How the invitation stands, for whoever opens the page. Changes nothing.</summary>
    [Alias("Get"), Door(Callers.Visitor)]
    Task<InvitationPage> Get();

    /// <summary>Who they are: the date of birth. Right: a code goes to the invited address. Wrong too often: the invitation is
    /// revoked.</summary>
    [Alias("Confirm"), Door(Callers.Visitor), Once]
    Task<ConfirmOutcome> Confirm(DateOnly birthDate, ClientDevice device);

    /// <summary>Another code, for a browser that has confirmed the date of birth.</summary>
    [Alias("ResendCode"), Door(Callers.Visitor), Once]
    Task<ConfirmOutcome> ResendCode(ClientDevice device);

    /// <summary>Accepts, with the code. The first operation to accept wins, for good; the same operation goes on where a crash stopped
    /// it.</summary>
    [Alias("Accept"), Door(Callers.Grain)]
    Task<InvitationVerdict> Accept(CodeGuess guess);

    /// <summary>
    /// Takes the invitation back. Idempotent; an acceptance that is half done is finished first, and an accepted one stays accepted.
    /// </summary>
    [Alias("Revoke"), Door(Callers.AccessStaff)]
    Task<RevokeInvitationOutcome> Revoke();
}

/// <summary>The invitations of one patient, newest first. A stateless worker over the invitations table. Key:
/// <c>{org}/{patient}</c>.</summary>
[Alias("portal.IInvitationListGrain"), Repeatable]
public interface IInvitationListGrain : IGrainWithStringKey
{
    /// <summary>The newest 20.</summary>
    [Alias("List"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<InvitationRow>> List();

    /// <summary>Revokes one of this patient's, as <see cref="IInvitationGrain.Revoke"/> does.</summary>
    [Alias("Revoke"), Door(Callers.AccessStaff)]
    Task<RevokeInvitationOutcome> Revoke(string invitationId);
}
