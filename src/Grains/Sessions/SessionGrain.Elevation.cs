using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// Clinical elevation: a fresh code, for this session only, after which it goes on under a new key.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public Task<ElevationRequestOutcome> RequestElevation(ClientDevice device) => RequestCodeAsync(device, elevates: true);

    /// <inheritdoc />
    public Task<ElevationRequestOutcome> RequestProof(ClientDevice device) => RequestCodeAsync(device, elevates: false);

    /// <inheritdoc />
    public Task<ElevateOutcome> Elevate(Elevate command) => ProveAsync(command, elevates: true);

    /// <inheritdoc />
    public Task<ElevateOutcome> Prove(Elevate command) => ProveAsync(command, elevates: false);

    private async Task<ElevationRequestOutcome> RequestCodeAsync(ClientDevice device, bool elevates)
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null) return new ElevationRequestOutcome.SessionEnded { Reason = end ?? SessionEnd.Unknown };
        if (elevates && !facts.RecordsShown) return new ElevationRequestOutcome.Unavailable();
        if (facts.SecondFactor) return new ElevationRequestOutcome.Authenticator();
        if (elevates && facts.ElevationNeedsFactor) return new ElevationRequestOutcome.AuthenticatorNeeded();
        if (await ProofDestinationAsync() is not { } destination) return new ElevationRequestOutcome.Unavailable();
        var masked = Credential.Mask(new CredentialValue
        {
            Kind = destination.Sms ? CredentialKind.Mobile : CredentialKind.Email,
            Value = destination.Address,
        });
        var outcome = await Codes(destination.Subject).Request(
            new CodeRequest { Purpose = CodePurpose.Elevation, Context = TokenHash, Destination = destination, Device = device });
        return outcome is CodeRequestOutcome.TooMany many
            ? new ElevationRequestOutcome.TooMany { Until = many.Until, MaskedDestination = masked }
            : new ElevationRequestOutcome.Sent { MaskedDestination = masked };
    }

    private async Task<ElevateOutcome> ProveAsync(Elevate command, bool elevates)
    {
        if (WentOnAs(command.NewSession)) return await GoneOnAsync(command.NewSession);
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null) return new ElevateOutcome.SessionEnded { Reason = end ?? SessionEnd.Unknown };
        if (!await AddressMayVerifyAsync()) return new ElevateOutcome.Refused { Why = TooManyFromAddress() };
        if (elevates && !facts.RecordsShown) return new ElevateOutcome.Refused { Why = new SignInOutcome.CodeEnded() };
        var (refused, reason) = facts.SecondFactor
            ? await FactorRefusalAsync(command.Code, command.NewSession, known: true)
            : await CodeRefusalAsync(command, elevates && facts.ElevationNeedsFactor);
        if (refused is not null)
        {
            await AuditAsync(elevates ? "elevation.refused" : "session.proof-refused", AuditOutcome.Refused, state.State.Subject, reason,
                operation: null, ("session", state.State.SessionId));
            return new ElevateOutcome.Refused { Why = refused };
        }

        var next = elevates ? Session.Elevated(state.State, facts, Now) : Session.Proved(state.State, Now);
        var granted = await Other(command.NewSession).Continue(next);
        if (granted is null) return new ElevateOutcome.Refused { Why = new SignInOutcome.CodeEnded() };
        await EndAsync(SessionEnd.Superseded, command.NewSession);
        return Elevated(granted);
    }

    /// <inheritdoc />
    public async Task<bool> MayReadRecords(string patient)
    {
        var (facts, end) = await JudgeAsync();
        return facts is not null && end is null && Session.ElevatedUntil(state.State, facts, Now) is not null
            && Session.Reads(state.State, facts, patient);
    }

    /// <inheritdoc />
    public Task RevokeElevation() => Successor is { } successor ? Other(successor).RevokeElevation() : LowerAsync(ElevationEnd.Revoked);

    /// <inheritdoc />
    public async Task<ContinuedSession?> Continue(ContinuedSession session)
    {
        if (state.State.Phase == SessionPhase.None)
        {
            var begun = Session.Begin(session, Now);
            await WriteAsync(state, begun);
            _lastSeen = begun.LastSeen;
        }

        if (!Session.IsContinuationOf(state.State, session)) return null;
        await TellUntoldAsync();
        var live = state.State;
        return session with { CreatedAt = live.CreatedAt, ElevatedAt = live.ElevatedAt, ElevatedUntil = live.ElevatedUntil };
    }

    private async Task LowerAsync(ElevationEnd how)
    {
        var next = Session.Lower(state.State, how);
        if (next == state.State)
        {
            await TellUntoldAsync();
            return;
        }

        var news = state.State.Untold ? SessionNews.All(next) : SessionNews.Lowered(next);
        await WriteAsync(state, next);
        _watchers.TellElevationEnded();
        await TellAsync(news);
    }

    /// <summary>Why a sent code proves nothing, for the person and for the audit log; null where it does.</summary>
    private async Task<(SignInOutcome? Refusal, string Reason)> CodeRefusalAsync(Elevate command, bool notEnough)
    {
        if (notEnough) return (new SignInOutcome.CodeEnded(), "authenticator-needed");
        if (await ProofDestinationAsync() is not { } destination) return (new SignInOutcome.CodeEnded(), "nowhere-to-send");
        var verdict = await Codes(destination.Subject).Verify(
            Guess(CodePurpose.Elevation, TokenHash, command.Code, command.Device, command.NewSession));
        if (verdict is CodeVerdict.Right right && right.Patient == state.State.Subject) return (null, "");
        var (outcome, reason, _) = Refusal(verdict);
        return (outcome, reason);
    }

    private Task<CodeDestination?> ProofDestinationAsync() => state.State.Kind == PrincipalKind.Patient
        ? PatientGrain(state.State.Subject).PreferredDestination()
        : Task.FromResult<CodeDestination?>(null);

    private bool WentOnAs(string tokenHash) =>
        state.State is { Phase: SessionPhase.Ended, End: SessionEnd.Superseded } && state.State.Successor == tokenHash;

    // The same form sent again after the answer was lost: the session that went on says what was granted.
    private async Task<ElevateOutcome> GoneOnAsync(string newSession) =>
        await Other(newSession).Continue(Session.Continued(state.State)) is { } granted
            ? Elevated(granted)
            : new ElevateOutcome.SessionEnded { Reason = SessionEnd.Superseded };

    private ElevateOutcome.Elevated Elevated(ContinuedSession granted) => new()
    {
        Until = granted.ElevatedUntil ?? Now,
        SessionExpiresAt = Session.ExpiresAt(state.State),
    };
}
