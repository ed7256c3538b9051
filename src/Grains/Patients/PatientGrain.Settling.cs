using Microsoft.Extensions.Logging;
using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;

namespace Portal.Grains.Patients;

// What a command leaves to be done, by whoever comes next: the claims of a change under way, the audit log, the directory.
public sealed partial class PatientGrain
{
    // The reminder first: whatever is stored as under way has somebody who finishes it.
    private async Task BeginAsync(PatientState next)
    {
        if (next.Pending is not null) _reminder = await this.RegisterOrUpdateReminder(SagaReminder, SagaPeriod, SagaPeriod);
        await SaveAndSettleAsync(next);
    }

    /// <summary>Does what is left to be done, as far as it can be. False where something is left.</summary>
    private async Task<bool> TrySettleAsync()
    {
        if (State.Pending is null && State.Untold.Count == 0) return true;
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
        var left = State.Pending is not null || State.Untold.Count > 0;
        await ShowAsync();
        if (!left) return;
        var changed = State.Pending is not null;
        await SaveAsync(PatientCredentials.End(State), shown: false);
        if (changed) await TryUnregisterAsync();
    }

    // That they are logged is stored with the next write; an entry that is appended again is in the log once.
    private async Task ShowAsync()
    {
        if (State.Untold.Count == 0)
        {
            await Directory.WriteAsync(State, _state.RecordExists);
            return;
        }

        // Notices are always owed for something that is in the audit log too.
        await TellAsync(_state, state => Task.WhenAll(
            Directory.WriteAsync(state, _state.RecordExists), NotifyAsync(state), ShowRequestAsync(state)));
        if (State.Notices.Count > 0) _state.State = State with { Notices = [] };
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
}
