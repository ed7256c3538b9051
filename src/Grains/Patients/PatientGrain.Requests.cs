using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Patients;

// A change of a credential by staff that a second staff member has to approve. The saga of credentials stays the only way one changes.
public sealed partial class PatientGrain
{
    /// <inheritdoc />
    public async Task<CredentialRequestOutcome> DecideCredentialRequest(string request, bool approve)
    {
        RequireOperation(request);
        if (!PatientMerge.IsHere(State)) return CredentialRequestOutcome.Gone;
        if (!await TrySettleAsync() || State.Merge is not null) return CredentialRequestOutcome.Busy;
        if (Past(PatientOperation.Set, request) is { } past) return Decided(past);
        if (PatientMfa.IsOf(State, request)) return CredentialRequestOutcome.Done;
        if (CredentialRequests.Open(State, Now) is not { } open || open.Id != request) return CredentialRequestOutcome.Gone;
        (string, string)[] details = [("kind", KindOf(open)), ("asked-by", open.AskedBy)];
        if (!approve)
        {
            await ChangeAsync(CredentialRequests.Declined(State, Entry("credential.request-declined", request, details: details)));
            return CredentialRequestOutcome.Done;
        }

        if (CallerContext.Current?.Subject == open.AskedBy)
        {
            await AppendAsync(Entry("credential.request-approved", reason: "same-person", details: details) with
            {
                Outcome = AuditOutcome.Refused,
            });
            return CredentialRequestOutcome.SamePerson;
        }

        if (open.ResetsMfa)
        {
            var reset = Entry("mfa.reset", request, reason: "approved", details: details);
            await ChangeAsync(PatientMfa.SwitchOff(State with { Request = null }, request, reset));
            return CredentialRequestOutcome.Done;
        }

        var value = new CredentialValue { Kind = open.Kind, Value = open.Value };
        var action = PatientCredentials.Of(State, value.Kind) is null ? "credential.set" : "credential.changed";
        var entry = Entry(action, request, reason: "approved", details: details);
        await BeginAsync(PatientCredentials.BeginSet(State with { Request = null }, request, value, Hash(value), entry));
        return Decided(Past(PatientOperation.Set, request)!);
    }

    /// <inheritdoc />
    public async Task<OwnCredentialChange?> ChangeOwnCredential(CredentialKind kind, string value, string operation)
    {
        RequireOperation(operation);
        if (!PatientMerge.IsHere(State) || !await TrySettleAsync() || State.Merge is not null) return null;
        if (Past(PatientOperation.Set, operation) is null)
        {
            var canonical = new CredentialValue { Kind = kind, Value = value };
            var action = PatientCredentials.Of(State, kind) is null ? "credential.set" : "credential.changed";
            var entry = Entry(action, operation, reason: "by-patient", details: ("kind", GrainKeys.Segment(kind)));
            var next = PatientCredentials.BeginSet(State, operation, canonical, Hash(canonical), entry);
            if (next.Pending is { } change) next = next with { Pending = change with { Proved = true } };
            await BeginAsync(next);
        }

        var finished = Past(PatientOperation.Set, operation)!;
        return new OwnCredentialChange
        {
            Taken = finished.Result == PatientOperationResult.Taken,
            EndedEpoch = finished.EndedEpoch,
        };
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<CredentialView>> MyCredentials() => Task.FromResult<IReadOnlyList<CredentialView>>(
    [
        .. State.Credentials.Select(
            c => new CredentialView { Kind = c.Kind, Value = c.Value, SetAt = c.SetAt, VerifiedAt = c.VerifiedAt }),
    ]);

    /// <inheritdoc />
    public async Task<bool> MayBeInvited(string addressHash)
    {
        await TrySettleAsync();
        return CredentialRequests.MayBeInvited(State, addressHash, await OrganisationAsync());
    }

    /// <summary>The answer where the change waits for somebody else; null where it is made at once.</summary>
    private async Task<SetCredentialOutcome?> AskAsync(SetCredential command, CredentialValue value, OrganisationView? organisation)
    {
        if (CallerContext.Current is not { Kind: PrincipalKind.Staff } staff) return null;
        if (!CredentialRequests.AreNeeded(State, organisation)) return null;
        if (PatientCredentials.Of(State, value.Kind)?.Hash == Hash(value)) return null;
        // Named by what is asked for: whoever approves means the value that they saw, whatever is asked for under the same click later.
        var request = Ids.Derive("op", $"{Key}/{command.Operation}/{Hash(value)}");
        if (Past(PatientOperation.Set, request) is { } past) return PatientCredentials.SetOutcome(past);
        await AskAsync(request, value, staff.Subject);

        return new SetCredentialOutcome.AwaitsApproval();
    }

    private async Task AskAsync(string request, CredentialValue? value, string staff)
    {
        if (CredentialRequests.Open(State, Now)?.Id == request) return;
        var kind = value is null ? "mfa" : GrainKeys.Segment(value.Kind);
        var entry = Entry("credential.requested", request, details: ("kind", kind));
        await ChangeAsync(CredentialRequests.Ask(State, request, value, staff, entry));
    }

    private static string KindOf(CredentialRequest request) => request.ResetsMfa ? "mfa" : GrainKeys.Segment(request.Kind);

    // Each change of a request has its entry.
    private Task ShowRequestAsync(PatientState state) =>
        state.Untold.Any(e =>
            e.Action.StartsWith("credential.request", StringComparison.Ordinal) || e.Action == "patient.merged" || e.Reason == "approved")
            ? _database.WriteAsync(CredentialRequestTable.Upsert(Organisation, Id, state))
            : Task.CompletedTask;

    private static CredentialRequestOutcome Decided(FinishedOperation finished) =>
        finished.Result == PatientOperationResult.Taken ? CredentialRequestOutcome.Taken : CredentialRequestOutcome.Done;
}
