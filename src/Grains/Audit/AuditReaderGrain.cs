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
        long last = 0;
        byte[] hash = [];
        while (await AuditTable.ChainAsync(database, Organisation, last, VerifiedAtOnce) is { Count: > 0 } rows)
        {
            foreach (var row in rows)
            {
                if (!AuditChain.Follows(last, hash, row)) return new AuditVerification { Rows = last, FirstBad = last + 1 };
                (last, hash) = (row.Entry.Sequence, row.Hash);
            }
        }

        return new AuditVerification { Rows = last };
    }
}
