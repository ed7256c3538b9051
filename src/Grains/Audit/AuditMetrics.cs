using System.Diagnostics.Metrics;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Shared;

namespace Portal.Grains.Audit;

/// <summary>
/// Counts what the audit log is told, once for each entry that is new in it. Everything worth counting is told there, by every feature and
/// under stable names, so figures and log agree.
/// </summary>
public static class AuditMetrics
{
    private static readonly Counter<long> SignIns =
        Counter("portal.sign_ins", "{sign-in}", "Sign-ins by outcome (done, refused), way (code, password, link …) and reason");

    private static readonly Counter<long> Invitations =
        Counter("portal.invitations", "{invitation}", "Invitations by what they came to (created, opened, accepted, expired, revoked)");

    private static readonly Counter<long> Sessions = Counter("portal.sessions.ended", "{session}", "Sessions that ended, by reason");

    private static readonly Counter<long> Elevations =
        Counter("portal.elevations", "{elevation}", "Elevations by what happened (granted, refused, ended, revoked)");

    private static readonly Counter<long> Alarms =
        Counter("portal.guess_alarms", "{alarm}", "Alarms on many wrong guesses in an organisation");

    private static readonly Counter<long> Doors = Counter("portal.door_refusals", "{call}", "Grain calls refused at their door");

    /// <summary>Counts an entry, where it is one that is counted.</summary>
    public static void Count(AuditEntry entry)
    {
        var dot = entry.Action.IndexOf('.');
        var (feature, what) = dot < 0 ? (entry.Action, "") : (entry.Action[..dot], entry.Action[(dot + 1)..]);
        switch (feature, what)
        {
            case ("sign-in", "done" or "refused"):
                SignIn(what, entry.Details.GetValueOrDefault("way", ""), entry.Reason);
                break;
            case ("staff", "sign-in-done" or "sign-in-refused"):
                SignIn(what["sign-in-".Length..], "staff", entry.Reason);
                break;
            case ("code", "requested" or "refused"):
                var outcome = what == "refused" ? what : entry.Reason.Length == 0 ? "sent" : "withheld";
                var purpose = entry.Details.GetValueOrDefault("purpose", "");
                CodeMetrics.Count(outcome, purpose, entry.Reason);
                break;
            case ("invitation", _):
                Invitations.Add(1, new KeyValuePair<string, object?>("state", what));
                break;
            case ("session", "ended"):
                Sessions.Add(1, new KeyValuePair<string, object?>("reason", entry.Reason));
                break;
            case ("elevation", _):
                Elevations.Add(1, new KeyValuePair<string, object?>("outcome", what));
                break;
            case ("guessing", "alarm"):
                Alarms.Add(1);
                break;
            case ("door", "refused"):
                Doors.Add(1);
                break;
        }
    }

    private static void SignIn(string outcome, string way, string reason) =>
        SignIns.Add(1, new("outcome", outcome), new("way", way), new("reason", reason));

    private static Counter<long> Counter(string name, string unit, string description) =>
        PortalMetrics.Meter.CreateCounter<long>(name, unit, description);
}
