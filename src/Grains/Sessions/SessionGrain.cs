using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Abstractions.Staff;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Sessions;

/// <inheritdoc cref="ISessionGrain" />
public sealed partial class SessionGrain(
    [PersistentState("session")] IPersistentState<SessionState> state, Database database, KeyedHash hash, TimeProvider time,
    ILogger<SessionGrain> logger)
    : PortalGrain(time), ISessionGrain
{
    private IOrganisationGrain? _organisation;
    private IGrainTimer? _deadlineTimer;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;
    private DateTimeOffset _lastSeen;
    private bool _settling;

    private string TokenHash => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _lastSeen = state.State.LastSeen;
        if (state.State.Untold) SettleSoon();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Open pages ask anew, which wakes the session where it still lives: nobody else would tell them.
        _watchers.TellEnded(SessionEnd.Superseded);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<SessionCheck> Check(bool touch)
    {
        var (facts, end) = await JudgeAsync();
        if (facts is null || end is not null) return new SessionCheck.Ended { Reason = end ?? SessionEnd.Unknown };
        var now = Now;
        if (touch) Touch(now);
        return new SessionCheck.Alive
        {
            Principal = new Principal
            {
                Kind = state.State.Kind,
                Organisation = Organisation,
                Subject = state.State.Subject,
                Role = facts.Role,
                SessionHash = TokenHash,
                ElevatedUntil = Session.ElevatedUntil(state.State, facts, now),
                ActingFor = facts.Acting?.Patient,
                Scopes = facts.Acting?.Scopes ?? CaregiverScopes.None,
                CaregiverOnly = facts.CaregiverOnly,
            },
            ActingName = facts.Acting?.Name,
            ActsForOthers = facts.ActsForOthers,
            Name = facts.Name,
            ExpiresAt = Session.ExpiresAt(state.State),
            IdleAt = Session.IdleAt(_lastSeen, facts),
            SessionId = state.State.SessionId,
        };
    }

    /// <inheritdoc />
    public Task SignOut() => EndAsync(SessionEnd.SignedOut);

    /// <inheritdoc />
    public async Task End(SessionEnd reason)
    {
        // One that was over before keeps its own reason.
        await JudgeAsync();
        await EndAsync(reason);
        // It had gone on under another key while this call was on its way.
        if (Successor is { } successor) await Other(successor).End(reason);
    }

    private string? Successor =>
        state.State is { Phase: SessionPhase.Ended, End: SessionEnd.Superseded, Successor.Length: > 0 } ? state.State.Successor : null;

    /// <summary>
    /// Judges the session by what is true at this moment, and ends it where it is over. Without facts there is nothing to judge: it had
    /// ended before, or never was one.
    /// </summary>
    private async Task<(SessionFacts? Facts, SessionEnd? End)> JudgeAsync()
    {
        // What could not be told before is told now.
        if (state.State.Untold) SettleSoon();
        if (state.State.Phase != SessionPhase.Live)
        {
            // What guessed keys bring to life must not stay in memory.
            if (state.State.Phase == SessionPhase.None) DeactivateOnIdle();
            return (null, state.State.Phase == SessionPhase.Ended ? state.State.End : SessionEnd.Unknown);
        }

        var facts = await FactsAsync(state.State.Kind, state.State.Subject);
        if (state.State.ActingFor.Length > 0) facts = facts with { Acting = await GrantAsync(state.State.ActingFor) };
        var end = Session.Judge(state.State, _lastSeen, facts, Now);
        if (end is { } reason) await TryEndAsync(reason);
        else Arm(facts);
        if (end is null && Session.ActsTooFar(state.State, facts)) await TryActLessAsync(facts);
        return (facts, end);
    }

    private async Task<SessionFacts> FactsAsync(PrincipalKind kind, string subject)
    {
        var organisation = OrganisationGrain.Get();
        if (kind == PrincipalKind.Staff)
        {
            var member = StaffGrain(subject).Standing();
            await Task.WhenAll(organisation, member);
            return SessionFacts.Of(await organisation, await member);
        }

        var patient = PatientGrain(subject).Standing();
        await Task.WhenAll(organisation, patient);
        return kind == PrincipalKind.Kiosk
            ? SessionFacts.OfKiosk(await organisation, await patient)
            : SessionFacts.Of(await organisation, await patient);
    }

    private async Task EndAsync(SessionEnd reason, string successor = "")
    {
        var next = Session.End(state.State, reason, _lastSeen, successor, Now);
        if (next == state.State)
        {
            await TellUntoldAsync();
            return;
        }

        var news = state.State.Untold ? SessionNews.All(next) : SessionNews.Ended(next);
        await WriteAsync(state, next);
        StopTimers();
        _watchers.TellEnded(reason);
        await TellAsync(news);
    }

    // For ends that are found, not asked for. The session is over whether or not that can be written down now; the next call finds it
    // again.
    private async Task TryEndAsync(SessionEnd reason)
    {
        try
        {
            await EndAsync(reason);
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "A session has ended ({Reason}), which could not be written down yet.", reason);
            _watchers.TellEnded(reason);
        }
    }

    // Deadlines are judged at every call; the timer only makes the end known when nobody calls. Use moves a deadline away, which the timer
    // finds when it fires.
    private void Arm(SessionFacts facts)
    {
        var now = Now;
        var next = Session.NextDeadline(state.State, _lastSeen, facts, now);
        if (next >= _armedFor && _armedFor > now) return;
        _armedFor = next;
        var due = next > now ? next - now : TimeSpan.Zero;
        if (_deadlineTimer is { } timer) timer.Change(due, Timeout.InfiniteTimeSpan);
        else _deadlineTimer = this.RegisterGrainTimer(DeadlineAsync, new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan));
    }

    private async Task DeadlineAsync()
    {
        _armedFor = DateTimeOffset.MaxValue;
        await NoticeAsync();
    }

    /// <summary>
    /// Judges without being asked: tells watchers and the audit log of what is over. A patient or organisation that can't be asked now is
    /// asked at the next tick or call.
    /// </summary>
    private async Task NoticeAsync()
    {
        try
        {
            var (facts, end) = await JudgeAsync();
            if (facts is not null && end is null && Session.ElevationIsOver(state.State, facts, Now)) await LowerAsync(ElevationEnd.Over);
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "A session could not be judged.");
        }
    }

    private void StopTimers()
    {
        _deadlineTimer?.Dispose();
        _watchTimer?.Dispose();
        (_deadlineTimer, _watchTimer) = (null, null);
    }

    private IOrganisationGrain OrganisationGrain =>
        _organisation ??= GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation));

    private IPatientGrain PatientGrain(string patient) => GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient));

    private IStaffGrain StaffGrain(string staff) => GrainFactory.GetGrain<IStaffGrain>(GrainKeys.ForStaff(Organisation, staff));

    private ISessionGrain Other(string tokenHash) => GrainFactory.GetGrain<ISessionGrain>(GrainKeys.ForSession(Organisation, tokenHash));

    private IOneTimeCodeGrain Codes(string subject) =>
        GrainFactory.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(Organisation, subject));
}
