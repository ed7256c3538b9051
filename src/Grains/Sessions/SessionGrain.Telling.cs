using Microsoft.Extensions.Logging;
using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Sessions;

// What others learn of a session after its own state is written: the row in the list, the audit log, the patient. Until the next write of
// the state it says that they may not know yet, so that an activation after a crash tells them again; telling twice is telling once.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task Settle()
    {
        _settling = false;
        if (state.State.Phase == SessionPhase.None) return;
        try
        {
            var untold = state.State.Untold;
            if (untold) await TellAsync(SessionNews.All(state.State));
            if (!untold && !Session.IsUseDue(state.State, _lastSeen)) return;
            await WriteAsync(state, Session.Settled(state.State, _lastSeen));
            await database.WriteAsync(SessionTable.Upsert(Organisation, TokenHash, state.State));
        }
        catch (Exception error)
        {
            logger.LogWarning(error, "A session's last use could not be written yet.");
        }
    }

    /// <inheritdoc />
    public async Task Sweep()
    {
        if (state.State.Phase == SessionPhase.Live) await JudgeAsync();
        else if (Session.MissedSecondStep(state.State, Now)) await EndAsync(SessionEnd.Expired);
        if (Session.IsForgettable(state.State, Now))
        {
            await TellUntoldAsync();
            if (state.RecordExists) await state.ClearStateAsync();
            await database.WriteAsync(SessionTable.Delete(Organisation, TokenHash));
            DeactivateOnIdle();
            return;
        }

        // A row that a crash left behind catches up.
        await database.WriteAsync(SessionTable.Upsert(Organisation, TokenHash, state.State));
    }

    private void Touch(DateTimeOffset now)
    {
        _lastSeen = now > _lastSeen ? now : _lastSeen;
        if (Session.IsUseDue(state.State, _lastSeen)) SettleSoon();
    }

    // Off the request: the answer neither waits for it nor fails with it.
    private void SettleSoon()
    {
        if (_settling) return;
        _settling = true;
        _ = this.AsReference<ISessionGrain>().Settle();
    }

    /// <summary>Tells what somebody may not have been told, because a write failed or the process ended in between.</summary>
    private Task TellUntoldAsync() => state.State.Untold ? TellAsync(SessionNews.All(state.State)) : Task.CompletedTask;

    /// <summary>Row, audit log and patient at the same time; all durable when it returns.</summary>
    private async Task TellAsync(IReadOnlyList<SessionNews> news)
    {
        var told = state.State;
        List<Task> telling = [database.WriteAsync(SessionTable.Upsert(Organisation, TokenHash, told))];
        telling.AddRange(news.Select(n => AuditAsync(told, n)));
        if (news.Any(n => n.Way is not null) && GrainKeys.TrySubject(told.Credential, out var kind, out var valueHash))
        {
            telling.Add(PatientGrain(told.Subject).RecordSignIn(
                kind, valueHash.ToString(), TokenHash, byCode: told.Way != SignInWay.Password));
        }

        await Task.WhenAll(telling);
        // In memory only: the next write carries it into storage.
        if (state.State == told) state.State = told with { Untold = false };
    }

    private Task AuditAsync(SessionState about, SessionNews news)
    {
        var patient = about.Kind is PrincipalKind.Patient or PrincipalKind.Kiosk ? about.Subject : null;
        return news.Way is { } way
            ? AuditAsync(news.Action, AuditOutcome.Done, patient, news.Reason, TokenHash, ("session", about.SessionId), ("way", way))
            : patient is null
                ? AuditAsync(news.Action, AuditOutcome.Done, null, news.Reason, TokenHash, ("session", about.SessionId),
                    ("staff", about.Subject))
                : AuditAsync(news.Action, AuditOutcome.Done, patient, news.Reason, TokenHash, ("session", about.SessionId));
    }
}
