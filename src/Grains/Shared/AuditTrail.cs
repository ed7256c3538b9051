using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>Builds audit entries from the principal of the call being served.</summary>
public static class AuditTrail
{
    private const int SessionHashLength = 16;
    private static readonly IReadOnlyDictionary<string, string> NoDetails = new Dictionary<string, string>();

    /// <summary>Appends an entry; durable when it returns.</summary>
    public static Task AppendAsync(
        IGrainFactory grains, string organisation, DateTimeOffset now, string action, AuditOutcome outcome, string? patient, string? reason,
        string? operation, ReadOnlySpan<(string Name, string Value)> details)
    {
        var entry = Entry(organisation, now, action, outcome, patient, reason, operation, details);
        return grains.GetGrain<IAuditGrain>(GrainKeys.ForAudit(organisation)).Append(entry);
    }

    /// <summary>An entry that says who the caller is, to be stored with what was done and appended once that is durable.</summary>
    public static AuditEntry Entry(
        string organisation, DateTimeOffset now, string action, AuditOutcome outcome, string? patient, string? reason,
        string? operation, ReadOnlySpan<(string Name, string Value)> details)
    {
        var caller = CallerContext.Current;
        return new AuditEntry
        {
            Id = operation is null ? Ids.New("a") : Ids.Derive("a", $"{organisation}/{action}/{outcome}/{operation}"),
            Organisation = organisation,
            At = now,
            ActorKind = caller?.Kind switch
            {
                null => "system",
                PrincipalKind.Visitor => "visitor",
                PrincipalKind.Patient => "patient",
                PrincipalKind.Staff => "staff",
                PrincipalKind.Kiosk => "kiosk",
                _ => "operator",
            },
            Actor = caller?.Subject ?? "",
            // Whoever acts for a patient is still themselves in what concerns their own sign-in.
            OnBehalfOf = caller?.ActingFor is { } other && (patient is null || patient == other) ? other : "",
            Patient = patient ?? "",
            Action = action,
            Outcome = outcome,
            Reason = reason ?? "",
            Address = caller?.Address ?? "",
            SessionHash = caller?.SessionHash is { Length: > SessionHashLength } hash ? hash[..SessionHashLength] : "",
            Details = details.IsEmpty ? NoDetails : details.ToArray().ToDictionary(d => d.Name, d => d.Value),
        };
    }
}
