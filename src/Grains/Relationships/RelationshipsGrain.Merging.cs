using Portal.Grains.Abstractions.Relationships;

namespace Portal.Grains.Relationships;

// What becomes of the grants when two patients become one; another grain leads.
public sealed partial class RelationshipsGrain
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<MergedGrant>> Depart(string merge)
    {
        RequireOperation(merge);
        await TryTellAllAsync();
        if (await FactsAsync(evenMerged: true) is not { } facts) return [];
        var next = CaregiverGrants.Depart(State, merge, facts, Now, grant => Ended(grant, GrantEnd.Merged));
        if (!ReferenceEquals(next, State))
        {
            await RemindAsync(next, facts, Soon);
            await SaveAsync(next, facts);
        }

        return CaregiverGrants.Departed(State, merge);
    }

    /// <inheritdoc />
    public async Task Intersect(IReadOnlyList<MergedGrant> others)
    {
        await TryTellAllAsync();
        if (await FactsAsync() is not { } facts) return;
        var next = State;
        foreach (var grant in State.Grants.Where(g => CaregiverGrants.IsInForce(g, facts, Now)))
        {
            next = CaregiverGrants.Intersected(grant, others) is { } left
                ? CaregiverGrants.Narrowed(next, left, Entry(
                    "grant.changed", patient: Patient, reason: "merged",
                    details: [("person", grant.Person), ("scopes", $"{left.Scopes}"), ("until", left.Until?.ToString("O") ?? "")]))
                : CaregiverGrants.End(next, grant, GrantEnd.Merged, Now, facts, Ended(grant, GrantEnd.Merged));
        }

        if (ReferenceEquals(next, State)) return;
        await RemindAsync(next, facts, Soon);
        await SaveAsync(next, facts);
    }
}
