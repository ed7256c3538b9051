using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Relationships;

/// <summary>What pages say about who acts for whom.</summary>
public static class RelationshipWording
{
    /// <summary>Each scope with its name and what it means.</summary>
    /// <param name="labels">The organisation's words.</param>
    public static IReadOnlyList<(CaregiverScopes Scope, string Name, string Meaning)> All(Labels labels) =>
    [
        (CaregiverScopes.Appointments, MenuItem.Capital(labels.Appointments), "See and change them"),
        (CaregiverScopes.Billing, "Billing", "Invoices and payments"),
        (CaregiverScopes.Messages, "Messages", "With the clinic"),
        (CaregiverScopes.Records, "Clinical records", "After a fresh code of the caregiver's own"),
    ];

    /// <summary>The names of scopes, such as "Appointments, billing".</summary>
    public static string Scopes(CaregiverScopes scopes, Labels labels) => MenuItem.Capital(
        string.Join(", ", All(labels).Where(s => scopes.HasFlag(s.Scope)).Select(s => s.Name.ToLowerInvariant())));

    /// <summary>Why a grant ended.</summary>
    public static string End(GrantEnd why, Labels labels) => why switch
    {
        GrantEnd.EndedByPatient => $"ended by the {labels.Patient}",
        GrantEnd.Expired => "its last day was over",
        GrantEnd.CameOfAge => $"the {labels.Patient} came of age",
        GrantEnd.Merged => "two records became one, and only one of them had it",
        _ => "ended by the clinic",
    };
}
