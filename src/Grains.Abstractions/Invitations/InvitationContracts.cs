using Orleans;
using Portal.Grains.Abstractions.OneTimeCodes;

namespace Portal.Grains.Abstractions.Invitations;

/// <summary>How an invitation stands. A deadline that has passed makes it expired even where nothing has noticed yet.</summary>
[GenerateSerializer, Alias("portal.InvitationState")]
public enum InvitationState
{
    /// <summary>Sent and waiting.</summary>
    Pending,

    /// <summary>Accepted.</summary>
    Accepted,

    /// <summary>Three days have passed.</summary>
    Expired,

    /// <summary>Taken back: by staff, by a newer one, or after too many wrong dates of birth.</summary>
    Revoked,
}

/// <summary>Makes an invitation.</summary>
[GenerateSerializer, Alias("portal.CreateInvitation"), Immutable]
public sealed record CreateInvitation
{
    /// <summary>The patient.</summary>
    [Id(0)] public string Patient { get; init; } = "";

    /// <summary>Where to send it; empty: the contact email.</summary>
    [Id(1)] public string Address { get; init; } = "";

    /// <summary>The token, whose hash is the grain's key. It goes into the message and is kept nowhere.</summary>
    [Id(2)] public string Token { get; init; } = "";

    /// <summary>The invitation that counted when it was decided to make this one; empty: none.</summary>
    [Id(3)] public string Instead { get; init; } = "";

    /// <summary>
    /// Made only where <see cref="Instead"/> still counts: bulk work does not invite whom somebody else has just invited.
    /// </summary>
    [Id(4)] public bool OnlyInstead { get; init; }

    /// <summary>Gives the patient access in the same change that makes this the invitation that counts: both or neither.</summary>
    [Id(5)] public bool GiveAccess { get; init; }
}

/// <summary>What came of taking an invitation back.</summary>
[GenerateSerializer, Alias("portal.RevokeInvitationOutcome")]
public enum RevokeInvitationOutcome
{
    /// <summary>There is none of this name.</summary>
    Unknown,

    /// <summary>It works no more, now or before.</summary>
    Revoked,

    /// <summary>It had expired.</summary>
    Expired,

    /// <summary>The patient had accepted it: it stays accepted, and whoever wants to undo that takes access.</summary>
    Accepted,

    /// <summary>
    /// The patient is accepting it at this moment, which could not be finished now. Nothing was changed; to be tried again.
    /// </summary>
    BeingAccepted,
}

/// <summary>What came of inviting.</summary>
[GenerateSerializer, Alias("portal.InviteOutcome")]
public enum InviteOutcome
{
    /// <summary>Made, and its message queued, now or before.</summary>
    Invited,

    /// <summary>There is no such patient, or the token is not the key's.</summary>
    Unknown,

    /// <summary>Neither an address was given nor a contact email is on file.</summary>
    NoAddress,

    /// <summary>The address is no email address.</summary>
    Malformed,

    /// <summary>The patient is blocked.</summary>
    Blocked,

    /// <summary>Access needs an email and a postal code on file.</summary>
    MissingDetails,

    /// <summary>The portal is switched off.</summary>
    PortalDisabled,

    /// <summary>Somebody else invited the patient in the meantime.</summary>
    InvitedAlready,

    /// <summary>
    /// The patient gets in already, a second staff member approves changes of that, and the address is not the email that they sign in
    /// with.
    /// </summary>
    NeedsApproval,
}

/// <summary>What the page of an invitation shows to somebody who has only the token.</summary>
[GenerateSerializer, Alias("portal.InvitationPage"), Immutable]
public sealed record InvitationPage
{
    /// <summary>State; null where there is no such invitation.</summary>
    [Id(0)] public InvitationState? State { get; init; }

    /// <summary>The invited address, masked.</summary>
    [Id(1)] public string MaskedAddress { get; init; } = "";

    /// <summary>When it ends.</summary>
    [Id(2)] public DateTimeOffset Deadline { get; init; }

    /// <summary>False while the portal is switched off.</summary>
    [Id(3)] public bool PortalEnabled { get; init; }
}

/// <summary>What came of confirming who one is.</summary>
[GenerateSerializer, Alias("portal.ConfirmOutcome")]
public abstract record ConfirmOutcome
{
    private ConfirmOutcome() { }

    /// <summary>Right; see what came of the code.</summary>
    [GenerateSerializer, Alias("portal.ConfirmOutcome.Confirmed")]
    public sealed record Confirmed : ConfirmOutcome
    {
        /// <summary>What came of asking for a code.</summary>
        [Id(0)] public CodeRequestOutcome Code { get; init; } = new CodeRequestOutcome.OnItsWay();

        /// <summary>Where it goes, masked.</summary>
        [Id(1)] public string MaskedAddress { get; init; } = "";
    }

    /// <summary>Not the date of birth on file.</summary>
    [GenerateSerializer, Alias("portal.ConfirmOutcome.WrongBirthDate")]
    public sealed record WrongBirthDate : ConfirmOutcome
    {
        /// <summary>More tries before the invitation is revoked.</summary>
        [Id(0)] public int TriesLeft { get; init; }
    }

    /// <summary>The invitation no longer works, or never did.</summary>
    [GenerateSerializer, Alias("portal.ConfirmOutcome.Ended")]
    public sealed record Ended : ConfirmOutcome
    {
        /// <summary>How it stands; null where there is none.</summary>
        [Id(0)] public InvitationState? State { get; init; }
    }
}

/// <summary>What came of accepting.</summary>
[GenerateSerializer, Alias("portal.InvitationVerdict")]
public abstract record InvitationVerdict
{
    private InvitationVerdict() { }

    /// <summary>Accepted: the patient may be signed in.</summary>
    [GenerateSerializer, Alias("portal.InvitationVerdict.Accepted")]
    public sealed record Accepted : InvitationVerdict
    {
        /// <summary>The patient.</summary>
        [Id(0)] public string Patient { get; init; } = "";

        /// <summary>The credential that was proved, <c>{kind}.{keyed hash}</c>.</summary>
        [Id(1)] public string Credential { get; init; } = "";

        /// <summary>
        /// The patient got in already, and not by this address: whoever reads it has not shown to be them.
        /// </summary>
        [Id(2)] public bool Elsewhere { get; init; }
    }

    /// <summary>Not accepted because of the code.</summary>
    [GenerateSerializer, Alias("portal.InvitationVerdict.Code")]
    public sealed record Code : InvitationVerdict
    {
        /// <summary>Wrong, Ended or TooMany.</summary>
        [Id(0)] public CodeVerdict Verdict { get; init; } = new CodeVerdict.Ended();
    }

    /// <summary>The invitation no longer works.</summary>
    [GenerateSerializer, Alias("portal.InvitationVerdict.Ended")]
    public sealed record Ended : InvitationVerdict;

    /// <summary>The invited address signs another patient in.</summary>
    [GenerateSerializer, Alias("portal.InvitationVerdict.AddressTaken")]
    public sealed record AddressTaken : InvitationVerdict;

    /// <summary>Could not be finished just now; the same operation may try again.</summary>
    [GenerateSerializer, Alias("portal.InvitationVerdict.TryAgain")]
    public sealed record TryAgain : InvitationVerdict;
}

/// <summary>An invitation in a list.</summary>
[GenerateSerializer, Alias("portal.InvitationRow"), Immutable]
public sealed record InvitationRow
{
    /// <summary>Its id, which is not a secret.</summary>
    [Id(0)] public string Id { get; init; } = "";

    /// <summary>Where it was sent.</summary>
    [Id(1)] public string Address { get; init; } = "";

    /// <summary>State, judged now.</summary>
    [Id(2)] public InvitationState State { get; init; }

    /// <summary>When it was made.</summary>
    [Id(3)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends or ended.</summary>
    [Id(4)] public DateTimeOffset Deadline { get; init; }

    /// <summary>When somebody first pressed its button; null where nobody did.</summary>
    [Id(5)] public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>When it was accepted; null where it was not.</summary>
    [Id(6)] public DateTimeOffset? AcceptedAt { get; init; }
}
