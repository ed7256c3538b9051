using System.Globalization;
using Orleans.Concurrency;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Patients;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Audit;

/// <inheritdoc cref="IAuditReaderGrain" />
[StatelessWorker]
public sealed class AuditReaderGrain(Database database, KeyedHash keys, TimeProvider time) : PortalGrain(time), IAuditReaderGrain
{
    private const int MaxEvents = 50;
    private const int VerifiedAtOnce = 1_000;
    private readonly AuditChain _chain = new(keys);

    /// <inheritdoc />
    public async Task<AuditPage> Page(AuditQuery query)
    {
        var size = Math.Clamp(query.PageSize, 1, AuditQuery.MaxPageSize);
        var rows = await AuditTable.PageAsync(database, Organisation, query, size + 1);
        var shown = rows.Take(size).ToList();
        string[] about = [.. shown.Select(row => row.Patient).Where(id => id.Length > 0)];
        return new AuditPage
        {
            Rows = shown,
            Next = rows.Count > size ? shown[^1].Sequence : null,
            Patients = await PatientNameTable.OfAsync(database, Organisation, about),
        };
    }

    /// <inheritdoc />
    public Task BeginExport(AuditQuery query)
    {
        List<(string, string)> details = [];
        if (query.Action is { } action) details.Add(("action", action));
        if (query.Outcome is { } outcome) details.Add(("outcome", outcome.ToString()));
        if (query.Actor is { } actor) details.Add(("actor", actor));
        if (query.From is { } from) details.Add(("from", Stamp(from)));
        if (query.To is { } to) details.Add(("to", Stamp(to)));
        return AuditAsync("audit.exported", patient: query.Patient, details: details.ToArray());

        static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<AuditEntry>> SignInEvents(string patient, int limit) =>
        AuditTable.SignInEventsAsync(database, Organisation, patient, Math.Clamp(limit, 1, MaxEvents));

    /// <inheritdoc />
    public async Task<AuditVerification> Verify()
    {
        // In this order: what is written meanwhile lies beyond both heads, and is no fault.
        var remembered = await GrainFactory.GetGrain<IAuditGrain>(GrainKeys.ForAudit(Organisation)).Head();
        var ends = await AuditTable.EndsAsync(database, Organisation);
        var kept = ends.Head is { } head && _chain.IsGenuine(Organisation, head) ? head : null;
        var known = kept is null || remembered?.Sequence > kept.Sequence ? remembered : kept.AsHead();
        var verifier = new AuditVerifier(_chain, Organisation, known);
        while (verifier.Fault is null
            && await AuditTable.ChainAsync(database, Organisation, verifier.Head.Sequence, VerifiedAtOnce) is { Count: > 0 } rows)
        {
            verifier.Read(rows);
        }

        var fault = verifier.End();
        // A clinic's log begins with its founding.
        if (fault is null && kept is null && (verifier.Head.Sequence > 0 || ends.Head is not null || await IsFoundedAsync()))
            fault = new AuditFault.HeadLost { Sequence = verifier.Head.Sequence + 1 };
        return new AuditVerification { Rows = verifier.Head.Sequence, FirstBad = fault?.Sequence, Fault = fault, Head = verifier.Head };
    }

    private async Task<bool> IsFoundedAsync() =>
        await GrainFactory.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(Organisation)).Get() is not null;
}
