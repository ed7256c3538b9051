using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Onboarding;

/// <summary>
/// The rules of bringing many patients into the portal. What keeps one action from being done keeps the row from being begun, so that
/// nobody is half done: a patient is given access and invited, or left as they are.
/// </summary>
public static class Onboarding
{
    /// <summary>What will come of a patient.</summary>
    /// <param name="order">What is to be done.</param>
    /// <param name="facts">The patient; null: there is none.</param>
    /// <param name="ownInvitation">
    /// The invitation that this row makes: where it counts already, the row was cut off after making it.
    /// </param>
    public static RowOutcome Judge(OnboardingOrder order, BulkFacts? facts, string ownInvitation = "")
    {
        if (facts is null) return RowOutcome.Gone;
        if (facts.LeftOut) return RowOutcome.TestPatient;
        if (facts.Access == AccessState.Blocked) return RowOutcome.Blocked;
        if (order.GiveAccess || order.Invite)
        {
            if (facts.Missing.Contains(AccessCondition.Email)) return RowOutcome.NoEmail;
            if (facts.Missing.Contains(AccessCondition.PostalCode)) return RowOutcome.NoPostalCode;
        }

        if (order.Invite && Invitation(order, facts, ownInvitation) is { } refusal) return refusal;
        if (order is { Invite: false, SendLink: false } && facts.Access == AccessState.CanAccess) return RowOutcome.NothingToDo;
        return RowOutcome.ToDo;
    }

    /// <summary>What came of an invitation, where it was none.</summary>
    public static RowOutcome? Refusal(InviteOutcome outcome) => outcome switch
    {
        InviteOutcome.Invited => null,
        InviteOutcome.NoAddress or InviteOutcome.Malformed => RowOutcome.NoEmail,
        InviteOutcome.Blocked => RowOutcome.Blocked,
        InviteOutcome.MissingDetails => RowOutcome.NoPostalCode,
        InviteOutcome.PortalDisabled => RowOutcome.PortalDisabled,
        InviteOutcome.InvitedAlready => RowOutcome.InvitedAlready,
        InviteOutcome.NeedsApproval => RowOutcome.NeedsApproval,
        _ => RowOutcome.Gone,
    };

    /// <summary>What came of giving access, where it was not given.</summary>
    public static RowOutcome? Refusal(AccessOutcome outcome) => outcome switch
    {
        AccessOutcome.Set => null,
        AccessOutcome.MissingDetails missing =>
            missing.Missing.Contains(AccessCondition.Email) ? RowOutcome.NoEmail : RowOutcome.NoPostalCode,
        _ => RowOutcome.Gone,
    };

    /// <summary>What came of a link, where none was sent; with the detail that says why.</summary>
    public static (RowOutcome Outcome, string Detail)? Refusal(CreateLinkOutcome outcome) => outcome switch
    {
        CreateLinkOutcome.Created => null,
        CreateLinkOutcome.NoAddress => (RowOutcome.NoEmail, ""),
        CreateLinkOutcome.NoCredential => (RowOutcome.Invalid, "no-credential"),
        CreateLinkOutcome.NoAccess => (RowOutcome.Invalid, "no-access"),
        CreateLinkOutcome.PortalDisabled => (RowOutcome.PortalDisabled, ""),
        _ => (RowOutcome.Gone, ""),
    };

    /// <summary>What was done, as a stable name.</summary>
    public static string Done(OnboardingOrder order) => string.Join('-', new[]
    {
        order.GiveAccess ? "access" : "", order.Invite ? "invited" : "", order.SendLink ? "link" : "",
    }.Where(word => word.Length > 0));

    private static RowOutcome? Invitation(OnboardingOrder order, BulkFacts facts, string own)
    {
        if (own.Length > 0 && facts.CurrentInvitation == own) return null;
        return facts.Invitation switch
        {
            PatientInvitation.Accepted => RowOutcome.AlreadyIn,
            PatientInvitation.Pending => RowOutcome.InvitedAlready,
            PatientInvitation.Expired when !order.InviteExpired => RowOutcome.InvitationExpired,
            // Came in by another way.
            _ when facts.SignedIn && facts.Access == AccessState.CanAccess => RowOutcome.AlreadyIn,
            _ => null,
        };
    }
}
