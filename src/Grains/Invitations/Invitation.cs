using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Grains.Invitations;

/// <summary>The rules of an invitation.</summary>
public static class Invitation
{
    /// <summary>How long an invitation works. Source: product, section 4, "Active 3 days".</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(3);

    /// <summary>Wrong dates of birth until it is revoked, from all browsers together. Ours, as the guesses at a code.</summary>
    public const int MaxTries = 5;

    /// <summary>Browsers remembered as having given the right date of birth; the oldest is forgotten first. Ours.</summary>
    public const int MaxBrowsers = 8;

    /// <summary>Whether there is such an invitation.</summary>
    public static bool Exists(StoredInvitation state) => state.Patient.Length > 0;

    /// <summary>Whether an operation is accepting it and has not finished.</summary>
    public static bool IsAccepting(StoredInvitation state) => state is { Outcome: InvitationState.Pending, Operation: not null };

    /// <summary>More wrong dates of birth until it is revoked.</summary>
    public static int TriesLeft(StoredInvitation state) => Math.Max(0, MaxTries - state.WrongTries);

    /// <summary>Whether this browser gave the right date of birth.</summary>
    public static bool IsConfirmed(StoredInvitation state, string browser) => browser.Length > 0 && state.Browsers.Contains(browser);

    /// <summary>
    /// How it stands now; null where there is none. What is stored comes first, then what the patient says, then the deadline, whether or
    /// not anything has noticed that it passed. An operation that was put down in time still finishes after the deadline.
    /// </summary>
    public static InvitationState? Judge(StoredInvitation state, InvitationFacts facts, DateTimeOffset now) => state switch
    {
        { Patient.Length: 0 } => null,
        { Outcome: not InvitationState.Pending } => state.Outcome,
        { Operation: not null } => InvitationState.Pending,
        _ when DeadBy(state, facts) is not null => InvitationState.Revoked,
        _ => now >= state.Deadline ? InvitationState.Expired : InvitationState.Pending,
    };

    /// <summary>Whether one can go on with it now.</summary>
    public static bool IsOpen(StoredInvitation state, InvitationFacts facts, DateTimeOffset now) =>
        facts.PortalEnabled && !IsAccepting(state) && Judge(state, facts, now) == InvitationState.Pending;

    /// <summary>Why the patient's standing makes it dead, as a stable name; null where it does not.</summary>
    public static string? DeadBy(StoredInvitation state, InvitationFacts facts) => facts.Standing switch
    {
        { Kind: StandingKind.Blocked } => "blocked",
        var standing when standing.Kind == StandingKind.Unknown || standing.BlockCount != state.BlockCount => "access-ended",
        var standing => standing.CurrentInvitation == facts.TokenHash ? null : "superseded",
    };

    /// <summary>Whether the patient may be invited, and where to: the address given, or the contact email.</summary>
    public static (InviteOutcome Outcome, string Address) MayInvite(
        CreateInvitation command, PatientView? patient, PatientStanding standing, OrganisationView? organisation)
    {
        if (organisation is not { Settings.PortalEnabled: true }) return (InviteOutcome.PortalDisabled, "");
        if (patient is null || standing.Kind == StandingKind.Unknown) return (InviteOutcome.Unknown, "");
        if (standing.Kind == StandingKind.Blocked) return (InviteOutcome.Blocked, "");
        if (command.OnlyInstead && (standing.CurrentInvitation ?? "") != command.Instead) return (InviteOutcome.InvitedAlready, "");
        var typed = string.IsNullOrWhiteSpace(command.Address) ? patient.Contact.Email : command.Address;
        if (string.IsNullOrWhiteSpace(typed)) return (InviteOutcome.NoAddress, "");
        var lacksAddress = patient.Contact.PostalCode.Length == 0 && !patient.CaregiverOnly;
        if (patient.Contact.Email.Length == 0 || lacksAddress) return (InviteOutcome.MissingDetails, "");
        var address = Credential.Parse(CredentialKind.Email, typed, organisation.Country).Value;
        return address is null ? (InviteOutcome.Malformed, "") : (InviteOutcome.Invited, address.Value);
    }

    /// <summary>A new invitation, good from now on for <see cref="Lifetime"/>.</summary>
    public static StoredInvitation Create(string patient, string address, PatientStanding standing, DateTimeOffset now)
    {
        // To the millisecond, as the table has it: the list and the grain judge by the same deadline.
        var createdAt = DateTimeOffset.FromUnixTimeMilliseconds(now.ToUnixTimeMilliseconds());
        return new StoredInvitation
        {
            Patient = patient,
            Address = address,
            CreatedAt = createdAt,
            Deadline = createdAt + Lifetime,
            BlockCount = standing.BlockCount,
            Supersedes = standing.CurrentInvitation,
        };
    }

    /// <summary>
    /// Whether it is still to be made the one that counts: nothing came between the invitation that counted when it was made and now. One
    /// that was overtaken by a newer one while a crash held it up must not win against that.
    /// </summary>
    public static bool AwaitsAdoption(StoredInvitation state, InvitationFacts facts) =>
        state is { Outcome: InvitationState.Pending, Operation: null } && DeadBy(state, facts) == "superseded"
        && facts.Standing.CurrentInvitation == state.Supersedes;

    /// <summary>
    /// The facts after the patient was asked to make it the one that counts: refused, the patient was blocked in between.
    /// </summary>
    public static InvitationFacts Adopted(InvitationFacts facts, bool adopted) => facts with
    {
        Standing = adopted
            ? facts.Standing with { CurrentInvitation = facts.TokenHash }
            : facts.Standing with { Kind = StandingKind.Blocked },
    };

    /// <summary>
    /// Somebody answered when they were born. Right: their browser may ask for codes and accept. Wrong for the <see cref="MaxTries"/>th
    /// time: revoked.
    /// </summary>
    public static StoredInvitation Answered(StoredInvitation state, bool right, string browser, DateTimeOffset now)
    {
        var opened = state.OpenedAt is null ? state with { OpenedAt = now } : state;
        if (!right)
        {
            var wrong = opened with { WrongTries = opened.WrongTries + 1 };
            return wrong.WrongTries < MaxTries ? wrong : Revoked(wrong, "wrong-birth-date");
        }

        return IsConfirmed(opened, browser)
            ? opened
            : opened with { Browsers = [.. opened.Browsers.Append(browser).TakeLast(MaxBrowsers)] };
    }

    /// <summary>
    /// Why this operation may not accept it; null where it may, if its code is right. One that has accepted it, or is at it, may come
    /// again.
    /// </summary>
    public static InvitationVerdict? Refusal(
        StoredInvitation state, InvitationFacts facts, string operation, string browser, DateTimeOffset now)
    {
        if (!facts.PortalEnabled || !Exists(state)) return new InvitationVerdict.Ended();
        if (state.Operation is null && !IsOpen(state, facts, now)) return new InvitationVerdict.Ended();
        if (state.Operation is not null && (state.Operation != operation || !IsGood(state, facts))) return new InvitationVerdict.Ended();
        return IsConfirmed(state, browser) ? null : new InvitationVerdict.Code { Verdict = new CodeVerdict.Ended() };
    }

    /// <summary>
    /// Puts down the operation that accepts it: no other ever will while this one has not failed for good. The same state where the
    /// deadline has passed.
    /// </summary>
    public static StoredInvitation Begin(StoredInvitation state, string operation, DateTimeOffset now) =>
        state.Operation is not null || now >= state.Deadline ? state : state with { Operation = operation, OperationAt = now };

    /// <summary>
    /// What the patient made of the operation. Where the clinic has to help first, another operation may try; where it may be finished
    /// later, nothing changes.
    /// </summary>
    public static StoredInvitation Finished(StoredInvitation state, AcceptOutcome outcome) => outcome switch
    {
        AcceptOutcome.Accepted => state with { Outcome = InvitationState.Accepted },
        AcceptOutcome.AcceptedElsewhere => state with { Outcome = InvitationState.Accepted, Elsewhere = true },
        AcceptOutcome.NotCurrent => Revoked(state, "not-current"),
        AcceptOutcome.AddressTaken or AcceptOutcome.MissingDetails => state with { Operation = null, OperationAt = null },
        _ => state,
    };

    /// <summary>Takes it back. The same state where it has ended.</summary>
    public static StoredInvitation Revoked(StoredInvitation state, string reason) =>
        Exists(state) && state.Outcome == InvitationState.Pending
            ? state with { Outcome = InvitationState.Revoked, Reason = reason }
            : state;

    /// <summary>
    /// Staff take it back. The same state where it has ended or an operation is accepting it; expired where its deadline has passed.
    /// </summary>
    public static StoredInvitation TakenBack(StoredInvitation state, InvitationFacts facts, DateTimeOffset now)
    {
        if (IsAccepting(state)) return state;
        return Judge(state, facts, now) == InvitationState.Expired ? Ended(state, facts, now) : Revoked(state, "staff");
    }

    /// <summary>What staff are told of a state that <see cref="TakenBack"/> left.</summary>
    public static RevokeInvitationOutcome RevokeOutcome(StoredInvitation state) => state.Outcome switch
    {
        InvitationState.Accepted => RevokeInvitationOutcome.Accepted,
        InvitationState.Expired => RevokeInvitationOutcome.Expired,
        InvitationState.Pending => RevokeInvitationOutcome.BeingAccepted,
        _ => RevokeInvitationOutcome.Revoked,
    };

    /// <summary>
    /// Puts down how it ended by itself: expired, or dead by what happened to its patient. The same state where it has not ended.
    /// </summary>
    public static StoredInvitation Ended(StoredInvitation state, InvitationFacts facts, DateTimeOffset now) =>
        state.Outcome != InvitationState.Pending ? state : Judge(state, facts, now) switch
        {
            InvitationState.Expired => state with { Outcome = InvitationState.Expired },
            InvitationState.Revoked => Revoked(state, DeadBy(state, facts) ?? ""),
            _ => state,
        };

    /// <summary>What the audit log is to learn of a change.</summary>
    public static IEnumerable<InvitationNews> News(StoredInvitation before, StoredInvitation after)
    {
        if (!Exists(before) && Exists(after)) yield return new("invitation.created");
        if (after.WrongTries > before.WrongTries) yield return new("invitation.opened", Refused: true, "wrong-birth-date");
        else if (after.Browsers != before.Browsers) yield return new("invitation.opened");
        if (after.Outcome == before.Outcome) yield break;
        yield return after.Outcome switch
        {
            InvitationState.Accepted => new("invitation.accepted"),
            InvitationState.Expired => new("invitation.expired"),
            _ => new("invitation.revoked", Reason: after.Reason),
        };
    }

    private static bool IsGood(StoredInvitation state, InvitationFacts facts) =>
        state.Outcome is InvitationState.Pending or InvitationState.Accepted
        && facts.Standing.Kind is StandingKind.Good or StandingKind.NoAccess && facts.Standing.BlockCount == state.BlockCount;
}
