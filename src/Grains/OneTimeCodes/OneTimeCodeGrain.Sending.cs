using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Messages.Wording;

namespace Portal.Grains.OneTimeCodes;

// What happens after the answer: who holds the credential, and the message. The challenge's name is the message's id, so a repetition after
// a crash sends nothing twice; the code itself is kept nowhere but in the message, and where a crash lost it before that was queued,
// another takes its place.
public sealed partial class OneTimeCodeGrain
{
    /// <summary>When sending is tried again after it failed. Ours.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _codes = [];
    private IGrainTimer? _retry;

    /// <inheritdoc />
    public async Task SendPending()
    {
        try
        {
            await SettleAsync();
            _codes.Clear();
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "A code could not be queued yet.");
            _retry?.Dispose();
            _retry = this.RegisterGrainTimer(SendPending, new GrainTimerCreationOptions(RetryAfter, Timeout.InfiniteTimeSpan));
        }
    }

    private void SendSoon() => _ = this.AsReference<IOneTimeCodeGrain>().SendPending();

    private async Task SettleAsync()
    {
        foreach (var challenge in OneTimeCode.Pending(state.State, Now))
        {
            var purpose = state.State.Slots.First(s => s.Challenge?.Id == challenge.Id).Purpose;
            await SettleAsync(purpose, challenge);
        }
    }

    private async Task SettleAsync(CodePurpose purpose, OneTimeCodeChallenge challenge)
    {
        if (_codes.TryGetValue(challenge.Id, out var code))
        {
            await QueueAsync(purpose, challenge, code);
            return;
        }

        // This activation did not make the challenge: a crash came in between, before the message was queued or after.
        if (await outbox.FindAsync(challenge.Id) is { } queued)
        {
            var (_, found) = await DestinationAsync(purpose, challenge);
            // Good only for the patient it was sent to, should another hold the credential by now.
            var same = MessageTemplates.IsCode(queued.Kind) && found is not null && found.Patient == queued.Patient;
            Address(challenge, same ? challenge.CodeHash : "", same ? found : null);
            return;
        }

        code = OneTimeCodeGenerator.NewCode();
        await WriteAsync(state, OneTimeCode.Recoded(state.State, challenge.Id, OneTimeCodeGenerator.Hash(hash, Key, challenge.Id, code)));
        _codes[challenge.Id] = code;
        await QueueAsync(purpose, state.State.Slots.First(s => s.Challenge?.Id == challenge.Id).Challenge!, code);
    }

    /// <summary>Queues the message and writes the audit log at the same time: both, whoever the credential belongs to, or nobody.</summary>
    private async Task QueueAsync(CodePurpose purpose, OneTimeCodeChallenge challenge, string code)
    {
        var (holder, destination) = await DestinationAsync(purpose, challenge);
        var organisation = await OrganisationAsync();
        var dispatch = CodeDispatch.Decide(purpose, holder is not null, destination, organisation);
        if (dispatch.Channel == MessageChannel.Sms && !await MayTextAsync()) dispatch = CodeDispatch.Unaffordable(purpose);
        var to = dispatch.Channel == MessageChannel.None ? null : destination;
        var message = new OutgoingMessage
        {
            Id = challenge.Id,
            Organisation = Organisation,
            Patient = to?.Patient,
            Channel = dispatch.Channel,
            To = to?.Address ?? "",
            Kind = dispatch.Kind,
            Details = new MessageDetails
            {
                Code = dispatch.SendsCode ? code : null,
                ValidMinutes = (int)(challenge.ExpiresAt - challenge.IssuedAt).TotalMinutes,
                Host = address.Root.Host,
            },
            Branding = OrganisationBranding.Of(organisation),
            NotAfter = challenge.ExpiresAt,
        };
        await Task.WhenAll(
            EnqueueAsync(message),
            AuditAsync("code.requested", patient: holder, reason: dispatch.Reason, operation: challenge.Id,
                details: ("purpose", CodeDispatch.Name(purpose))));
        Address(challenge, dispatch.SendsCode && to is not null ? challenge.CodeHash : "", dispatch.SendsCode ? to : null);
        _codes.Remove(challenge.Id);
    }

    private async Task EnqueueAsync(OutgoingMessage message)
    {
        var keep = OneTimeCodeTable.Keep(Organisation, Subject, Now);
        try
        {
            await outbox.EnqueueAsync(message, keep);
        }
        catch (ArgumentException error)
        {
            // An address that no mail server would take. Trying again would help as little as failing whoever types a code.
            logger.LogWarning(error, "A code could not be addressed.");
            await outbox.EnqueueAsync(message with { Channel = MessageChannel.None, To = "" }, keep);
        }
    }

    private Task<bool> MayTextAsync() => GrainFactory.GetGrain<ISmsBudgetGrain>(GrainKeys.ForSmsBudget(Organisation)).TrySpend();

    // In memory; the next write carries it into storage, and until then the outbox knows.
    private void Address(OneTimeCodeChallenge challenge, string codeHash, CodeDestination? destination) =>
        state.State = OneTimeCode.Addressed(state.State, challenge.Id, codeHash, destination?.Patient ?? "", destination?.Address ?? "");

    /// <summary>
    /// Who the code is for and where it goes: as the request said, or as whoever holds the credential has it. The same calls are made where
    /// nobody does.
    /// </summary>
    private async Task<(string? Holder, CodeDestination? Destination)> DestinationAsync(CodePurpose purpose, OneTimeCodeChallenge challenge)
    {
        if (purpose != CodePurpose.SignIn)
        {
            return (challenge.Patient, new CodeDestination
            {
                Patient = challenge.Patient,
                Address = challenge.Address,
                Sms = !challenge.Address.Contains('@'),
                Standing = StandingKind.Good,
                Subject = Subject,
            });
        }

        if (!GrainKeys.TrySubject(Subject, out var kind, out var valueHash)) return (null, null);
        var value = valueHash.ToString();
        var holder = await GrainFactory.GetGrain<ICredentialGrain>(GrainKeys.ForCredential(Organisation, kind, value)).Holder();
        var patient = holder ?? Nobody;
        var destination = await GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient))
            .CodeDestination(kind, value);
        return (holder, holder is null ? null : destination);
    }
}
