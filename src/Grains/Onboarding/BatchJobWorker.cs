using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Onboarding;

/// <summary>A row as it is stored.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Patient">The patient; empty where there is none yet.</param>
/// <param name="Cells">Its cells.</param>
/// <param name="Key">By which rows of the batch are compared; empty where they are not.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">More about that.</param>
public sealed record BatchRow(
    int Number, string Patient, IReadOnlyList<string> Cells, string Key = "", RowOutcome Outcome = RowOutcome.ToDo, string Detail = "");

/// <summary>What came of a row.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">More about that, as a stable name.</param>
/// <param name="Patient">The patient it turned out to be; null: as before.</param>
public sealed record RowResult(int Number, RowOutcome Outcome, string Detail = "", string? Patient = null);

/// <summary>Rows that were looked up.</summary>
/// <param name="Rows">They, without numbers.</param>
/// <param name="FilledTo">Where the next ones begin; null: these are the last.</param>
public sealed record FilledRows(IReadOnlyList<BatchRow> Rows, string? FilledTo);

/// <summary>Rows that were worked on.</summary>
/// <param name="Results">What came of each.</param>
public sealed record RowsDone(IReadOnlyList<RowResult> Results)
{
    /// <summary>What is written together with the outcomes, or not at all.</summary>
    public IReadOnlyList<Statement> With { get; init; } = [];
}

/// <summary>What the workers of a batch are made with.</summary>
public sealed record BatchContext(
    string Organisation, string Batch, BatchState State, OrganisationView Settings, IGrainFactory Grains, Database Database,
    KeyedHash Hashes, DateTimeOffset Now)
{
    // Doing a row again is harmless, and what failed once may have been a write alone. Ours.
    private const int MaxTries = 3;

    /// <summary>Does something for each row, a bounded number of them at once. What fails once more is put down as failed.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="work">Does it. Has to be repeatable.</param>
    public async Task<IReadOnlyList<RowResult>> EachAsync(IReadOnlyList<BatchRow> rows, Func<BatchRow, Task<RowResult>> work) =>
        await Task.WhenAll(rows.Select(row => OneAsync(row, work)));

    private static async Task<RowResult> OneAsync(BatchRow row, Func<BatchRow, Task<RowResult>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work(row);
            }
            catch (Exception error) when (!RetryRules.IsPassing(error))
            {
                // One patient who cannot be worked on must not hold up a hundred thousand.
                if (attempt == MaxTries) return new RowResult(row.Number, RowOutcome.Failed);
            }
        }
    }
}

/// <summary>
/// What one kind of bulk work does to rows. It is called again with the same rows where a crash lost what came of them, and has to come to
/// the same end.
/// </summary>
public abstract class BatchJobWorker(BatchContext context)
{
    /// <summary>What it works with.</summary>
    protected BatchContext Context => context;

    /// <summary>Rows judged at once.</summary>
    public virtual int CheckedAtOnce => 1_000;

    /// <summary>Rows worked on at once.</summary>
    public virtual int DoneAtOnce => 256;

    /// <summary>
    /// Whether <see cref="RunAsync"/> changes nothing by itself, so that it may work out the next rows while the ones before are written.
    /// </summary>
    public virtual bool MayRunAhead => false;

    /// <summary>The next rows, after what the last call ended with.</summary>
    public virtual Task<FilledRows> FillAsync(string after) => Task.FromResult(new FilledRows([], null));

    /// <summary>Judges rows and changes nothing. Rows that it does not name are to be done.</summary>
    public abstract Task<IReadOnlyList<RowResult>> CheckAsync(IReadOnlyList<BatchRow> rows);

    /// <summary>Does what the batch is for.</summary>
    public abstract Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows);

    /// <summary>What the audit log says of rows that were done; where grains say it themselves: nothing.</summary>
    public virtual IReadOnlyList<AuditEntry> Entries(IReadOnlyList<int> done) => [];
}
