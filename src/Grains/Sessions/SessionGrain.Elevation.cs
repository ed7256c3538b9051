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
    public async Task<ElevationRequestOutcome> RequestElevation(ClientDevice device)
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null) return new ElevationRequestOutcome.SessionEnded { Reason = end ?? SessionEnd.Unknown };
        if (await ElevationDestinationAsync(facts) is not { } destination) return new ElevationRequestOutcome.Unavailable();
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

    /// <inheritdoc />
    public async Task<ElevateOutcome> Elevate(Elevate command)
    {
        if (WentOnAs(command.NewSession)) return await GoneOnAsync(command.NewSession);
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null) return new ElevateOutcome.SessionEnded { Reason = end ?? SessionEnd.Unknown };
        if (!await AddressMayVerifyAsync()) return new ElevateOutcome.Refused { Why = TooManyFromAddress() };
        if (await ElevationDestinationAsync(facts) is not { } destination)
        {
            return new ElevateOutcome.Refused { Why = new SignInOutcome.CodeEnded() };
        }

        var verdict = await Codes(destination.Subject).Verify(
            Guess(CodePurpose.Elevation, TokenHash, command.Code, command.Device, command.NewSession));
        if (verdict is not CodeVerdict.Right right || right.Patient != state.State.Subject)
        {
            var (outcome, reason, _) = Refusal(verdict);
            await AuditAsync("elevation.refused", AuditOutcome.Refused, state.State.Subject, reason, operation: null,
                ("session", state.State.SessionId));
            return new ElevateOutcome.Refused { Why = outcome };
        }

        var granted = await Other(command.NewSession).Continue(Session.Elevated(state.State, facts, Now));
        if (granted is null) return new ElevateOutcome.Refused { Why = new SignInOutcome.CodeEnded() };
        await EndAsync(SessionEnd.Superseded, command.NewSession);
        return Elevated(granted);
    }

    /// <inheritdoc />
    public async Task<bool> IsElevated()
    {
        var (facts, end) = await JudgeAsync();
        return facts is not null && end is null && Session.ElevatedUntil(state.State, facts, Now) is not null;
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

    private Task<CodeDestination?> ElevationDestinationAsync(SessionFacts facts) =>
        state.State.Kind == PrincipalKind.Patient && facts.RecordsShown
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
