using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Registration;

/// <inheritdoc cref="IRegistrationGrain" />
/// <remarks>
/// What a crash keeps from being finished is in the state; each later command goes on with it first, and so does the reminder. The
/// reminder also forgets what is over, which is judged without it.
/// </remarks>
public sealed partial class RegistrationGrain(
    [PersistentState("registration")] IPersistentState<RegistrationState> state, Database database, KeyedHash hashes, Outbox outbox,
    PortalAddress address, TimeProvider time) : PortalGrain(time), IRegistrationGrain, IRemindable
{
    private const string Reminder = "registration";

    // How soon the reminder comes again where it could not do its work. Ours.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromHours(1);

    // The shortest period that Orleans takes: what was cut off is finished about so long afterwards, if nobody calls before.
    private static readonly TimeSpan SagaPeriod = TimeSpan.FromMinutes(1);

    private RegistrationState State => state.State;

    private string TokenHash => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<SubmitOutcome> Submit(SubmitRegistration command)
    {
        if (!Tokens.LooksValid(command.Token) || Tokens.Hash(command.Token) != TokenHash) return new SubmitOutcome.Invalid();
        var organisation = await OrganisationAsync();
        if (!IsOpen(organisation)) return new SubmitOutcome.Closed();
        if (!OnlineRegistration.Exists(State))
        {
            if (OnlineRegistration.Address(command, Now) is not { } email) return new SubmitOutcome.Invalid();
            if (ClientAddressGrain.OfCaller(GrainFactory, hashes, Organisation) is { } counts && !await counts.TryRegister())
                return new SubmitOutcome.TooMany { Until = Now + ClientAddress.RegistrationWindow };
            if (await Flood.Take() is { } free) return new SubmitOutcome.TooMany { Until = free };
            var subject = CredentialHash.Subject(hashes, Organisation, email.Kind, email.Value);
            if (await Desk(subject).Take(TokenHash) is { } until) return new SubmitOutcome.TooMany { Until = until };
            // The reminder first: whatever is stored as waiting has somebody who forgets it.
            await this.RegisterOrUpdateReminder(Reminder, RegistrationLimits.Lifetime, ReminderPeriod);
            await SaveAsync(OnlineRegistration.Create(command.Details, email.Value, subject, Now));
        }

        await ResumeAsync();
        if (OnlineRegistration.Judge(State, await FactsAsync(), Now) == RegistrationStage.Waiting)
            await outbox.EnqueueAsync(LinkMessage(command.Token, organisation));
        return new SubmitOutcome.Sent();
    }

    /// <inheritdoc />
    public async Task<RegistrationPage> Get()
    {
        if (!OnlineRegistration.Exists(State))
        {
            // What guessed keys bring to life does not stay in memory.
            DeactivateOnIdle();
            return new RegistrationPage();
        }

        var facts = await FactsAsync();
        var stage = OnlineRegistration.Judge(State, facts, Now);
        return new RegistrationPage
        {
            Stage = stage == RegistrationStage.Waiting && !facts.Open ? RegistrationStage.Ended : stage,
            Deadline = State.Deadline,
        };
    }

    /// <inheritdoc />
    public async Task<RegistrationVerdict> Confirm(string operation)
    {
        RequireOperation(operation);
        if (!OnlineRegistration.Exists(State))
        {
            DeactivateOnIdle();
            return new RegistrationVerdict.Ended();
        }

        await ResumeAsync();
        if (State.Stage == RegistrationStage.Waiting && State.Work == RegistrationWork.None)
        {
            var facts = await FactsAsync();
            if (!facts.Open || OnlineRegistration.Judge(State, facts, Now) != RegistrationStage.Waiting)
                return new RegistrationVerdict.Ended();
            var review = await OrganisationAsync() is { Settings.RegistrationReview: true };
            await BeginAsync(OnlineRegistration.Pressed(State, operation, Ids.New("p"), review, Now));
        }

        return State switch
        {
            { Stage: RegistrationStage.Held } => new RegistrationVerdict.Held(),
            { Stage: RegistrationStage.Confirmed, DecidedBy: "" } when OnlineRegistration.IsRepeated(State, operation, Now) =>
                new RegistrationVerdict.Registered { Patient = State.Patient, Credential = State.Subject },
            { Work: RegistrationWork.Confirm } => new RegistrationVerdict.TryAgain(),
            _ => new RegistrationVerdict.Ended(),
        };
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await ResumeAsync();
        var swept = OnlineRegistration.Swept(State, await FactsAsync(), Now);
        // The address first: once this is forgotten nobody knows which it was.
        if (!ReferenceEquals(swept, State)) await Desk(State.Subject).Release(TokenHash);
        await ChangeAsync(swept);
        if (State is { Stage: RegistrationStage.Ended, Untold.Count: 0 } && state.RecordExists) await state.ClearStateAsync();
        // What can't be finished yet: it comes again soon.
        if (State.Work == RegistrationWork.None) await WakeAsync();
        DeactivateOnIdle();
    }

    private static bool IsOpen(OrganisationView? organisation) =>
        organisation is { Settings: { PortalEnabled: true, Registration: true } };

    private async Task<RegistrationFacts> FactsAsync()
    {
        if (State.Subject.Length == 0) return new RegistrationFacts(Open: false, Current: false);
        var (organisation, current) = (OrganisationAsync(), Desk(State.Subject).IsCurrent(TokenHash));
        await Task.WhenAll(organisation, current);
        return new RegistrationFacts(IsOpen(await organisation), await current);
    }

    private async Task ChangeAsync(RegistrationState next)
    {
        if (ReferenceEquals(next, State)) return;
        await SaveAsync(next);
        await TellAsync();
    }

    private Task SaveAsync(RegistrationState next)
    {
        var saved = next with { Version = State.Version + 1 };
        if (OnlineRegistration.News(State, next) is not { } action) return WriteAsync(state, saved);
        var id = RegistrationTable.IdOf(Organisation, TokenHash);
        return WriteAsync(state, saved.Noting(AuditTrail.Entry(
            Organisation, Now, action, AuditOutcome.Done, next.Patient.Length > 0 ? next.Patient : null, reason: null, operation: null,
            [("registration", id)])));
    }

    /// <summary>The row of the list, the audit log, and what the person is told; all durable when it returns.</summary>
    private Task TellAsync() => TellAsync(
        state,
        told => Task.WhenAll(
            database.WriteAsync(RegistrationTable.Write(Organisation, TokenHash, told)), TellPersonAsync(told)),
        forget: State.DecidedAt is not null);

    /// <summary>Sets the reminder to when it has to be looked at again, or removes it.</summary>
    private async Task WakeAsync()
    {
        if (OnlineRegistration.WakeAt(State) is { } at)
            await this.RegisterOrUpdateReminder(Reminder, at > Now ? at - Now : TimeSpan.Zero, ReminderPeriod);
        else if (await this.GetReminder(Reminder) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    private IRegistrationDeskGrain Desk(string subject) =>
        GrainFactory.GetGrain<IRegistrationDeskGrain>(GrainKeys.ForRegistrationDesk(Organisation, subject));

    private IRegistrationFloodGrain Flood =>
        GrainFactory.GetGrain<IRegistrationFloodGrain>(GrainKeys.ForOrganisation(Organisation));
}
