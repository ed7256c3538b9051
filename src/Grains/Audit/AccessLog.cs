using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;

namespace Portal.Grains.Audit;

/// <summary>The audit log as a patient may read it: no addresses, no sessions, no ids of others.</summary>
public static class AccessLog
{
    /// <summary>One row.</summary>
    /// <param name="entry">The row of the log, about the patient who reads.</param>
    /// <param name="staff">The roster, by id.</param>
    public static AccessLogRow Row(AuditEntry entry, IReadOnlyDictionary<string, RosterEntry> staff)
    {
        var by = By(entry);
        var who = by == AccessLogActor.Staff ? staff.GetValueOrDefault(entry.Actor) : null;
        return new AccessLogRow
        {
            At = entry.At,
            By = by,
            Name = who?.Name ?? "",
            Role = who?.Role,
            Action = entry.Action,
            Outcome = entry.Outcome,
        };
    }

    private static readonly HashSet<string> WaysIn = ["sign-in.done", "invitation.accepted", "link.used"];

    private static AccessLogActor By(AuditEntry entry) => entry.ActorKind switch
    {
        "staff" => AccessLogActor.Staff,
        "patient" when entry.OnBehalfOf.Length > 0 || entry.Actor != entry.Patient => AccessLogActor.Caregiver,
        "patient" => AccessLogActor.You,
        // Whoever got in has proved by then who they are.
        "visitor" when entry.Outcome == AuditOutcome.Done && WaysIn.Contains(entry.Action) => AccessLogActor.You,
        "visitor" => AccessLogActor.Visitor,
        _ => AccessLogActor.Portal,
    };
}
