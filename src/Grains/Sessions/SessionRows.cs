using Portal.Grains.Abstractions.Sessions;

namespace Portal.Grains.Sessions;

/// <summary>How stored sessions are shown in a list.</summary>
public static class SessionRows
{
    /// <summary>
    /// Live ones first, newest first in each part. Judged now: a session that is over is shown as ended even where its grain has not
    /// noticed. One that goes on under a new key is shown once.
    /// </summary>
    /// <param name="stored">The rows.</param>
    /// <param name="facts">What else decides.</param>
    /// <param name="current">Key of the session that asks; null where it is none of them.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<SessionRow> Of(IEnumerable<StoredSession> stored, SessionFacts facts, string? current,
        DateTimeOffset now) =>
    [
        .. stored
            .GroupBy(s => s.State.SessionId)
            .Select(g => g.MaxBy(s => s.State.BeganAt)!)
            .Select(s => Row(s, facts, current, now))
            .OrderBy(r => r.EndedAt is not null)
            .ThenByDescending(r => r.EndedAt ?? r.LastSeen),
    ];

    private static SessionRow Row(StoredSession stored, SessionFacts facts, string? current, DateTimeOffset now)
    {
        // The row may lag behind the grain by this much, and must not show a session as idle that is not.
        var lastSeen = stored.State.LastSeen + SessionLimits.LastSeenGranularity;
        var end = Session.Judge(stored.State, lastSeen, facts, now);
        return new SessionRow
        {
            Id = stored.State.SessionId,
            Device = stored.State.Device,
            CreatedAt = stored.State.CreatedAt,
            LastSeen = stored.State.LastSeen,
            ElevatedUntil = end is null ? Session.ElevatedUntil(stored.State, facts, now) : null,
            EndedAt = end is { } reason ? stored.State.EndedAt ?? EndedAt(reason, stored.State, lastSeen, facts, now) : null,
            Reason = end ?? SessionEnd.Unknown,
            Current = end is null && stored.TokenHash == current,
        };
    }

    private static DateTimeOffset EndedAt(SessionEnd reason, SessionState state, DateTimeOffset lastSeen, SessionFacts facts,
        DateTimeOffset now) => reason switch
        {
            SessionEnd.Idle => Session.IdleAt(lastSeen, facts),
            SessionEnd.Expired => Session.ExpiresAt(state),
            _ => now,
        };
}
