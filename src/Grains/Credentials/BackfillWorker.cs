using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Onboarding;
using Portal.Grains.Patients;
using Portal.Grains.Relationships;

namespace Portal.Grains.Credentials;

/// <summary>
/// Makes contact emails and mobiles portal credentials, unverified, where nobody else in the organisation has the same. A row for each
/// patient and kind. Never takes a credential from anyone: whoever holds one keeps it, by the rules of claims.
/// </summary>
public sealed class BackfillWorker(BatchContext context) : BatchJobWorker(context)
{
    private const int PatientsAtOnce = 500;
    private static readonly CredentialKind[] Kinds = [CredentialKind.Email, CredentialKind.Mobile];

    // Who acts for others, by the keys of their contacts: they share mailboxes with patients, and may be on file nowhere else.
    private readonly Dictionary<string, HashSet<string>> _caregivers = [];
    private readonly HashSet<string> _asked = [];

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
        await AskCaregiversAsync();
        var facts = await Task.WhenAll(rows.Select(row => Patient(row.Patient).BulkFacts()));
        return [.. rows.Select((row, i) => Judge(row, facts[i], shared, holders)).OfType<RowResult>()];
    }

    /// <inheritdoc />
    public override async Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows)
    {
        // At each row anew: bulk work takes a while, and somebody may have been given the same contact since.
        var elsewhere = await ElsewhereAsync(rows);
        return new(await Context.EachAsync(rows, row => elsewhere.Contains(row.Number)
            ? Task.FromResult(new RowResult(row.Number, RowOutcome.Shared))
            : RunAsync(row)));
    }

    private RowResult? Judge(
        BatchRow row, BulkFacts? facts, IReadOnlyDictionary<string, int> shared, IReadOnlyDictionary<string, string> holders)
    {
        var outcome = Backfill.Judge(
            KindOf(row), facts, row.Key.Length > 0, shared.GetValueOrDefault(row.Key) + (IsCaregivers(row) ? 1 : 0),
            row.Key.Length > 0 && holders.TryGetValue(row.Key, out var holder) && holder != row.Patient);
        return outcome == RowOutcome.ToDo ? null : new RowResult(row.Number, outcome, outcome == RowOutcome.Invalid ? Detail(row) : "");
    }

    private async Task<RowResult> RunAsync(BatchRow row)
    {
        var (kind, operation) = (KindOf(row), Batch.RowId(Context.Organisation, Context.Batch, row.Number));
        var outcome = await Patient(row.Patient).Promote(kind, row.Key[(row.Key.IndexOf('.') + 1)..], operation);
        var detail = outcome switch
        {
            PromoteOutcome.Changed => "changed",
            PromoteOutcome.Invalid => Detail(row),
            _ => "",
        };
        return new RowResult(row.Number, Backfill.Outcome(outcome), detail);
    }

    /// <summary>The numbers of the rows whose contact somebody else has as well, as it is now.</summary>
    private async Task<HashSet<int>> ElsewhereAsync(IReadOnlyList<BatchRow> rows)
    {
        await AskCaregiversAsync();
        var usable = rows.Where(row => row.Key.Length > 0).ToList();
        var patients = await PatientMatchSearch.OfWordsAsync(
            Context.Database, Context.Organisation, [.. usable.Select(Word).Distinct()]);
        return usable.Where(row => IsOthers(row, patients.GetValueOrDefault(Word(row))) || IsCaregivers(row))
            .Select(row => row.Number).ToHashSet();
    }

    // Those who came to act since the last time are asked for theirs.
    private async Task AskCaregiversAsync()
    {
        for (var after = ""; ;)
        {
            var people = await CaregiverGrantTable.PeopleAsync(Context.Database, Context.Organisation, after, PatientsAtOnce);
            if (people.Count == 0) return;
            after = people[^1];
            var asked = people.Where(_asked.Add).ToList();
            foreach (var (person, facts) in asked.Zip(await Task.WhenAll(asked.Select(p => Patient(p).BulkFacts()))))
            {
                if (facts is null) continue;
                var contacts = Kinds.Select(kind => PatientBulk.Contact(facts.Email, facts.Mobile, kind, Country));
                foreach (var key in contacts.OfType<CredentialValue>().Select(Key))
                {
                    if (!_caregivers.TryGetValue(key, out var its)) _caregivers[key] = its = [];
                    its.Add(person);
                }
            }
        }
    }

    private bool IsCaregivers(BatchRow row) => IsOthers(row, _caregivers.GetValueOrDefault(row.Key));

    private static bool IsOthers(BatchRow row, IReadOnlySet<string>? people) => people is not null && people.Any(p => p != row.Patient);

    // The second cell is the canonical value.
    private static string Word(BatchRow row) =>
        KindOf(row) == CredentialKind.Email ? PatientWords.EmailWord(row.Cells[1]) : PatientDetails.Digits(row.Cells[1], null);

    private static string Detail(BatchRow row) => KindOf(row) == CredentialKind.Email ? "email" : "mobile";

    private static CredentialKind KindOf(BatchRow row) => Enum.Parse<CredentialKind>(row.Cells[0]);

    private string Key(CredentialValue value) => CredentialHash.Subject(Context.Hashes, Context.Organisation, value.Kind, value.Value);

    private IPatientGrain Patient(string id) => Context.Grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Context.Organisation, id));
}
