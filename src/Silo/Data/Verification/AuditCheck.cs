using Dapper;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Audit;
using Portal.Storage;

namespace Portal.Silo.Data.Verification;

/// <summary>Follows the chain of every organisation's audit log to its sealed head, a thousand rows in memory at a time.</summary>
/// <param name="database">The database.</param>
/// <param name="secrets">What the chain is keyed with.</param>
internal sealed class AuditCheck(Database database, PortalSecrets secrets)
{
    private const int AtOnce = 1_000;
    private readonly AuditChain _chain = new(new KeyedHash(secrets));

    /// <summary>Checks.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="organisations">The organisations that exist, whose logs have at least their founding.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>How many rows there are.</returns>
    public async Task<long> RunAsync(VerificationReport report, IReadOnlyCollection<string> organisations, CancellationToken ct)
    {
        var rows = 0L;
        foreach (var organisation in (await LoggedAsync(ct)).Union(organisations).Order(StringComparer.Ordinal))
        {
            // The head before the rows: what is written meanwhile lies beyond it, and is no fault.
            var ends = await AuditTable.EndsAsync(database, organisation);
            var head = ends.Head is { } kept && _chain.IsGenuine(organisation, kept) ? kept : null;
            var verifier = new AuditVerifier(_chain, organisation, head?.AsHead());
            while (verifier.Fault is null
                && await AuditTable.ChainAsync(database, organisation, verifier.Head.Sequence, AtOnce) is { Count: > 0 } page)
            {
                ct.ThrowIfCancellationRequested();
                verifier.Read(page);
            }

            rows += verifier.Head.Sequence;
            var fault = verifier.End() ?? (head is null ? new AuditFault.HeadLost { Sequence = verifier.Head.Sequence + 1 } : null);
            if (fault is not null)
                Add(report, organisation, fault);
        }

        return rows;
    }

    private static void Add(VerificationReport report, string organisation, AuditFault fault) => report.Add(
        Severity.Problem, "audit-chain", $"{organisation} row {fault.Sequence}", fault.GetType().Name.ToLowerInvariant());

    // One look into the index for each organisation, not one for each row.
    private async Task<List<string>> LoggedAsync(CancellationToken ct)
    {
        const string NextLogged = "SELECT organisation FROM audit_log WHERE organisation > @after ORDER BY organisation LIMIT 1";
        var found = (await database.ReadAsync(connection => connection.QueryAsync<string>(
            new CommandDefinition("SELECT organisation FROM audit_heads", cancellationToken: ct)), ct)).ToList();
        for (var after = ""; ;)
        {
            var next = await database.ReadAsync(connection => connection.QueryFirstOrDefaultAsync<string>(
                new CommandDefinition(NextLogged, new { after }, cancellationToken: ct)), ct);
            if (next is null) return found;
            found.Add(after = next);
        }
    }
}
