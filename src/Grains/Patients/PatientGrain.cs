using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
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
public sealed class PatientGrain : PortalGrain, IPatientGrain, IRemindable
{
    private const string SagaReminder = "credential-saga";
    private const int MaxOperation = 100;

    // The shortest period that Orleans takes. A change that was cut off is finished about so long afterwards, if nobody calls before.
    private static readonly TimeSpan SagaPeriod = TimeSpan.FromMinutes(1);

    // A sign-in is in the directory by then: lists show when somebody last signed in, and whoever signs in does not wait for that.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(30);

    private readonly IPersistentState<PatientState> _state;
    private readonly KeyedHash _hashes;
    private readonly Outbox _outbox;
    private readonly ILogger<PatientGrain> _log;
    private readonly Database _database;
    private PatientDirectory? _directory;
    private IGrainTimer? _timer;
    private IGrainReminder? _reminder;
    private bool _lost;

    /// <summary>Made by the engine.</summary>
    public PatientGrain(
        [PersistentState("patient")] IPersistentState<PatientState> state, Database database, KeyedHash hashes, Outbox outbox,
        TimeProvider time, ILogger<PatientGrain> log) : base(time) =>
        (_state, _database, _hashes, _outbox, _log) = (state, database, hashes, outbox, log);

    private PatientState State => _state.State;

    private string Id => field ??= GrainKeys.Second(Key).ToString();

    private PatientDirectory Directory => _directory ??= new PatientDirectory(_database, Organisation, Id);

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!State.Registered) return;
        try
        {
            await Directory.LoadAsync();
        }
        catch (StorageException error)
        {
            // Whoever signs in needs no directory.
            _log.LogWarning(error, "The directory could not be read at an activation.");
        }

        if (Directory.IsBehind(State)) ShowSoon();
    }

    /// <inheritdoc />
    public async Task<RegisterOutcome> Register(RegisterPatient command)
    {
        if (!State.Registered)
        {
            if (!Patient.IsValid(command, Now)) return RegisterOutcome.Invalid;
            var next = Patient.Register(State, command, (await OrganisationAsync())?.Country);
            await SaveAsync(PatientAccess.Noted(next, Entry("patient.registered")));
        }

        await SettleAsync();
        return RegisterOutcome.Registered;
    }

    /// <inheritdoc />
    public async Task<PatientView?> Get()
    {
        await TrySettleAsync();
        return Patient.View(State, Id);
    }

    /// <inheritdoc />
    public async Task<OnlineAccessView?> OnlineAccess()
    {
        await TrySettleAsync();
        return Patient.OnlineAccess(State, Id);
    }

    /// <inheritdoc />
    public async Task<AccessOutcome> SetAccess(AccessLevel level)
    {
        await SettleAsync();
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
        // Whatever else is broken, a block must not wait for it.
        await TrySettleAsync();
        await ChangeAsync(PatientAccess.Block(State, reason, Entry("patient.blocked"), Now));
    }

    /// <inheritdoc />
    public async Task Unblock()
    {
        await SettleAsync();
        await ChangeAsync(PatientAccess.Unblock(State, Entry("patient.unblocked")));
    }

    /// <inheritdoc />
    public async Task EndAllSessions()
    {
        await SettleAsync();
        await ChangeAsync(PatientAccess.EndSessions(State, Entry("session.ended", reason: "all")));
    }

    /// <inheritdoc />
    public async Task<SetCredentialOutcome> SetCredential(SetCredential command)
    {
        RequireOperation(command.Operation);
        if (!State.Registered) return new SetCredentialOutcome.Unknown();
        if (!await TrySettleAsync()) return new SetCredentialOutcome.Busy();
        if (Past(PatientOperation.Set, command.Operation) is { } past) return PatientCredentials.SetOutcome(past);
        if (!command.ConfirmedWithPatient) return new SetCredentialOutcome.NotConfirmed();
        var country = (await OrganisationAsync())?.Country;
        if (Credential.Parse(command.Kind, command.Value, country).Value is not { } value) return new SetCredentialOutcome.Malformed();
        var action = PatientCredentials.Of(State, value.Kind) is null ? "credential.set" : "credential.changed";
        var entry = Entry(action, command.Operation, details: ("kind", GrainKeys.Segment(value.Kind)));
        await BeginAsync(PatientCredentials.BeginSet(State, command.Operation, value, Hash(value), entry));
        return PatientCredentials.SetOutcome(Past(PatientOperation.Set, command.Operation)!);
    }

    /// <inheritdoc />
    public async Task<ClearCredentialOutcome> ClearCredential(CredentialKind kind, string operation)
    {
        RequireOperation(operation);
        if (!State.Registered) return ClearCredentialOutcome.Unknown;
        if (!await TrySettleAsync()) return ClearCredentialOutcome.Busy;
        if (Past(PatientOperation.Clear, operation) is { } past) return PatientCredentials.ClearOutcome(past);
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
    public async Task RecordSignIn(CredentialKind kind, string valueHash, string operation)
    {
        await TrySettleAsync();
        var (next, firstProof) = PatientCredentials.RecordSignIn(State, kind, valueHash, operation, Now);
        if (ReferenceEquals(next, State)) return;
        if (firstProof)
            next = PatientAccess.Noted(next, Entry("credential.verified", operation, details: ("kind", GrainKeys.Segment(kind))));
        await SaveAsync(next);
        if (firstProof) await ShowAsync();
        else ShowSoon();
    }

    /// <inheritdoc />
    public async Task<bool> AdoptInvitation(string tokenHash)
    {
        await TrySettleAsync();
        var (adopted, next) = PatientAccess.Adopt(State, tokenHash);
        await ChangeAsync(next);
        return adopted;
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
        if (!await TrySettleAsync()) return AcceptOutcome.Busy;
        if (Past(PatientOperation.Accept, command.Operation) is { } past) return PatientCredentials.AcceptOutcome(past);
        if (Credential.Parse(CredentialKind.Email, command.Address, null).Value is not { } address)
            throw new ArgumentException("The invited address is no email.", nameof(command));
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

    private Task ChangeAsync(PatientState next) => ReferenceEquals(next, State) ? Task.CompletedTask : SaveAndSettleAsync(next);

    private async Task SaveAndSettleAsync(PatientState next)
    {
        await SaveAsync(next);
        await SettleAsync();
    }

    // The reminder first: whatever is stored as under way has somebody who finishes it.
    private async Task BeginAsync(PatientState next)
    {
        if (next.Pending is not null) _reminder = await this.RegisterOrUpdateReminder(SagaReminder, SagaPeriod, SagaPeriod);
        await SaveAndSettleAsync(next);
    }

    /// <summary>Does what is left to be done, as far as it can be. False where something is left.</summary>
    private async Task<bool> TrySettleAsync()
    {
        if (State.Pending is null && State.Unlogged.Count == 0) return true;
        try
        {
            await SettleAsync();
            return true;
        }
        catch (Exception error) when (!_lost)
        {
            _log.LogWarning(error, "What an earlier command left to be done could not be done now.");
            return false;
        }
    }

    /// <summary>Does what is left to be done: the claims of a change under way, the audit entries, the directory.</summary>
    private async Task SettleAsync()
    {
        if (State.Pending is { Step: ChangeStep.Intended } intent)
        {
            var claim = await Claim(intent.Kind, intent.Hash).Reserve(intent.Operation, Id);
            await SaveAsync(PatientCredentials.Decide(State, claim, Now));
        }

        if (State.Pending is { } change) await CarryOutAsync(change);
        var left = State.Pending is not null || State.Unlogged.Count > 0;
        await ShowAsync();
        if (!left) return;
        var changed = State.Pending is not null;
        await SaveAsync(PatientCredentials.End(State), shown: false);
        if (changed) await TryUnregisterAsync();
    }

    // That they are logged is stored with the next write; an entry that is appended again is in the log once.
    private async Task ShowAsync()
    {
        await Task.WhenAll([.. State.Unlogged.Select(AppendAsync), Directory.WriteAsync(State)]);
        if (State.Unlogged.Count > 0) _state.State = State with { Unlogged = [] };
    }

    private async Task CarryOutAsync(CredentialChange change)
    {
        if (change.Step == ChangeStep.Aborted)
        {
            // The claim was another patient's; this one's operation is over there, so that no late call of it reserves anything.
            await Claim(change.Kind, change.Hash).Release(change.Operation, Id);
            return;
        }

        if (change.Hash.Length > 0 && !await Claim(change.Kind, change.Hash).Hold(change.Operation, Id))
            throw new InvalidOperationException("A credential that was committed is not reserved for its operation.");
        if (change.OldHash.Length == 0) return;
        await Claim(change.Kind, change.OldHash).Release(change.Operation, Id);
        await TellOldAddressAsync(change);
    }

    // A username is no address; its mailbox is told nothing that it could act on.
    private async Task TellOldAddressAsync(CredentialChange change)
    {
        if (change.Kind == CredentialKind.Username) return;
        var value = new CredentialValue { Kind = change.Kind, Value = change.Value };
        var notice = new OutgoingMessage
        {
            Id = Ids.Derive("m", $"old-credential/{Key}/{change.Command}/{change.Operation}"),
            Organisation = Organisation,
            Patient = Id,
            Channel = change.Kind == CredentialKind.Mobile ? MessageChannel.Sms : MessageChannel.Email,
            To = change.OldValue,
            Kind = MessageKind.OldCredentialNotice,
            Details = new MessageDetails
            {
                RecipientName = State.GivenName,
                Credential = change.Kind,
                MaskedCredential = change.Value.Length == 0 ? null : Credential.Mask(value),
            },
            Branding = OrganisationBranding.Of(await OrganisationAsync()),
        };
        try
        {
            await _outbox.EnqueueAsync(notice);
        }
        catch (ArgumentException error)
        {
            // An address that nothing can be sent to never got a code either; the change must not wait for it for ever.
            _log.LogWarning(error, "The notice of a changed credential cannot be sent.");
        }
    }

    // What lists show has a version of its own.
    private async Task SaveAsync(PatientState next, bool shown = true)
    {
        _lost = true;
        await WriteAsync(_state, shown ? next with { Version = State.Version + 1 } : next);
        _lost = false;
    }

    private void ShowSoon() => _timer ??= this.RegisterGrainTimer(OnTimerAsync, Soon, Retry);

    private async Task OnTimerAsync()
    {
        await Directory.WriteAsync(State);
        _timer?.Dispose();
        _timer = null;
    }

    private async Task TryUnregisterAsync()
    {
        try
        {
            await UnregisterAsync();
        }
        catch (Exception error)
        {
            // What was asked for is done. The reminder will find nothing to do, and remove itself.
            _log.LogWarning(error, "A reminder that is not needed any more could not be removed.");
        }
    }

    private async Task UnregisterAsync()
    {
        if ((_reminder ?? await this.GetReminder(SagaReminder)) is { } reminder) await this.UnregisterReminder(reminder);
        _reminder = null;
    }

    private static void RequireOperation(string operation)
    {
        if (operation.Length is 0 or > MaxOperation)
            throw new ArgumentException("An operation has a name of 1 to 100 characters.", nameof(operation));
    }

    private string Hash(CredentialValue value) => CredentialHash.Of(_hashes, Organisation, value.Kind, value.Value);

    private ICredentialGrain Claim(CredentialKind kind, string hash) =>
        GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, kind, hash));

    private Task<OrganisationView?> OrganisationAsync() =>
        GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get();

    private Task AppendAsync(AuditEntry entry) => GrainFactory.GetGrain<IAuditGrain>(GrainKeys.ForAudit(Organisation)).Append(entry);

    // Two patients may be given the same operation; their entries are two.
    private AuditEntry Entry(
        string action, string? operation = null, string? reason = null, params ReadOnlySpan<(string Name, string Value)> details)
    {
        var name = operation is null ? null : $"{Id}/{operation}";
        return AuditTrail.Entry(Organisation, Now, action, AuditOutcome.Done, Id, reason, name, details);
    }
}
