using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Credentials;

/// <inheritdoc cref="IPasswordGrain" />
/// <remarks>
/// The new hash is the commit. What follows it (the sessions end, the audit log and the patient are told) is stored with it, and done by
/// this call, the next one or the reminder.
/// </remarks>
public sealed class PasswordGrain(
    [PersistentState("password")] IPersistentState<PatientPasswordState> state, Passwords passwords, KeyedHash hashes, Outbox outbox,
    Database database, TimeProvider time) : PortalGrain(time), IPasswordGrain, IRemindable
{
    private const string Reminder = "password";

    // The shortest period that Orleans takes.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    // How soon it is worth trying again when too many passwords wait to be hashed. Ours.
    private static readonly TimeSpan WhenBusy = TimeSpan.FromMinutes(1);

    private PatientPasswordState State => state.State;

    private string Patient => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public Task<PasswordView> View() => Task.FromResult(PatientPassword.View(State));

    /// <inheritdoc />
    public async Task<PasswordAnswer> Check(PasswordAttempt attempt)
    {
        await FinishAsync();
        return await CompareAsync(attempt.Password, attempt.KnownDevice, attempt.SecondFactor);
    }

    /// <inheritdoc />
    public async Task<ChoosePasswordOutcome> Choose(ChoosePassword command)
    {
        RequireOperation(command.Operation);
        await FinishAsync();
        if (PatientPassword.IsOf(State, command.Operation)) return Chosen();
        if (command.OnlyAgain) return new ChoosePasswordOutcome.Overtaken();
        var (facts, organisation) = (await PatientGrain.PasswordFacts(), await OrganisationAsync());
        if (facts is null || organisation is not { Settings.Password: true }) return new ChoosePasswordOutcome.Overtaken();
        if (command.Replaces is { } version && version != State.Version) return new ChoosePasswordOutcome.Overtaken();
        if (PatientPassword.Refusal(command.Password, facts, organisation) is { } refusal)
            return new ChoosePasswordOutcome.Refused { Why = refusal };
        if (command.Current is { } current && await CurrentRefusalAsync(current) is { } wrong) return wrong;
        try
        {
            if (State.TemporaryUntil is not null
                && await passwords.CheckAsync(State.Hash, command.Password) is PasswordCheck.Right or PasswordCheck.RightButOld)
                return new ChoosePasswordOutcome.Refused { Why = new PasswordRefusal.Same() };
            var hash = await passwords.HashAsync(command.Password);
            var needs = PatientPassword.NeedsSecondFactor(command.Password, facts, organisation);
            await ChangeAsync("password.chosen", hash, until: null, command.Operation, needs);
        }
        catch (PasswordsBusyException)
        {
            return new ChoosePasswordOutcome.TooMany { Until = Now + WhenBusy };
        }

        return Chosen();
    }

    /// <inheritdoc />
    public async Task<TemporaryPasswordOutcome> MakeTemporary(string operation)
    {
        RequireOperation(operation);
        await FinishAsync();
        var password = PatientPassword.Temporary(hashes, Key, operation);
        if (!PatientPassword.IsOf(State, operation))
        {
            if (await OrganisationAsync() is not { Settings.Password: true } organisation) return new TemporaryPasswordOutcome.MethodOff();
            if (await PatientGrain.PasswordFacts() is not { HasCredential: true } facts) return new TemporaryPasswordOutcome.NoCredential();
            if (organisation.Settings.SecondApprover && facts.InUse) return new TemporaryPasswordOutcome.NeedsApproval();
            var hash = await passwords.HashAsync(password);
            await ChangeAsync("password.made-temporary", hash, Now + PasswordLimits.TemporaryLifetime, operation);
        }

        return State.TemporaryUntil is { } until
            ? new TemporaryPasswordOutcome.Made { Password = password, Until = until }
            : new TemporaryPasswordOutcome.Overtaken();
    }

    /// <inheritdoc />
    public async Task Remove(string operation)
    {
        RequireOperation(operation);
        await FinishAsync();
        if (State.Hash.Length == 0 || PatientPassword.IsOf(State, operation)) return;
        await ChangeAsync("password.removed", hash: "", until: null, operation);
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await FinishAsync();
        await UnregisterAsync();
    }

    private async Task<PasswordAnswer> CompareAsync(string password, bool known, bool secondFactor)
    {
        if (PatientPassword.NextAt(State, known, Now) is { } until) return new PasswordAnswer.TooMany { Until = until };
        switch (await passwords.CheckAsync(State.Hash, password))
        {
            case PasswordCheck.Right:
                return PatientPassword.Right(State, secondFactor, Now);
            case PasswordCheck.RightButOld:
                await WriteAsync(state, State with { Hash = await passwords.HashAsync(password) });
                return PatientPassword.Right(State, secondFactor, Now);
            case PasswordCheck.Busy:
                return new PasswordAnswer.TooMany { Until = Now + WhenBusy };
            default:
                await WriteAsync(state, PatientPassword.Wrong(State, known, Now));
                return new PasswordAnswer.Wrong();
        }
    }

    /// <summary>Why the current password proves nothing; null where it is right.</summary>
    private async Task<ChoosePasswordOutcome?> CurrentRefusalAsync(string current) =>
        await CompareAsync(current, known: true, secondFactor: true) switch
        {
            PasswordAnswer.Right => null,
            PasswordAnswer.TooMany many => new ChoosePasswordOutcome.TooMany { Until = many.Until },
            _ => new ChoosePasswordOutcome.WrongCurrent(),
        };

    // The reminder first: whatever is stored as unfinished has somebody who finishes it.
    private async Task ChangeAsync(
        string action, string hash, DateTimeOffset? until, string operation, bool needsSecondFactor = false)
    {
        var entry = AuditTrail.Entry(Organisation, Now, action, AuditOutcome.Done, Patient, reason: null, $"{Patient}/{operation}", []);
        await this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);
        await WriteAsync(state, PatientPassword.Changed(State, hash, until, operation, entry, Now, needsSecondFactor));
        await FinishAsync();
        await UnregisterAsync();
    }

    /// <summary>Does what is left of the last change. Safe to repeat at any point.</summary>
    private async Task FinishAsync()
    {
        if (State.Unfinished is not { } entry) return;
        var ended = await PatientGrain.EndSessions(State.Operation);
        var log = GrainFactory.GetGrain<IAuditGrain>(GrainKeys.ForAudit(Organisation));
        var row = database.WriteAsync(PatientPasswordTable.Write(Organisation, Patient, State));
        await Task.WhenAll(log.Append(entry), NotifyAsync(), row);
        await WriteAsync(state, State with { Unfinished = null, EndedEpoch = ended });
    }

    private async Task NotifyAsync()
    {
        if (await PatientGrain.PasswordFacts() is not { } facts || (facts.Email.Length == 0 && facts.Mobile.Length == 0)) return;
        var byEmail = facts.Email.Length > 0;
        await outbox.EnqueueAsync(new OutgoingMessage
        {
            Id = Ids.Derive("m", $"password/{Key}/{State.Operation}"),
            Organisation = Organisation,
            Patient = Patient,
            Channel = byEmail ? MessageChannel.Email : MessageChannel.Sms,
            To = byEmail ? facts.Email : facts.Mobile,
            Kind = MessageKind.PasswordChanged,
            Details = new MessageDetails { RecipientName = facts.GivenName },
            Branding = OrganisationBranding.Of(await OrganisationAsync()),
        });
    }

    private async Task UnregisterAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    private ChoosePasswordOutcome.Chosen Chosen() => new() { EndedEpoch = State.EndedEpoch };

    private IPatientGrain PatientGrain => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, Patient));
}
