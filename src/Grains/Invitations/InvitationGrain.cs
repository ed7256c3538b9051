using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Invitations;

/// <inheritdoc cref="IInvitationGrain" />
/// <remarks>
/// What a crash keeps from being finished (an acceptance, the row of the list, the audit log) is in the state; each later command goes on
/// with it first, and so does the reminder. The reminder also puts down that the deadline passed, which is judged without it.
/// </remarks>
public sealed class InvitationGrain(
    [PersistentState("invitation")] IPersistentState<StoredInvitation> state, Database database, KeyedHash hashes, Outbox outbox,
    PortalAddress address, TimeProvider time) : PortalGrain(time), IInvitationGrain, IRemindable
{
    private const string Reminder = "invitation";

    // How soon the reminder comes again where it could not do its work. Ours.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromHours(1);

    // The shortest period that Orleans takes: an acceptance that was cut off is finished about so long afterwards, if nobody calls before.
    private static readonly TimeSpan SagaPeriod = TimeSpan.FromMinutes(1);

    private StoredInvitation State => state.State;

    private string TokenHash => field ??= GrainKeys.Second(Key).ToString();

    private string Subject => CredentialHash.Subject(hashes, Organisation, CredentialKind.Email, State.Address);

    private string Masked => Credential.Mask(new CredentialValue { Kind = CredentialKind.Email, Value = State.Address });

    /// <inheritdoc />
    public async Task<InviteOutcome> Create(CreateInvitation command)
    {
        if (!Tokens.LooksValid(command.Token) || Tokens.Hash(command.Token) != TokenHash || !Ids.IsValid(command.Patient))
            return InviteOutcome.Unknown;
        if (Invitation.Exists(State))
        {
            if (State.Patient != command.Patient) return InviteOutcome.Unknown;
            await ResumeAsync();
            return await SendAsync(command);
        }

        var patient = PatientGrain(command.Patient);
        var (view, standing, organisation) = (patient.Get(), patient.Standing(), OrganisationAsync());
        await Task.WhenAll(view, standing, organisation);
        var (outcome, to) = Invitation.MayInvite(command, await view, await standing, await organisation);
        if (outcome != InviteOutcome.Invited) return outcome;
        if (!await patient.MayBeInvited(CredentialHash.Of(hashes, Organisation, CredentialKind.Email, to)))
            return InviteOutcome.NeedsApproval;
        // The reminder first: whatever is stored as pending has somebody who ends it.
        await this.RegisterOrUpdateReminder(Reminder, Invitation.Lifetime, ReminderPeriod);
        await SaveAsync(Invitation.Create(command.Patient, to, await standing, Now));
        return await SendAsync(command);
    }

    /// <inheritdoc />
    public async Task<InvitationPage> Get()
    {
        if (await FactsAsync() is not { } facts) return new InvitationPage { PortalEnabled = await IsPortalEnabledAsync() };
        return new InvitationPage
        {
            State = Invitation.Judge(State, facts, Now),
            MaskedAddress = Masked,
            Deadline = State.Deadline,
            PortalEnabled = facts.PortalEnabled,
        };
    }

    /// <inheritdoc />
    public async Task<ConfirmOutcome> Confirm(DateOnly birthDate, ClientDevice device)
    {
        if (await ClosedAsync() is { } closed) return closed;
        RequireBrowser(device);
        var right = await PatientGrain(State.Patient).ConfirmBirthDate(birthDate);
        await ChangeAsync(Invitation.Answered(State, right, device.BrowserHash, Now));
        if (right) return await RequestCodeAsync(device);
        if (State.Outcome != InvitationState.Pending) await WakeAsync();
        return new ConfirmOutcome.WrongBirthDate { TriesLeft = Invitation.TriesLeft(State) };
    }

    /// <inheritdoc />
    public async Task<ConfirmOutcome> ResendCode(ClientDevice device)
    {
        if (await ClosedAsync() is { } closed) return closed;
        return Invitation.IsConfirmed(State, device.BrowserHash)
            ? await RequestCodeAsync(device)
            : new ConfirmOutcome.Ended { State = State.Outcome };
    }

    /// <inheritdoc />
    public async Task<InvitationVerdict> Accept(CodeGuess guess)
    {
        if (guess.Operation.Length == 0) throw new ArgumentException("An operation has a name.", nameof(guess));
        await ResumeAsync();
        if (await FactsAsync() is not { } facts) return new InvitationVerdict.Ended();
        if (Invitation.Refusal(State, facts, guess.Operation, guess.Device.BrowserHash, Now) is { } refusal) return refusal;
        var verdict = await Codes.Verify(guess with { Purpose = CodePurpose.Invitation, Context = TokenHash });
        if (verdict is not CodeVerdict.Right right) return new InvitationVerdict.Code { Verdict = verdict };
        if (right.Patient != State.Patient || right.Address != State.Address)
            return new InvitationVerdict.Code { Verdict = new CodeVerdict.Ended() };
        if (State.Outcome == InvitationState.Accepted) return Accepted();
        if (State.Operation is null)
        {
            if (Invitation.Begin(State, guess.Operation, Now) is not { Operation: not null } begun) return new InvitationVerdict.Ended();
            // The reminder first: an acceptance that is put down is finished, whoever crashes.
            await this.RegisterOrUpdateReminder(Reminder, SagaPeriod, SagaPeriod);
            await SaveAsync(begun);
        }

        return await FinishAsync();
    }

    /// <inheritdoc />
    public async Task<RevokeInvitationOutcome> Revoke()
    {
        await ResumeAsync();
        if (await FactsAsync() is not { } facts) return RevokeInvitationOutcome.Unknown;
        await ChangeAsync(Invitation.TakenBack(State, facts, Now));
        if (State.Outcome != InvitationState.Pending) await WakeAsync();
        return Invitation.RevokeOutcome(State);
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await ResumeAsync();
        if (await FactsAsync() is { } facts) await ChangeAsync(Invitation.Ended(State, facts, Now));
        if (!Invitation.Exists(State)) await UnregisterAsync();
        // An acceptance that can't be finished yet: it comes again soon.
        else if (!Invitation.IsAccepting(State)) await WakeAsync();
        // Nobody calls one that is over, and a million may end at once.
        if (State.Outcome != InvitationState.Pending) DeactivateOnIdle();
    }

    /// <summary>
    /// Makes it the one that counts and queues its message. Doing it again sends nothing more; one that was overtaken, or is over, is not
    /// sent.
    /// </summary>
    private async Task<InviteOutcome> SendAsync(CreateInvitation command)
    {
        var (organisation, standing) = (OrganisationAsync(), PatientGrain(State.Patient).Standing());
        await Task.WhenAll(organisation, standing);
        var facts = InvitationFacts.Of(TokenHash, await organisation, await standing);
        if (Invitation.AwaitsAdoption(State, facts))
        {
            var adopted = await PatientGrain(State.Patient).AdoptInvitation(TokenHash, State.Deadline, command.GiveAccess);
            facts = Invitation.Adopted(facts, adopted);
        }

        if (Invitation.Judge(State, facts, Now) != InvitationState.Pending)
        {
            await ChangeAsync(Invitation.Ended(State, facts, Now));
            await TellAsync();
            await WakeAsync();
            return facts.Standing.Kind == StandingKind.Blocked ? InviteOutcome.Blocked : InviteOutcome.Invited;
        }

        await Task.WhenAll(outbox.EnqueueAsync(Message(command.Token, await organisation, facts.Standing.GivenName)), TellAsync());
        return InviteOutcome.Invited;
    }

    private OutgoingMessage Message(string token, OrganisationView? organisation, string givenName) => new()
    {
        Id = Ids.Derive("m", $"invitation/{Key}"),
        Organisation = Organisation,
        Patient = State.Patient,
        Channel = MessageChannel.Email,
        To = State.Address,
        Kind = MessageKind.Invitation,
        Details = new MessageDetails
        {
            RecipientName = givenName,
            Link = address.Of(Organisation, $"invitation/{token}"),
            Deadline = State.Deadline,
        },
        Branding = OrganisationBranding.Of(organisation),
        NotAfter = State.Deadline,
    };

    private async Task<ConfirmOutcome> RequestCodeAsync(ClientDevice device)
    {
        var request = new CodeRequest
        {
            Purpose = CodePurpose.Invitation,
            Context = TokenHash,
            // Access is what the code is to lead to, so it can't be asked for yet.
            Destination = new CodeDestination
            {
                Patient = State.Patient,
                Address = State.Address,
                Standing = StandingKind.Good,
                Subject = Subject,
            },
            Device = device,
        };
        return new ConfirmOutcome.Confirmed { Code = await Codes.Request(request), MaskedAddress = Masked };
    }

    /// <summary>How it stands where nobody can go on with it; null where one can.</summary>
    private async Task<ConfirmOutcome?> ClosedAsync()
    {
        await ResumeAsync();
        if (await FactsAsync() is not { } facts) return new ConfirmOutcome.Ended();
        return Invitation.IsOpen(State, facts, Now) ? null : new ConfirmOutcome.Ended { State = Invitation.Judge(State, facts, Now) };
    }

    /// <summary>Goes on with what an earlier call left undone.</summary>
    private async Task ResumeAsync()
    {
        if (Invitation.IsAccepting(State)) await FinishAsync();
        await TellAsync();
    }

    /// <summary>The patient's half of the acceptance, and what came of it. Safe to repeat at any point.</summary>
    private async Task<InvitationVerdict> FinishAsync()
    {
        var command = new AcceptInvitation { Operation = State.Operation!, Invitation = TokenHash, Address = State.Address };
        var outcome = await PatientGrain(State.Patient).AcceptInvitation(command);
        if (outcome == AcceptOutcome.Busy) return new InvitationVerdict.TryAgain();
        await ChangeAsync(Invitation.Finished(State, outcome));
        await WakeAsync();
        return outcome switch
        {
            AcceptOutcome.Accepted or AcceptOutcome.AcceptedElsewhere => Accepted(),
            AcceptOutcome.AddressTaken => new InvitationVerdict.AddressTaken(),
            _ => new InvitationVerdict.Ended(),
        };
    }

    private InvitationVerdict.Accepted Accepted() => new()
    {
        Patient = State.Patient,
        Credential = Subject,
        Elsewhere = State.Elsewhere,
    };

    private async Task ChangeAsync(StoredInvitation next)
    {
        if (ReferenceEquals(next, State)) return;
        await SaveAsync(next);
        await TellAsync();
        // For the lists alone: it is dead by its own state.
        if (State.Outcome == InvitationState.Revoked) await PatientGrain(State.Patient).DropInvitation(TokenHash);
    }

    private Task SaveAsync(StoredInvitation next)
    {
        var entries = Invitation.News(State, next).Select(n => AuditTrail.Entry(
            Organisation, Now, n.Action, n.Refused ? AuditOutcome.Refused : AuditOutcome.Done, next.Patient, n.Reason, operation: null,
            [("invitation", InvitationTable.IdOf(Organisation, TokenHash))]));
        return WriteAsync(state, (next with { Version = State.Version + 1 }).Noting(entries));
    }

    /// <summary>The row of the list and the audit log at the same time; both durable when it returns.</summary>
    private Task TellAsync() => TellAsync(state, told => database.WriteAsync(InvitationTable.Upsert(Organisation, TokenHash, told)));

    /// <summary>Sets the reminder to the deadline, or removes it where there is nothing left to wake for.</summary>
    private async Task WakeAsync()
    {
        if (State.Outcome != InvitationState.Pending) await UnregisterAsync();
        else await this.RegisterOrUpdateReminder(Reminder, State.Deadline > Now ? State.Deadline - Now : TimeSpan.Zero, ReminderPeriod);
    }

    private async Task UnregisterAsync()
    {
        if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    /// <summary>
    /// What decides how it stands; null where there is no such invitation. What guessed keys bring to life does not stay in memory.
    /// </summary>
    private async Task<InvitationFacts?> FactsAsync()
    {
        if (!Invitation.Exists(State))
        {
            DeactivateOnIdle();
            return null;
        }

        var (organisation, standing) = (OrganisationAsync(), PatientGrain(State.Patient).Standing());
        await Task.WhenAll(organisation, standing);
        return InvitationFacts.Of(TokenHash, await organisation, await standing);
    }

    private async Task<bool> IsPortalEnabledAsync() => await OrganisationAsync() is { Settings.PortalEnabled: true };

    // Without a browser's secret a code would be good in any browser.
    private static void RequireBrowser(ClientDevice device)
    {
        if (device.BrowserHash.Length == 0) throw new ArgumentException("A browser has a secret.", nameof(device));
    }

    private IOneTimeCodeGrain Codes => GrainFactory.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(Organisation, Subject));

    private IPatientGrain PatientGrain(string patient) => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient));
}
