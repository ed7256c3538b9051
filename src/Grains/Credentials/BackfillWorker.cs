using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Onboarding;
using Portal.Grains.Patients;

namespace Portal.Grains.Credentials;

/// <summary>
/// Makes contact emails and mobiles portal credentials, unverified, where nobody else in the organisation has the same. A row for each
/// patient and kind. Never takes a credential from anyone: whoever holds one keeps it, by the rules of claims.
/// </summary>
public sealed class BackfillWorker(BatchContext context) : BatchJobWorker(context)
{
    private const int PatientsAtOnce = 500;
    private static readonly CredentialKind[] Kinds = [CredentialKind.Email, CredentialKind.Mobile];

    /// <inheritdoc />
    public override int CheckedAtOnce => 500;

    private string? Country => Context.Settings.Country;

    /// <inheritdoc />
    public override async Task<FilledRows> FillAsync(string after)
    {
        var directory = Context.Grains.GetGrain<IPatientDirectoryGrain>(Context.Organisation);
        var ids = await directory.Ids(new PatientQuery(), after, PatientsAtOnce);
        var facts = await Task.WhenAll(ids.Select(id => Patient(id).BulkFacts()));
        List<BatchRow> rows = [];
        foreach (var (id, fact) in ids.Zip(facts))
        {
            if (fact is null or { LeftOut: true }) continue;
            foreach (var kind in Kinds)
            {
                var typed = kind == CredentialKind.Email ? fact.Email : fact.Mobile;
                if (typed.Length == 0) continue;
                var value = PatientBulk.Contact(fact.Email, fact.Mobile, kind, Country);
                rows.Add(new BatchRow(0, id, [kind.ToString(), value?.Value ?? typed], value is null ? "" : Key(value)));
            }
        }

        return new FilledRows(rows, ids.Count == 0 ? null : ids[^1]);
    }

    /// <inheritdoc />
    public override async Task<IReadOnlyList<RowResult>> CheckAsync(IReadOnlyList<BatchRow> rows)
    {
        var keys = rows.Select(row => row.Key).Where(key => key.Length > 0).Distinct().ToArray();
        var shared = await BatchTable.SharedAsync(Context.Database, Context.Organisation, Context.Batch, keys);
        var holders = await CredentialClaimTable.HoldersAsync(
            Context.Database, Context.Organisation, [.. keys.Select(key => key[(key.IndexOf('.') + 1)..])]);
        var facts = await Task.WhenAll(rows.Select(row => Patient(row.Patient).BulkFacts()));
        return [.. rows.Select((row, i) => Judge(row, facts[i], shared, holders)).OfType<RowResult>()];
    }

    /// <inheritdoc />
    public override async Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows) => new(await Context.EachAsync(rows, RunAsync));

    private static RowResult? Judge(
        BatchRow row, BulkFacts? facts, IReadOnlyDictionary<string, int> shared, IReadOnlyDictionary<string, string> holders)
    {
        var outcome = Backfill.Judge(
            KindOf(row), facts, row.Key.Length > 0, shared.GetValueOrDefault(row.Key),
            row.Key.Length > 0 && holders.TryGetValue(row.Key, out var holder) && holder != row.Patient);
        return outcome == RowOutcome.ToDo ? null : new RowResult(row.Number, outcome, outcome == RowOutcome.Invalid ? Detail(row) : "");
    }

    private async Task<RowResult> RunAsync(BatchRow row)
    {
        // At each row anew: bulk work takes a while, and somebody may have been given the same contact since.
        var kind = KindOf(row);
        var outcome = await Patient(row.Patient).Promote(kind, Batch.RowId(Context.Organisation, Context.Batch, row.Number));
        return new RowResult(row.Number, Backfill.Outcome(outcome), outcome == PromoteOutcome.Invalid ? Detail(row) : "");
    }

    private static string Detail(BatchRow row) => KindOf(row) == CredentialKind.Email ? "email" : "mobile";

    private static CredentialKind KindOf(BatchRow row) => Enum.Parse<CredentialKind>(row.Cells[0]);

    private string Key(CredentialValue value) => CredentialHash.Subject(Context.Hashes, Context.Organisation, value.Kind, value.Value);

    private IPatientGrain Patient(string id) => Context.Grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Context.Organisation, id));
}
