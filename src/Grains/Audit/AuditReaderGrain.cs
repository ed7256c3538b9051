using Orleans.Concurrency;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Audit;

/// <inheritdoc cref="IAuditReaderGrain" />
[StatelessWorker]
public sealed class AuditReaderGrain(Database database, TimeProvider time) : PortalGrain(time), IAuditReaderGrain
{
    private const int MaxPage = 200;
    private const int MaxEvents = 50;
    private const int VerifiedAtOnce = 1_000;

    /// <inheritdoc />
    public async Task<AuditPage> Page(AuditQuery query)
    {
        var size = Math.Clamp(query.PageSize, 1, MaxPage);
        var rows = await AuditTable.PageAsync(database, Organisation, query, size + 1);
        return rows.Count <= size
            ? new AuditPage { Rows = rows }
            : new AuditPage { Rows = [.. rows.Take(size)], Next = rows[size - 1].Sequence };
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<AuditEntry>> SignInEvents(string patient, int limit) =>
        AuditTable.SignInEventsAsync(database, Organisation, patient, Math.Clamp(limit, 1, MaxEvents));

    /// <inheritdoc />
    public async Task<AuditVerification> Verify()
    {
        var verifier = new AuditVerifier(Organisation, head: null);
        while (verifier.Fault is null
            && await AuditTable.ChainAsync(database, Organisation, verifier.Head.Sequence, VerifiedAtOnce) is { Count: > 0 } rows)
        {
            verifier.Read(rows);
        }

        var fault = verifier.End();
        return new AuditVerification { Rows = verifier.Head.Sequence, FirstBad = fault?.Sequence, Fault = fault, Head = verifier.Head };
    }
}
