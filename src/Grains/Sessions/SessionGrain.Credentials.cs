using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// A patient changes what they sign in with: a fresh factor first, then a code to the new address. The change itself is the patient's saga.
// The codes count against who asks, never against whoever signs in with the address that was typed: nobody is locked out by a stranger, and
// no number of typed addresses is sent more than one patient's budget.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<OwnCredentialOutcome> RequestNewCredential(OwnCredential command)
    {
        if (await OwnCredentialRefusalAsync() is { } refusal) return refusal;
        if (await ReadAsync(command) is not { } value) return new OwnCredentialOutcome.Malformed();
        var subject = GrainKeys.ChangeSubject(state.State.Subject);
        var outcome = await Codes(subject).Request(new CodeRequest
        {
            Purpose = CodePurpose.CredentialChange,
            Context = ChangeContext(value),
            Destination = new CodeDestination
            {
                Patient = state.State.Subject,
                Sms = value.Kind == CredentialKind.Mobile,
                Address = value.Value,
                Standing = StandingKind.Good,
                Subject = subject,
            },
            Device = command.Device,
        });
        return outcome is CodeRequestOutcome.TooMany many
            ? new OwnCredentialOutcome.Refused { Why = new SignInOutcome.TooMany { Until = many.Until } }
            : new OwnCredentialOutcome.Sent();
    }

    /// <inheritdoc />
    public async Task<OwnCredentialOutcome> ChangeCredential(OwnCredential command)
    {
        if (await OwnCredentialRefusalAsync() is { } refusal) return refusal;
        if (await ReadAsync(command) is not { } value) return new OwnCredentialOutcome.Malformed();
        if (!await AddressMayVerifyAsync()) return new OwnCredentialOutcome.Refused { Why = TooManyFromAddress() };
        var verdict = await Codes(GrainKeys.ChangeSubject(state.State.Subject)).Verify(
            Guess(CodePurpose.CredentialChange, ChangeContext(value), command.Code, command.Device, command.Operation));
        if (verdict is not CodeVerdict.Right right || right.Patient != state.State.Subject)
        {
            var (outcome, reason, _) = Refusal(verdict);
            await AuditAsync("credential.change-refused", AuditOutcome.Refused, state.State.Subject, reason);
            return new OwnCredentialOutcome.Refused { Why = outcome };
        }

        var changed = await PatientGrain(state.State.Subject).ChangeOwnCredential(value.Kind, value.Value, command.Operation);
        if (changed is null) return new OwnCredentialOutcome.Refused { Why = new SignInOutcome.TryAgain() };
        if (changed.Taken) return new OwnCredentialOutcome.Taken();
        if (changed.EndedEpoch is { } ended)
        {
            var epoch = Session.EpochAfter(state.State, ended);
            if (epoch != state.State.Epoch) await WriteAsync(state, state.State with { Epoch = epoch });
        }

        return new OwnCredentialOutcome.Changed();
    }

    // A code that went to one address is worth nothing for another, nor in another session.
    private string ChangeContext(CredentialValue value) =>
        string.Concat(TokenHash, ".", CredentialHash.Subject(hash, Organisation, value.Kind, value.Value));

    private async Task<CredentialValue?> ReadAsync(OwnCredential command)
    {
        var organisation = await OrganisationGrain.Get();
        var settings = organisation?.Settings;
        var sent = command.Kind switch
        {
            CredentialKind.Email => settings is { EmailCode: true } or { MobileCode: false },
            CredentialKind.Mobile => settings is { MobileCode: true },
            _ => false,
        };
        return sent ? Credential.Parse(command.Kind, command.Value, organisation?.Country).Value : null;
    }

    private async Task<OwnCredentialOutcome?> OwnCredentialRefusalAsync() => await ProvedAsync() switch
    {
        null => null,
        MfaOutcome.ProofNeeded => new OwnCredentialOutcome.ProofNeeded(),
        _ => new OwnCredentialOutcome.Ended(),
    };
}
