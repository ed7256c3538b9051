using System.Text;
using Microsoft.Extensions.Logging;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;

namespace Portal.Grains.Patients;

// The authenticator app. Who asks has been judged by the session; what comes of it is one write of this state, the end of the sessions
// and what is to be told included.
public sealed partial class PatientGrain
{
    private string MfaPurpose => $"patient-totp:{Key}";

    /// <inheritdoc />
    public Task<MfaView> Mfa() => Task.FromResult(PatientMfa.View(State));

    /// <inheritdoc />
    public async Task<MfaSecret?> PrepareMfa(string operation)
    {
        RequireOperation(operation);
        if (!State.Registered || PatientMfa.IsOn(State)) return null;
        var secret = PatientMfa.Secret(_hashes, Key, operation);
        var organisation = await OrganisationAsync();
        var account = $"{State.GivenName} {State.FamilyName}";
        return new MfaSecret { Secret = secret, Address = Totp.Uri(secret, organisation?.Settings.PortalName ?? Organisation, account) };
    }

    /// <inheritdoc />
    public async Task<MfaOutcome> SetUpMfa(MfaGuess command)
    {
        RequireOperation(command.Operation);
        await TrySettleAsync();
        var operation = command.Operation;
        var codes = PatientMfa.RecoveryCodes(_hashes, Key, operation);
        if (!PatientMfa.IsOf(State, operation))
        {
            // Nor while a merge has judged that there is none.
            if (!State.Registered || State.Merge is not null || PatientMfa.IsOn(State)) return new MfaOutcome.Overtaken();
            var secret = PatientMfa.Secret(_hashes, Key, operation);
            var typed = Abstractions.OneTimeCodes.TypedCode.TryRead(command.Code, out var code) ? code : "";
            // Nobody's secret yet: a wrong code gives nothing away and is not counted.
            if (Totp.Check(secret, typed, State.Mfa.Step, Now) is not TotpResult.Accepted accepted) return new MfaOutcome.Wrong();
            var sealedSecret = _cipher.Encrypt(Encoding.ASCII.GetBytes(secret), MfaPurpose);
            await ChangeAsync(PatientMfa.SwitchOn(
                State, operation, sealedSecret, accepted.Step, RecoveryHashes(codes), Entry("mfa.switched-on", operation)));
        }

        return new MfaOutcome.Done { RecoveryCodes = PatientMfa.ShownCodes(State, operation, codes), EndedEpoch = State.Mfa.EndedEpoch };
    }

    /// <inheritdoc />
    public async Task<MfaAnswer> CheckMfa(MfaGuess guess)
    {
        RequireOperation(guess.Operation);
        await TrySettleAsync();
        var letters = PatientMfa.ReadRecoveryCode(guess.Code);
        var hash = letters.Length == 0 ? "" : PatientMfa.RecoveryHash(_hashes, Key, letters);
        var decision = PatientMfa.Check(State, guess, OpenSecret(), hash, Now);
        if (!decision.Changed(State)) return decision.Result;
        if (decision.Result is MfaAnswer.Right { Recovery: true })
        {
            var entry = Entry("mfa.recovery-code-used", guess.Operation, details: ("left", $"{decision.State.Mfa.Recovery.Count}"));
            await ChangeAsync(PatientMfa.RecoveryUsed(decision.State, guess.Operation, entry));
        }
        else
        {
            await SaveAsync(decision.State, shown: false);
        }

        return decision.Result;
    }

    /// <inheritdoc />
    public async Task<MfaOutcome> RenewRecoveryCodes(MfaGuess command)
    {
        var operation = command.Operation;
        var codes = PatientMfa.RecoveryCodes(_hashes, Key, operation);
        if (!PatientMfa.IsOf(State, operation))
        {
            if (await MfaRefusalAsync(command) is { } refusal) return refusal;
            await ChangeAsync(PatientMfa.Renew(State, operation, RecoveryHashes(codes), Entry("mfa.recovery-codes-renewed", operation)));
        }

        return new MfaOutcome.Done { RecoveryCodes = PatientMfa.ShownCodes(State, operation, codes) };
    }

    /// <inheritdoc />
    public async Task<MfaOutcome> SwitchMfaOff(MfaGuess command)
    {
        if (!PatientMfa.IsOf(State, command.Operation))
        {
            if (await MfaRefusalAsync(command) is { } refusal) return refusal;
            await ChangeAsync(PatientMfa.SwitchOff(State, command.Operation, Entry("mfa.switched-off", command.Operation)));
        }

        return new MfaOutcome.Done { EndedEpoch = State.Mfa.EndedEpoch };
    }

    /// <inheritdoc />
    public async Task<ResetMfaOutcome> ResetMfa(string operation, bool confirmedWithPatient)
    {
        RequireOperation(operation);
        await TrySettleAsync();
        if (!PatientMfa.IsOn(State)) return ResetMfaOutcome.Done;
        if (!confirmedWithPatient) return ResetMfaOutcome.NotConfirmed;
        if (CredentialRequests.AreNeeded(State, await OrganisationAsync()))
        {
            var staff = CallerContext.Current?.Subject ?? "";
            await AskAsync(Ids.Derive("op", $"{Key}/{operation}/mfa"), value: null, staff);
            return ResetMfaOutcome.AwaitsApproval;
        }

        await ChangeAsync(PatientMfa.SwitchOff(State, operation, Entry("mfa.reset", operation)));
        return ResetMfaOutcome.Done;
    }

    private async Task<MfaOutcome?> MfaRefusalAsync(MfaGuess command) => await CheckMfa(command) switch
    {
        MfaAnswer.Right => null,
        MfaAnswer.TooMany many => new MfaOutcome.TooMany { Until = many.Until },
        MfaAnswer.NotOn => new MfaOutcome.Overtaken(),
        _ => new MfaOutcome.Wrong(),
    };

    private string? OpenSecret() => PatientMfa.IsOn(State) && _cipher.Decrypt(State.Mfa.Secret, MfaPurpose) is { } secret
        ? Encoding.ASCII.GetString(secret)
        : null;

    private string[] RecoveryHashes(IEnumerable<string> codes) => [.. codes.Select(c => PatientMfa.RecoveryHash(_hashes, Key, c))];

    /// <summary>Queues what the patient is still to be told; each message once, however often this is done.</summary>
    private async Task NotifyAsync(PatientState about)
    {
        if (about.Notices.Count == 0 || PatientRecovery.Facts(about) is not { } facts) return;
        var byEmail = facts.Email.Length > 0;
        var branding = OrganisationBranding.Of(await OrganisationAsync());
        foreach (var notice in about.Notices)
        {
            var (to, sms) = notice.To.Length > 0 ? (notice.To, notice.Sms) : (byEmail ? facts.Email : facts.Mobile, !byEmail);
            if (to.Length == 0) continue;
            var message = new OutgoingMessage
            {
                Id = Ids.Derive("m", $"notice/{Key}/{notice.Id}"),
                Organisation = Organisation,
                Patient = Id,
                Channel = sms ? MessageChannel.Sms : MessageChannel.Email,
                To = to,
                Kind = notice.Kind,
                Details = new MessageDetails { RecipientName = facts.GivenName, Credential = notice.Credential },
                Branding = branding,
            };
            try
            {
                await _outbox.EnqueueAsync(message);
            }
            catch (ArgumentException error)
            {
                _log.LogWarning(error, "A notice cannot be sent.");
            }
        }
    }
}
