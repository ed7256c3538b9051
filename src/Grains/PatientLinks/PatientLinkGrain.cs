using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.PatientLinks;

/// <inheritdoc cref="IPatientLinkGrain" />
/// <remarks>
/// What a crash keeps from the list and the audit log is in the state, and told by the next command. Nothing wakes a link: its deadline is
/// judged.
/// </remarks>
public sealed class PatientLinkGrain(
    [PersistentState("link")] IPersistentState<PatientLinkState> state, Database database, Outbox outbox, PortalAddress address,
    TimeProvider time) : PortalGrain(time), IPatientLinkGrain
{
    private PatientLinkState State => state.State;

    private string TokenHash => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public async Task<CreateLinkOutcome> Create(CreateLink command)
    {
        if (!Enum.IsDefined(command.Purpose) || !Enum.IsDefined(command.Delivery))
            throw new ArgumentException("There is no such purpose or delivery.", nameof(command));
        if (!Tokens.LooksValid(command.Token) || Tokens.Hash(command.Token) != TokenHash || !Ids.IsValid(command.Patient))
            return CreateLinkOutcome.Unknown;
        if (PatientLink.Exists(State))
        {
            if (State.Patient != command.Patient) return CreateLinkOutcome.Unknown;
        }
        else
        {
            var patient = PatientGrain(command.Patient);
            var (view, standing, codes) = (patient.Get(), patient.Standing(), patient.PreferredDestination());
            var organisation = OrganisationAsync();
            await Task.WhenAll(view, standing, codes, organisation);
            var (outcome, to) = PatientLink.MayCreate(command, await view, await standing, await codes, await organisation);
            if (outcome != CreateLinkOutcome.Created) return outcome;
            await SaveAsync(PatientLink.Create(command, to, CallerContext.Current?.Subject ?? "", await standing, Now));
        }

        await SendAsync(command.Token);
        return CreateLinkOutcome.Created;
    }

    /// <inheritdoc />
    public async Task<LinkPage> Get()
    {
        if (await FactsAsync() is not { } facts)
            return new LinkPage { PortalEnabled = await OrganisationAsync() is { Settings.PortalEnabled: true } };
        return new LinkPage
        {
            State = PatientLink.Judge(State, facts, Now),
            Purpose = State.Purpose,
            Deadline = State.Deadline,
            PortalEnabled = facts.PortalEnabled,
        };
    }

    /// <inheritdoc />
    public async Task<OpenLinkOutcome> Open(ClientDevice device)
    {
        await TellAsync();
        if (await FactsAsync() is not { } facts) return new OpenLinkOutcome.Ended();
        if (!PatientLink.IsOpen(State, facts, Now)) return new OpenLinkOutcome.Ended { State = PatientLink.Judge(State, facts, Now) };
        // Without a browser's secret a code would be good in any browser.
        if (device.BrowserHash.Length == 0) throw new ArgumentException("A browser has a secret.", nameof(device));
        if (await PatientGrain(State.Patient).PreferredDestination() is not { } to)
            return new OpenLinkOutcome.Ended { State = LinkState.Active };
        await ChangeAsync(PatientLink.Opened(State, device.BrowserHash, to.Subject, Now));
        var request = new CodeRequest { Purpose = CodePurpose.Link, Context = TokenHash, Destination = to, Device = device };
        return new OpenLinkOutcome.Opened { Code = await Codes(to.Subject).Request(request), MaskedAddress = Masked(to) };
    }

    /// <inheritdoc />
    public async Task<LinkVerdict> Use(CodeGuess guess)
    {
        if (guess.Operation.Length == 0) throw new ArgumentException("An operation has a name.", nameof(guess));
        await TellAsync();
        if (await FactsAsync() is not { } facts) return new LinkVerdict.Ended();
        var codes = await PatientGrain(State.Patient).PreferredDestination();
        if (PatientLink.Refusal(State, facts, codes, guess.Operation, guess.Device.BrowserHash, Now) is { } refusal) return refusal;
        var subject = codes!.Subject;
        var verdict = await Codes(subject).Verify(guess with { Purpose = CodePurpose.Link, Context = TokenHash });
        if (verdict is not CodeVerdict.Right right) return new LinkVerdict.Code { Verdict = verdict };
        if (right.Patient != State.Patient) return new LinkVerdict.Code { Verdict = new CodeVerdict.Ended() };
        await ChangeAsync(PatientLink.Used(State, guess.Operation, Now));
        return State.Operations.Contains(guess.Operation)
            ? new LinkVerdict.Used { Patient = State.Patient, Credential = subject }
            : new LinkVerdict.Ended();
    }

    /// <inheritdoc />
    public async Task Revoke()
    {
        await TellAsync();
        await ChangeAsync(PatientLink.Revoked(State, Now));
        if (!PatientLink.Exists(State)) DeactivateOnIdle();
    }

    /// <summary>Queues the message, where there is one and the link still works. Doing it again sends nothing more.</summary>
    private async Task SendAsync(string token)
    {
        if (State.Delivery != LinkDelivery.ByHand && await FactsAsync() is { } facts && PatientLink.IsOpen(State, facts, Now))
            await Task.WhenAll(outbox.EnqueueAsync(Message(token, await OrganisationAsync(), facts.Standing.GivenName)), TellAsync());
        else await TellAsync();
    }

    private OutgoingMessage Message(string token, OrganisationView? organisation, string givenName) => new()
    {
        Id = Ids.Derive("m", $"link/{Key}"),
        Organisation = Organisation,
        Patient = State.Patient,
        Channel = State.Delivery == LinkDelivery.Email ? MessageChannel.Email : MessageChannel.Sms,
        To = State.SentTo,
        Kind = PatientLink.MessageOf(State.Purpose),
        Details = new MessageDetails
        {
            RecipientName = givenName,
            Link = address.Of(Organisation, $"link/{token}"),
            Deadline = State.Deadline,
        },
        Branding = OrganisationBranding.Of(organisation),
        NotAfter = State.Deadline,
    };

    private async Task ChangeAsync(PatientLinkState next)
    {
        if (ReferenceEquals(next, State)) return;
        await SaveAsync(next);
        await TellAsync();
    }

    private Task SaveAsync(PatientLinkState next)
    {
        var entries = PatientLink.News(State, next).Select(action => AuditTrail.Entry(
            Organisation, Now, action, AuditOutcome.Done, next.Patient, reason: null, operation: null,
            [("link", PatientLinkTable.IdOf(Organisation, TokenHash)), ("purpose", PatientLink.Name(next.Purpose))]));
        return WriteAsync(state, (next with { Version = State.Version + 1 }).Noting(entries));
    }

    /// <summary>The row of the list and the audit log at the same time; both durable when it returns.</summary>
    private Task TellAsync() => TellAsync(state, told => database.WriteAsync(PatientLinkTable.Upsert(Organisation, TokenHash, told)));

    /// <summary>
    /// What decides how it stands; null where there is no such link. What guessed keys bring to life does not stay in memory.
    /// </summary>
    private async Task<LinkFacts?> FactsAsync()
    {
        if (!PatientLink.Exists(State))
        {
            DeactivateOnIdle();
            return null;
        }

        var patient = PatientGrain(State.Patient);
        var (organisation, standing, view) = (OrganisationAsync(), patient.Standing(), patient.Get());
        await Task.WhenAll(organisation, standing, view);
        return LinkFacts.Of(await organisation, await standing, await view);
    }

    private static string Masked(CodeDestination to) =>
        Credential.Mask(new CredentialValue { Kind = to.Sms ? CredentialKind.Mobile : CredentialKind.Email, Value = to.Address });

    private IOneTimeCodeGrain Codes(string subject) =>
        GrainFactory.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(Organisation, subject));

    private IPatientGrain PatientGrain(string patient) => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient));
}
