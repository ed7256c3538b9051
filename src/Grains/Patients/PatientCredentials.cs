using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

/// <summary>
/// The rules of binding credentials to a patient. A change goes through steps, each a state of its own that can be resumed by whoever
/// comes next: the intent; the commit, or the abort where another patient has the value; the end. Who was told what at the end is
/// remembered, so that the same operation gets the same answer again.
/// </summary>
public static class PatientCredentials
{
    /// <summary>
    /// How many finished operations are remembered. Ours: a repeat comes within minutes, and a patient's credentials change a few times
    /// in years.
    /// </summary>
    public const int MaxFinished = 8;

    /// <summary>How many sign-ins are remembered by their operation. Ours.</summary>
    public const int MaxSignIns = 4;

    /// <summary>The credential of a kind; null where there is none.</summary>
    public static BoundCredential? Of(PatientState state, CredentialKind kind) => state.Credentials.FirstOrDefault(c => c.Kind == kind);

    /// <summary>How an operation ended; null where it has not, or too long ago.</summary>
    public static FinishedOperation? Past(PatientState state, PatientOperation command, string operation) =>
        state.Finished.FirstOrDefault(f => f.Operation == operation && f.Command == command);

    /// <summary>What staff are told of setting a credential.</summary>
    public static SetCredentialOutcome SetOutcome(FinishedOperation finished) => finished.Result switch
    {
        PatientOperationResult.Unchanged => new SetCredentialOutcome.Unchanged(),
        PatientOperationResult.Taken => new SetCredentialOutcome.Taken { Patient = finished.TakenBy },
        _ => new SetCredentialOutcome.Bound(),
    };

    /// <summary>What staff are told of clearing a credential.</summary>
    public static ClearCredentialOutcome ClearOutcome(FinishedOperation finished) =>
        finished.Result == PatientOperationResult.ClearedLast ? ClearCredentialOutcome.ClearedLast : ClearCredentialOutcome.Cleared;

    /// <summary>What the invitation is told of its acceptance.</summary>
    public static AcceptOutcome AcceptOutcome(FinishedOperation finished) => finished.Result switch
    {
        PatientOperationResult.AddressTaken => Abstractions.Patients.AcceptOutcome.AddressTaken,
        PatientOperationResult.NotCurrent => Abstractions.Patients.AcceptOutcome.NotCurrent,
        PatientOperationResult.AcceptedElsewhere => Abstractions.Patients.AcceptOutcome.AcceptedElsewhere,
        _ => Abstractions.Patients.AcceptOutcome.Accepted,
    };

    /// <summary>Begins setting a credential: the intent, or the end at once where the patient has this very value.</summary>
    public static PatientState BeginSet(PatientState state, string operation, CredentialValue value, string hash, AuditEntry entry)
    {
        var old = Of(state, value.Kind);
        if (old?.Hash == hash) return Ended(state, PatientOperation.Set, operation, PatientOperationResult.Unchanged);
        return state with { Pending = Intent(PatientOperation.Set, operation, value, hash, old, entry) };
    }

    /// <summary>
    /// Begins clearing a credential. Nobody else has a say in it, so that this is the commit: the way in is shut and its sessions end;
    /// without any credential left, access ends as well. The end at once where it is not set.
    /// </summary>
    /// <param name="state">The state.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="kind">Kind of the credential.</param>
    /// <param name="entry">Says that it was cleared.</param>
    /// <param name="accessEntry">Says that access was taken, where it is.</param>
    public static PatientState BeginClear(
        PatientState state, string operation, CredentialKind kind, AuditEntry entry, AuditEntry accessEntry)
    {
        if (Of(state, kind) is not { } old) return Ended(state, PatientOperation.Clear, operation, PatientOperationResult.Cleared);
        var last = state.Credentials.Count == 1;
        var takesAccess = last && state.Level == AccessLevel.CanAccess;
        var next = PatientAccess.SessionsEnded(state, entry.At) with
        {
            Credentials = [.. state.Credentials.Where(c => c.Kind != kind)],
            // An invitation to the mailbox that is given up must not open the way in again.
            CurrentInvitation = null,
            Pending = new CredentialChange
            {
                Operation = operation,
                Command = PatientOperation.Clear,
                Kind = kind,
                OldValue = old.Value,
                OldHash = old.Hash,
                Step = ChangeStep.Committed,
                Result = last ? PatientOperationResult.ClearedLast : PatientOperationResult.Cleared,
                Entry = entry,
            },
        };
        return takesAccess
            ? PatientAccess.Noted(PatientAccess.WithoutAccess(next, entry.At), entry, accessEntry)
            : PatientAccess.Noted(next, entry);
    }

    /// <summary>
    /// Begins accepting an invitation whose address was proved by a code. Refused where the invitation does not count or something that
    /// access needs is not on file. Where the patient has an email credential there is nothing to claim: access is on, and the credential
    /// is verified where it is the invited address. Who got in already by something else is told of it there.
    /// </summary>
    public static (AcceptOutcome? Refusal, PatientState State) BeginAccept(
        PatientState state, AcceptInvitation command, CredentialValue address, string hash, AuditEntry entry, DateTimeOffset now)
    {
        if (!Counts(state, command.Invitation)) return (Abstractions.Patients.AcceptOutcome.NotCurrent, state);
        if (PatientAccess.Missing(state).Count > 0) return (Abstractions.Patients.AcceptOutcome.MissingDetails, state);
        if (Of(state, CredentialKind.Email) is null)
        {
            var intent = Intent(PatientOperation.Accept, command.Operation, address, hash, null, entry);
            return (null, state with
            {
                Pending = intent with { Invitation = command.Invitation, Elsewhere = CredentialRequests.IsInUse(state) },
            });
        }

        var elsewhere = CredentialRequests.IsInUse(state) && Of(state, CredentialKind.Email)?.Hash != hash;
        var next = Verified(Accepted(state), CredentialKind.Email, hash, now);
        if (elsewhere) next = Warned(next, state, command.Operation);
        var result = elsewhere ? PatientOperationResult.AcceptedElsewhere : PatientOperationResult.Accepted;
        return (null, Ended(PatientAccess.Noted(next, entry), PatientOperation.Accept, command.Operation, result));
    }

    /// <summary>Goes on with an intent once the claim has answered: commits it, or aborts it where another patient has the value.</summary>
    public static PatientState Decide(PatientState state, ReserveOutcome claim, DateTimeOffset now)
    {
        var change = state.Pending ?? throw new InvalidOperationException("No change is under way.");
        if (change.Command == PatientOperation.Online) return PatientOnline.Decide(state, change, claim, now);
        // What was cut off may be resumed late: a block in between wins.
        if (change.Command == PatientOperation.Accept && !Counts(state, change.Invitation))
            return Abort(state, change, "", PatientOperationResult.NotCurrent);
        if (claim is not ReserveOutcome.Taken taken) return Commit(state, change, now);
        if (change.Command == PatientOperation.Set) return Abort(state, change, taken.Patient, PatientOperationResult.Taken);
        // A family shares a mailbox: whoever has a username or number of their own gets in with that.
        return state.Credentials.Count == 0
            ? Abort(state, change, taken.Patient, PatientOperationResult.AddressTaken)
            : Abort(Warned(Accepted(state), state, change), change, taken.Patient, ResultOf(change));
    }

    /// <summary>
    /// Ends a change whose claims are as they should be: its outcome is remembered, and what was logged is no longer waiting to be.
    /// </summary>
    public static PatientState End(PatientState state)
    {
        if (state.Pending is not { } change) return state with { Untold = [] };
        return Ended(state with { Pending = null, Untold = [] }, change.Command, change.Operation, change.Result, change.TakenBy,
            change.EndedEpoch);
    }

    /// <summary>
    /// Notes a sign-in, and that a code proved the credential, where the patient has it. The same state where this operation was noted
    /// before. The second value says that the credential was unverified until now.
    /// </summary>
    public static (PatientState State, bool FirstProof) RecordSignIn(
        PatientState state, CredentialKind kind, string hash, string operation, DateTimeOffset now)
    {
        if (!PatientMerge.IsHere(state) || state.SignIns.Contains(operation)) return (state, false);
        var firstProof = Of(state, kind) is { VerifiedAt: null } credential && credential.Hash == hash;
        List<string> signIns = [.. state.SignIns.Append(operation).TakeLast(MaxSignIns)];
        return (Verified(state, kind, hash, now) with { LastSignIn = now, SignIns = signIns }, firstProof);
    }

    private static CredentialChange Intent(
        PatientOperation command, string operation, CredentialValue value, string hash, BoundCredential? old, AuditEntry entry) => new()
        {
            Operation = operation,
            Command = command,
            Kind = value.Kind,
            Value = value.Value,
            Hash = hash,
            OldValue = old?.Value ?? "",
            OldHash = old?.Hash ?? "",
            Entry = entry,
        };

    private static PatientState Commit(PatientState state, CredentialChange change, DateTimeOffset now)
    {
        var accepted = change.Command == PatientOperation.Accept;
        var bound = new BoundCredential
        {
            Kind = change.Kind,
            Value = change.Value,
            Hash = change.Hash,
            SetAt = now,
            VerifiedAt = accepted || change.Proved ? now : null,
        };
        // A first credential opens a way in; only a changed one shuts another.
        var ended = change.OldHash.Length > 0 ? PatientAccess.SessionsEnded(state, now) : state;
        var next = (accepted ? Accepted(ended) : ended) with
        {
            Credentials = [.. state.Credentials.Where(c => c.Kind != change.Kind).Append(bound).OrderBy(c => c.Kind)],
            CurrentInvitation = change.OldHash.Length > 0 ? null : state.CurrentInvitation,
            Pending = change with
            {
                Step = ChangeStep.Committed,
                EndedEpoch = change.OldHash.Length > 0 ? state.Epoch : null,
                Result = accepted ? ResultOf(change) : PatientOperationResult.Bound,
            },
        };
        return PatientAccess.Noted(Warned(next, state, change), change.Entry);
    }

    private static PatientState Abort(PatientState state, CredentialChange change, string takenBy, PatientOperationResult result)
    {
        var reason = result == PatientOperationResult.NotCurrent ? "not-current" : "taken";
        var refused = change.Entry with { Outcome = AuditOutcome.Refused, Reason = reason };
        var next = state with { Pending = change with { Step = ChangeStep.Aborted, Result = result, TakenBy = takenBy } };
        var done = result is PatientOperationResult.Accepted or PatientOperationResult.AcceptedElsewhere;
        return PatientAccess.Noted(next, done ? change.Entry : refused);
    }

    private static PatientOperationResult ResultOf(CredentialChange accept) =>
        accept.Elsewhere ? PatientOperationResult.AcceptedElsewhere : PatientOperationResult.Accepted;

    private static PatientState Warned(PatientState state, PatientState before, CredentialChange change) =>
        change.Elsewhere ? Warned(state, before, change.Operation) : state;

    // To every address by which they got in until now; for a username alone to where its codes went.
    private static PatientState Warned(PatientState state, PatientState before, string operation)
    {
        var known = before.Credentials.Where(c => c.Kind != CredentialKind.Username).Select(c => (c.Kind, c.Value)).ToList();
        if (known.Count == 0) known.Add((CredentialKind.Email, before.Contact.Email));
        var notices = known.Select(k => new OwedNotice
        {
            Id = $"{MessageKind.InvitedElsewhere}/{operation}/{GrainKeys.Segment(k.Kind)}",
            Kind = MessageKind.InvitedElsewhere,
            Sms = k.Kind == CredentialKind.Mobile,
            To = k.Value,
        });
        return state with { Notices = [.. state.Notices, .. notices] };
    }

    private static PatientState Accepted(PatientState state) =>
        state with { Level = AccessLevel.CanAccess, InvitationStage = InvitationStage.Accepted };

    private static bool Counts(PatientState state, string? invitation) =>
        PatientMerge.IsHere(state) && state.BlockedAt is null && state.CurrentInvitation is not null
        && state.CurrentInvitation == invitation;

    private static PatientState Verified(PatientState state, CredentialKind kind, string hash, DateTimeOffset now)
    {
        return state with { Credentials = [.. state.Credentials.Select(c => IsProved(c) ? c with { VerifiedAt = now } : c)] };

        bool IsProved(BoundCredential credential) => credential.Kind == kind && credential.Hash == hash && credential.VerifiedAt is null;
    }

    /// <summary>An operation that has ended is remembered.</summary>
    internal static PatientState Ended(
        PatientState state, PatientOperation command, string operation, PatientOperationResult result, string takenBy = "",
        int? endedEpoch = null)
    {
        var finished = new FinishedOperation
        {
            Operation = operation,
            Command = command,
            Result = result,
            TakenBy = takenBy,
            EndedEpoch = endedEpoch,
        };
        return state with { Finished = [.. state.Finished.Append(finished).TakeLast(MaxFinished)] };
    }
}
