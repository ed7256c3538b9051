using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// The authenticator app of patients: as the second step of every way in, and its own setting up, renewal and end. As for staff, what a
// browser held before its second factor is worth nothing after it.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<SignInOutcome> CompleteSecondFactor(CompleteSecondFactor command)
    {
        if (!Tokens.IsHash(command.NewSession)) return new SignInOutcome.CodeEnded();
        if (!WentOnAs(command.NewSession))
        {
            if (state.State.Kind != PrincipalKind.Patient || !Session.AwaitsSecondStep(state.State, Now))
                return new SignInOutcome.CodeEnded();
            if (!state.State.AwaitsFactor) return NextStep();
            if (await SecondFactorRefusalAsync(command) is { } refusal) return refusal;
            if (state.State.Way == SignInWay.TemporaryPassword)
            {
                await WriteAsync(state, state.State with { AwaitsFactor = false, ProvedAt = Now, Version = state.State.Version + 1 });
                return NextStep();
            }
        }

        var begun = await Other(command.NewSession).Continue(Session.FactorDone(state.State, Now));
        if (begun is null) return new SignInOutcome.CodeEnded();
        await EndAsync(SessionEnd.Superseded, command.NewSession);
        return new SignInOutcome.SignedIn
        {
            Subject = begun.Subject,
            ExpiresAt = begun.CreatedAt + SessionLimits.PatientLifetime,
            Credential = begun.Credential,
        };
    }

    /// <inheritdoc />
    public async Task<bool> HasProvedLately() => await ProvedAsync() is null;

    /// <inheritdoc />
    public async Task<MfaSecret?> PrepareMfa(string operation) =>
        await ProvedAsync() is null ? await PatientGrain(state.State.Subject).PrepareMfa(operation) : null;

    /// <inheritdoc />
    public Task<MfaOutcome> SetUpMfa(ChangeMfa command) =>
        ChangeMfaAsync(command, needsProof: true, (patient, guess) => patient.SetUpMfa(guess));

    /// <inheritdoc />
    public Task<MfaOutcome> RenewRecoveryCodes(ChangeMfa command) =>
        ChangeMfaAsync(command, needsProof: false, (patient, guess) => patient.RenewRecoveryCodes(guess));

    /// <inheritdoc />
    public Task<MfaOutcome> SwitchMfaOff(ChangeMfa command) =>
        ChangeMfaAsync(command, needsProof: false, (patient, guess) => patient.SwitchMfaOff(guess));

    // Where a code of the app that is set up is the proof, no other is asked for.
    private async Task<MfaOutcome> ChangeMfaAsync(
        ChangeMfa command, bool needsProof, Func<IPatientGrain, MfaGuess, Task<MfaOutcome>> change)
    {
        switch (await ProvedAsync())
        {
            case MfaOutcome.ProofNeeded when !needsProof:
                break;
            case { } refusal:
                return refusal;
        }

        if (!await AddressMayVerifyAsync()) return new MfaOutcome.TooMany { Until = TooManyFromAddress().Until };
        var guess = new MfaGuess { Code = command.Code, Operation = command.Operation, KnownDevice = true };
        var outcome = await change(PatientGrain(state.State.Subject), guess);
        if (outcome is MfaOutcome.Done { EndedEpoch: { } ended })
        {
            var epoch = Session.EpochAfter(state.State, ended);
            if (epoch != state.State.Epoch) await WriteAsync(state, state.State with { Epoch = epoch });
        }
        else if (outcome is MfaOutcome.Wrong or MfaOutcome.TooMany)
        {
            var reason = outcome is MfaOutcome.Wrong ? "wrong-authenticator-code" : "too-many-guesses";
            await AuditAsync("mfa.refused", Abstractions.Audit.AuditOutcome.Refused, state.State.Subject, reason);
        }

        return outcome;
    }

    /// <summary>Why the owner of the session may not change how they prove who they are; null where they may.</summary>
    private async Task<MfaOutcome?> ProvedAsync()
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null || state.State.Kind != PrincipalKind.Patient) return new MfaOutcome.SessionEnded();
        return Session.HasProvedLately(state.State, Now) ? null : new MfaOutcome.ProofNeeded();
    }

    /// <summary>The answer where the second step fails; null where the code is right.</summary>
    private async Task<SignInOutcome?> SecondFactorRefusalAsync(CompleteSecondFactor command)
    {
        if (!await AddressMayVerifyAsync()) return TooManyFromAddress();
        var facts = await FactsAsync(PrincipalKind.Patient, state.State.Subject);
        if (!facts.PortalOpen) return new SignInOutcome.PortalDisabled();
        if (!facts.InGoodStanding || facts.Epoch != state.State.Epoch || facts.OrganisationEpoch != state.State.OrganisationEpoch)
            return new SignInOutcome.CodeEnded();
        var (refusal, reason) = await FactorRefusalAsync(command.Code, command.NewSession, command.Device.Known);
        if (refusal is null) return null;
        if (refusal is SignInOutcome.WrongCode wrong) refusal = await CountedAsync(wrong);
        return await RefusedAsync(state.State.Way, refusal, reason, state.State.Subject);
    }

    /// <summary>Why a code of the app proves nothing, for the person and for the audit log; null where it is right.</summary>
    private async Task<(SignInOutcome? Refusal, string Reason)> FactorRefusalAsync(string code, string operation, bool known)
    {
        var guess = new MfaGuess { Code = code, Operation = operation, KnownDevice = known };
        switch (await PatientGrain(state.State.Subject).CheckMfa(guess))
        {
            case MfaAnswer.Right:
                return (null, "");
            case MfaAnswer.TooMany many:
                return (new SignInOutcome.TooMany { Until = many.Until }, "too-many-guesses");
            case MfaAnswer.Wrong wrong:
                await GuessAlarm.WrongGuess();
                return (new SignInOutcome.WrongCode { TriesLeft = wrong.TriesLeft }, "wrong-authenticator-code");
            default:
                return (new SignInOutcome.CodeEnded(), "no-authenticator");
        }
    }

    // After so many the first step has to be taken again.
    private async Task<SignInOutcome.WrongCode> CountedAsync(SignInOutcome.WrongCode wrong)
    {
        var count = state.State.WrongFactors + 1;
        await WriteAsync(state, state.State with { WrongFactors = count, Version = state.State.Version + 1 });
        var left = Math.Min(wrong.TriesLeft, MfaLimits.TriesAtSignIn - count);
        if (count >= MfaLimits.TriesAtSignIn) await EndAsync(SessionEnd.Revoked);
        return wrong with { TriesLeft = Math.Max(0, left) };
    }

    private SignInOutcome NextStep() => state.State.AwaitsFactor
        ? new SignInOutcome.SecondFactorNeeded { Until = Session.ExpiresAt(state.State), Credential = state.State.Credential }
        : new SignInOutcome.NewPasswordNeeded { Until = Session.ExpiresAt(state.State) };
}
