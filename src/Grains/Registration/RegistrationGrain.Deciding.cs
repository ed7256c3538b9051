using System.Globalization;
using Orleans;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Registration;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;

namespace Portal.Grains.Registration;

// What becomes of a registration: by itself once the address is proved, or as staff decide.
public sealed partial class RegistrationGrain
{
    /// <inheritdoc />
    public async Task<RegistrationView?> View()
    {
        await ResumeAsync();
        if (State.Stage is RegistrationStage.None or RegistrationStage.Ended) return null;
        return new RegistrationView
        {
            Stage = OnlineRegistration.Judge(State, await FactsAsync(), Now),
            Details = State.Details,
            CreatedAt = State.CreatedAt,
            ProvedAt = State.ProvedAt,
            Patient = State.Patient,
            DecidedAt = State.DecidedAt,
            DecidedBy = State.DecidedBy,
            Note = State.Note,
            Deadline = State.Deadline,
        };
    }

    /// <inheritdoc />
    public async Task<DecisionOutcome> Attach(string patient)
    {
        await ResumeAsync();
        if (State.Stage == RegistrationStage.Attached && State.Patient == patient) return DecisionOutcome.Done;
        if (await ClosedAsync() is { } closed) return closed;
        await BeginAsync(OnlineRegistration.Begin(State, RegistrationWork.Attach, patient, Staff));
        if (State.Stage == RegistrationStage.Attached) return DecisionOutcome.Done;
        return State.Work == RegistrationWork.None ? _refusal : DecisionOutcome.Busy;
    }

    /// <inheritdoc />
    public async Task<DecisionOutcome> Admit()
    {
        await ResumeAsync();
        if (State is { Stage: RegistrationStage.Confirmed, DecidedBy.Length: > 0 }) return Admitted();
        if (await ClosedAsync() is { } closed) return closed;
        await BeginAsync(OnlineRegistration.Begin(State, RegistrationWork.Admit, Ids.New("p"), Staff));
        if (State.Stage == RegistrationStage.Confirmed) return Admitted();
        return State.Work == RegistrationWork.None ? DecisionOutcome.Overtaken : DecisionOutcome.Busy;
    }

    /// <inheritdoc />
    public async Task<DecisionOutcome> Refuse(string note)
    {
        await ResumeAsync();
        if (State.Stage == RegistrationStage.Refused) return DecisionOutcome.Done;
        if (await ClosedAsync() is { } closed) return closed;
        await ChangeAsync(OnlineRegistration.Refused(State, note, Staff, Now));
        await WakeAsync();
        return DecisionOutcome.Done;
    }

    // Why an invitation could not be made, for the call that asked for it.
    private DecisionOutcome _refusal = DecisionOutcome.Overtaken;

    private static string Staff => CallerContext.Current?.Subject ?? "";

    private DecisionOutcome Admitted() => State.WithoutAccess ? DecisionOutcome.WithoutAccess : DecisionOutcome.Done;

    /// <summary>Why nothing can be decided now; null where it can.</summary>
    private async Task<DecisionOutcome?> ClosedAsync()
    {
        if (State.Work != RegistrationWork.None) return DecisionOutcome.Busy;
        return OnlineRegistration.Judge(State, await FactsAsync(), Now) is RegistrationStage.Waiting or RegistrationStage.Held
            ? null
            : DecisionOutcome.Overtaken;
    }

    // The reminder first: what is put down is finished, whoever crashes.
    private async Task BeginAsync(RegistrationState next)
    {
        if (next.Work != RegistrationWork.None) await this.RegisterOrUpdateReminder(Reminder, SagaPeriod, SagaPeriod);
        await SaveAsync(next);
        await ResumeAsync();
        if (State.Work == RegistrationWork.None) await WakeAsync();
    }

    /// <summary>Goes on with what an earlier call left undone. Safe to repeat at any point.</summary>
    private async Task ResumeAsync()
    {
        switch (State.Work)
        {
            case RegistrationWork.Confirm:
                await ChangeAsync(OnlineRegistration.Answered(State, await Gate().Admit(Person()), Now));
                break;
            case RegistrationWork.Admit:
                var made = await Patient(State.Patient).RegisterOnline(Command(evenWithout: true));
                await ChangeAsync(OnlineRegistration.Admitted(State, made, Now));
                break;
            case RegistrationWork.Attach:
                await InviteAsync();
                break;
        }

        await TellAsync();
    }

    private async Task InviteAsync()
    {
        // The same every time, so that whoever goes on after a crash sends no second one.
        var token = hashes.Base64(KeyedHash.Cookie, "registration-invitation", Key, State.Patient);
        var invitation = GrainFactory.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(Organisation, Tokens.Hash(token)));
        var outcome = await invitation.Create(new CreateInvitation { Patient = State.Patient, Token = token });
        _refusal = outcome switch
        {
            InviteOutcome.NoAddress or InviteOutcome.MissingDetails or InviteOutcome.Malformed or InviteOutcome.NeedsApproval =>
                DecisionOutcome.CannotInvite,
            InviteOutcome.Blocked => DecisionOutcome.Blocked,
            _ => DecisionOutcome.Overtaken,
        };
        await ChangeAsync(outcome == InviteOutcome.Invited
            ? OnlineRegistration.Attached(State, Now)
            : OnlineRegistration.GivenUp(State));
    }

    private AdmitPerson Person() => new() { Patient = State.Patient, Command = Command(evenWithout: false) };

    private RegisterOnline Command(bool evenWithout) => new()
    {
        Operation = $"registration-{TokenHash}",
        Details = State.Details,
        EmailProved = State.ProvedAt is not null,
        EvenWithoutEmail = evenWithout,
    };

    /// <summary>What the person is told of a decision of staff; told twice it is one message.</summary>
    private async Task TellPersonAsync(RegistrationState told)
    {
        // An address that nobody has proved is written to no more.
        if (told.ProvedAt is null || told.DecidedBy.Length == 0) return;
        MessageKind? kind = told switch
        {
            { Stage: RegistrationStage.Refused } => MessageKind.RegistrationRefused,
            { Stage: RegistrationStage.Confirmed, WithoutAccess: false } => MessageKind.RegistrationAccepted,
            _ => null,
        };
        if (kind is null) return;
        await outbox.EnqueueAsync(new OutgoingMessage
        {
            Id = Ids.Derive("m", $"registration/{Key}/{told.Stage}"),
            Organisation = Organisation,
            Patient = told.Patient.Length > 0 ? told.Patient : null,
            Channel = MessageChannel.Email,
            To = told.Details.Contact.Email,
            Kind = kind.Value,
            Details = new MessageDetails
            {
                RecipientName = told.Details.GivenName,
                Link = kind == MessageKind.RegistrationAccepted ? address.Of(Organisation, "sign-in") : null,
                Note = told.Note,
            },
            Branding = OrganisationBranding.Of(await OrganisationAsync()),
        });
    }

    private OutgoingMessage LinkMessage(string token, OrganisationView? organisation) => new()
    {
        Id = Ids.Derive("m", $"registration/{Key}"),
        Organisation = Organisation,
        Channel = MessageChannel.Email,
        To = State.Details.Contact.Email,
        Kind = MessageKind.RegistrationLink,
        // No name: whoever typed it is not proved to be who they say, and the address may be anybody's.
        Details = new MessageDetails { Link = address.Of(Organisation, $"register/{token}"), Deadline = State.Deadline },
        Branding = OrganisationBranding.Of(organisation),
        NotAfter = State.Deadline,
    };

    private IRegistrationGateGrain Gate()
    {
        var day = State.Details.BirthDate.ToString("O", CultureInfo.InvariantCulture);
        var key = GrainKeys.ForRegistrationGate(Organisation, hashes.Hex(KeyedHash.Cookie, "registration-gate", Organisation, day));
        return GrainFactory.GetGrain<IRegistrationGateGrain>(key);
    }

    private IPatientGrain Patient(string patient) => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient));
}
