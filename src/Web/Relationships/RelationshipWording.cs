using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Relationships;

/// <summary>What pages say about who acts for whom.</summary>
public static class RelationshipWording
{
    /// <summary>Each scope with its name and what it means.</summary>
    public static readonly IReadOnlyList<(CaregiverScopes Scope, string Name, string Meaning)> All =
    [
        (CaregiverScopes.Appointments, "Appointments", "See and change them"),
        (CaregiverScopes.Billing, "Billing", "Invoices and payments"),
        (CaregiverScopes.Messages, "Messages", "With the clinic"),
        (CaregiverScopes.Records, "Clinical records", "After a fresh code of the caregiver's own"),
    ];

    /// <summary>The names of scopes, such as "Appointments, billing".</summary>
    public static string Scopes(CaregiverScopes scopes)
    {
        var names = string.Join(", ", All.Where(s => scopes.HasFlag(s.Scope)).Select(s => s.Name.ToLowerInvariant()));
        return names.Length == 0 ? "" : char.ToUpperInvariant(names[0]) + names[1..];
    }

    /// <summary>Why a grant ended.</summary>
    public static string End(GrantEnd why) => why switch
    {
        GrantEnd.EndedByPatient => "ended by the patient",
        GrantEnd.Expired => "its last day was over",
        GrantEnd.CameOfAge => "the patient came of age",
        GrantEnd.Merged => "two records became one, and only one of them had it",
        _ => "ended by the clinic",
    };
}
