using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Patients;

/// <inheritdoc cref="IPatientGrain" />
/// <remarks>
/// What a command leaves to be done (claims of credentials, audit entries, the directory) is in the state that it writes. Every later
/// call does the rest first, and a reminder does where a credential is concerned and nobody calls.
/// </remarks>
public sealed partial class PatientGrain : PortalGrain, IPatientGrain, IRemindable
{
    private const string SagaReminder = "credential-saga";

    // The shortest period that Orleans takes. A change that was cut off is finished about so long afterwards, if nobody calls before.
    private static readonly TimeSpan SagaPeriod = TimeSpan.FromMinutes(1);

    // A sign-in is in the directory by then: lists show when somebody last signed in, and whoever signs in does not wait for that.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private readonly IPersistentState<PatientState> _state;
    private readonly KeyedHash _hashes;
    private readonly Outbox _outbox;
    private readonly PayloadCipher _cipher;
    private readonly ILogger<PatientGrain> _log;
    private readonly Database _database;
    private PatientDirectory? _directory;
    private IGrainTimer? _timer;
    private IGrainReminder? _reminder;
    private bool _lost;

    /// <summary>Made by the engine.</summary>
    public PatientGrain(
        [PersistentState("patient")] IPersistentState<PatientState> state, Database database, KeyedHash hashes, Outbox outbox,
        PayloadCipher cipher, TimeProvider time, ILogger<PatientGrain> log) : base(time) =>
        (_state, _database, _hashes, _outbox, _cipher, _log) = (state, database, hashes, outbox, cipher, log);

    private PatientState State => _state.State;

    private string Id => field ??= GrainKeys.Second(Key).ToString();

    private PatientDirectory Directory => _directory ??= new PatientDirectory(_database, Organisation, Id);

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Registered in bulk and never called before: the first change stores it. Nobody's patient, whom codes for unknown credentials ask,
        // has an id of another kind, and is as quick as somebody.
        if (State.Registered || !Ids.IsValid(Id, "p")) return;
        if (await Directory.LoadAsync() is { } intake) _state.State = intake.State();
    }

    /// <inheritdoc />
    public async Task<RegisterOutcome> Register(RegisterPatient command)
    {
        if (!State.Registered)
        {
            if (!Patient.IsValid(command, Now)) return RegisterOutcome.Invalid;
            var organisation = await OrganisationAsync();
            var next = PatientAccess.Noted(Patient.Register(State, command, organisation?.Country), Entry("patient.registered"));
            await SaveAsync(PatientAccess.WithFirstLevel(next, organisation, Entry("patient.access-given", reason: "added-by-hand")));
        }

        await SettleAsync();
        return RegisterOutcome.Registered;
    }

    /// <inheritdoc />
    public async Task<PatientView?> Get()
    {
        await TrySettleAsync();
        CheckSoon();
        return Patient.View(State, Id);
    }

    /// <inheritdoc />
    public async Task<OnlineAccessView?> OnlineAccess()
    {
        await TrySettleAsync();
        CheckSoon();
        if (State.Registered) await NoteLookAsync();
        return Patient.OnlineAccess(State, Id, Now);
    }

    /// <inheritdoc />
    public async Task<AccessOutcome> SetAccess(AccessLevel level)
    {
        await TrySettleAsync();
        var entry = Entry(level == AccessLevel.CanAccess ? "patient.access-given" : "patient.access-taken");
        var (outcome, next) = PatientAccess.SetLevel(State, level, entry);
        if (outcome is AccessOutcome.MissingDetails)
            await AppendAsync(entry with { Outcome = AuditOutcome.Refused, Reason = "missing-details" });
        await ChangeAsync(next);
        return outcome;
    }

    /// <inheritdoc />
    public async Task Block(string reason)
    {
        await TrySettleAsync();
        await ChangeAsync(PatientAccess.Block(State, reason, Entry("patient.blocked"), Now));
    }

    /// <inheritdoc />
    public async Task Unblock()
    {
        await TrySettleAsync();
        await ChangeAsync(PatientAccess.Unblock(State, Entry("patient.unblocked")));
    }

    /// <inheritdoc />
    public async Task EndAllSessions()
    {
        await TrySettleAsync();
        await ChangeAsync(PatientAccess.EndSessions(State, Entry("session.ended", reason: "all")));
    }

    /// <inheritdoc />
    public async Task<SetCredentialOutcome> SetCredential(SetCredential command)
    {
        RequireOperation(command.Operation);
        if (!PatientMerge.IsHere(State)) return new SetCredentialOutcome.Unknown();
        if (!await TrySettleAsync() || State.Merge is not null) return new SetCredentialOutcome.Busy();
        if (Past(PatientOperation.Set, command.Operation) is { } past) return PatientCredentials.SetOutcome(past);
        if (!command.ConfirmedWithPatient) return new SetCredentialOutcome.NotConfirmed();
        var organisation = await OrganisationAsync();
        if (Credential.Parse(command.Kind, command.Value, organisation?.Country).Value is not { } value)
            return new SetCredentialOutcome.Malformed();
        if (await AskAsync(command, value, organisation) is { } waits) return waits;
        var action = PatientCredentials.Of(State, value.Kind) is null ? "credential.set" : "credential.changed";
        var entry = Entry(action, command.Operation, details: ("kind", GrainKeys.Segment(value.Kind)));
        await BeginAsync(PatientCredentials.BeginSet(State, command.Operation, value, Hash(value), entry));
        return PatientCredentials.SetOutcome(Past(PatientOperation.Set, command.Operation)!);
    }

    /// <inheritdoc />
    public async Task<ClearCredentialOutcome> ClearCredential(CredentialKind kind, string operation)
    {
        RequireOperation(operation);
        if (!PatientMerge.IsHere(State)) return ClearCredentialOutcome.Unknown;
        if (!await TrySettleAsync() || State.Merge is not null) return ClearCredentialOutcome.Busy;
        if (Past(PatientOperation.Clear, operation) is { } past) return PatientCredentials.ClearOutcome(past);
        if (CredentialRequests.ClearingMovesCodes(State, kind) && CredentialRequests.AreNeeded(State, await OrganisationAsync()))
            return ClearCredentialOutcome.NeedsApproval;
        var entry = Entry("credential.cleared", operation, details: ("kind", GrainKeys.Segment(kind)));
        var accessEntry = Entry("patient.access-taken", operation, reason: "last-credential-cleared");
        await BeginAsync(PatientCredentials.BeginClear(State, operation, kind, entry, accessEntry));
        return PatientCredentials.ClearOutcome(Past(PatientOperation.Clear, operation)!);
    }

    /// <inheritdoc />
    public async Task<PatientStanding> Standing()
    {
        await TrySettleAsync();
        return PatientAccess.Standing(State);
    }

    /// <inheritdoc />
    public async Task<CodeDestination?> CodeDestination(CredentialKind kind, string valueHash)
    {
        await TrySettleAsync();
        return PatientDestinations.For(State, Id, kind, valueHash, await OrganisationAsync(), _hashes);
    }

    /// <inheritdoc />
    public async Task<CodeDestination?> PreferredDestination()
    {
        await TrySettleAsync();
        return PatientDestinations.Preferred(State, Id, await OrganisationAsync(), _hashes);
    }

    /// <inheritdoc />
    public async Task<bool> Holds(CredentialKind kind, string valueHash)
    {
        await TrySettleAsync();
        return PatientCredentials.Of(State, kind) is { } bound && KeyedHash.AreEqual(bound.Hash, valueHash);
    }

    /// <inheritdoc />
    public async Task<PasswordFacts?> PasswordFacts()
    {
        await TrySettleAsync();
        return PatientRecovery.Facts(State);
    }

    /// <inheritdoc />
    public async Task<PasswordFacts?> Recovery(string emailHash, string postalCode)
    {
        await TrySettleAsync();
        return PatientRecovery.Recovery(State, emailHash, postalCode);
    }

    /// <inheritdoc />
    public async Task<int> EndSessions(string operation)
    {
        await TrySettleAsync();
        RequireOperation(operation);
        var entry = Entry("session.ended", operation, reason: "password-changed");
        await ChangeAsync(PatientAccess.EndSessionsFor(State, operation, entry));
        return State.EndedEpoch;
    }

    /// <inheritdoc />
    public async Task RecordSignIn(CredentialKind kind, string valueHash, string operation, bool byCode)
    {
        await TrySettleAsync();
        var (next, firstProof) = PatientCredentials.RecordSignIn(State, kind, byCode ? valueHash : "", operation, Now);
        if (ReferenceEquals(next, State)) return;
        if (firstProof)
            next = PatientAccess.Noted(next, Entry("credential.verified", operation, details: ("kind", GrainKeys.Segment(kind))));
        await SaveAsync(next);
        if (firstProof) await ShowAsync();
        else ShowSoon();
    }

    /// <inheritdoc />
    public async Task<bool> AdoptInvitation(string tokenHash, DateTimeOffset deadline, bool giveAccess)
    {
        await TrySettleAsync();
        var (adopted, next) = giveAccess
            ? PatientAccess.AdoptWithAccess(State, tokenHash, deadline, Entry("patient.access-given"))
            : PatientAccess.Adopt(State, tokenHash, deadline);
        await ChangeAsync(next);
        return adopted;
    }

    /// <inheritdoc />
    public async Task DropInvitation(string tokenHash)
    {
        await TrySettleAsync();
        await ChangeAsync(PatientAccess.Dropped(State, tokenHash));
    }

    /// <inheritdoc />
    public async Task<bool> ConfirmBirthDate(DateOnly birthDate)
    {
        await TrySettleAsync();
        return State.Registered && State.BirthDate == birthDate;
    }

    /// <inheritdoc />
    public async Task<AcceptOutcome> AcceptInvitation(AcceptInvitation command)
    {
        RequireOperation(command.Operation);
        if (!await TrySettleAsync() || State is { Merge: not null, MergedInto: "" }) return AcceptOutcome.Busy;
        if (Past(PatientOperation.Accept, command.Operation) is { } past) return PatientCredentials.AcceptOutcome(past);
        if (Credential.Parse(CredentialKind.Email, command.Address, null).Value is not { } address)
            throw new ArgumentException("The invited address is no email.", nameof(command));
        // Sent before there was a way in to be taken over, or before the setting: it opens none now.
        if (!CredentialRequests.MayBeInvited(State, Hash(address), await OrganisationAsync())) return AcceptOutcome.NotCurrent;
        var entry = Entry("patient.access-given", command.Operation, reason: "invitation-accepted");
        var (refusal, next) = PatientCredentials.BeginAccept(State, command, address, Hash(address), entry, Now);
        if (refusal is { } why) return why;
        await BeginAsync(next);
        return PatientCredentials.AcceptOutcome(Past(PatientOperation.Accept, command.Operation)!);
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await SettleAsync();
        await UnregisterAsync();
    }

    private FinishedOperation? Past(PatientOperation command, string operation) => PatientCredentials.Past(State, command, operation);

    // Durable, in the log and in the directory; a change of a credential that is stuck does not keep anybody waiting.
    private async Task ChangeAsync(PatientState next)
    {
        if (ReferenceEquals(next, State)) return;
        await SaveAsync(next);
        await ShowAsync();
        if (next.Untold.Count > 0) await SaveAsync(State, shown: false);
    }

    private async Task SaveAndSettleAsync(PatientState next)
    {
        await SaveAsync(next);
        await SettleAsync();
    }

    // What lists show has a version of its own.
    private async Task SaveAsync(PatientState next, bool shown = true)
    {
        _lost = true;
        await WriteAsync(_state, shown ? next with { Version = State.Version + 1 } : next);
        _lost = false;
    }

    // Only a crash leaves the directory behind, right after a sign-in: whoever looks at the patient next has that mended. Not every
    // activation: a million invitations that end at once wake a million patients, and nobody looks at them.
    private void CheckSoon()
    {
        if (Directory.IsBehind(State)) ShowSoon();
    }

    private void ShowSoon() => _timer ??= this.RegisterGrainTimer(OnTimerAsync, Soon, Retry);

    private async Task OnTimerAsync()
    {
        await Directory.WriteAsync(State, _state.RecordExists);
        _timer?.Dispose();
        _timer = null;
    }

    private string Hash(CredentialValue value) => CredentialHash.Of(_hashes, Organisation, value.Kind, value.Value);

    private ICredentialGrain Claim(CredentialKind kind, string hash) =>
        GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, kind, hash));

    private Task AppendAsync(AuditEntry entry) => GrainFactory.GetGrain<IAuditGrain>(GrainKeys.ForAudit(Organisation)).Append(entry);

    // Two patients may be given the same operation; their entries are two.
    private AuditEntry Entry(
        string action, string? operation = null, string? reason = null, params ReadOnlySpan<(string Name, string Value)> details)
    {
        var name = operation is null ? null : $"{Id}/{operation}";
        return AuditTrail.Entry(Organisation, Now, action, AuditOutcome.Done, Id, reason, name, details);
    }
}
