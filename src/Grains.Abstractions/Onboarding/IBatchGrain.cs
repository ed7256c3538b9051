using Orleans;
using Orleans.Concurrency;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Onboarding;

/// <summary>
/// One piece of bulk work: an import, an onboarding or a backfill. Key: <c>{org}/{batch}</c>. Its rows are judged first and changed only
/// when it is begun; the outcome of each is stored before the next ones are taken, so that a crash neither loses nor repeats one.
/// What the rows said is forgotten 30 days after the end, and work that nobody has begun is cancelled after 7.
/// Calls patients, invitations, links and credentials. A backfill, which shows and makes what people sign in with, is the administrators'.
/// </summary>
[Alias("portal.IBatchGrain"), Repeatable]
public interface IBatchGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the batch; the same command again changes nothing. An import then waits for its rows, others look theirs up.
    /// </summary>
    [Alias("Create"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<CreateBatchOutcome> Create(CreateBatch command);

    /// <summary>Adds the rows of a file, in order. Rows that are there already are left as they are. False where no more fit.</summary>
    [Alias("AddRows"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<bool> AddRows(BatchRows rows);

    /// <summary>The file is whole. What its columns are is guessed, to be said by <see cref="Map"/>.</summary>
    [Alias("EndRows"), Door(Callers.AccessStaff | Callers.Operator)]
    Task EndRows();

    /// <summary>Says what the columns are, and judges all rows by it. May be said again until the batch is begun.</summary>
    [Alias("Map"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<MapOutcome> Map(IReadOnlyList<ImportField> columns);

    /// <summary>Begins the work that was judged. False where there is nothing to begin. The same call again changes nothing.</summary>
    [Alias("Begin"), Door(Callers.AccessStaff | Callers.Operator)]
    Task<bool> Begin();

    /// <summary>Stops after the rows that are in hand. Idempotent.</summary>
    [Alias("Pause"), Door(Callers.AccessStaff | Callers.Operator)]
    Task Pause();

    /// <summary>Goes on after a pause. Idempotent.</summary>
    [Alias("Resume"), Door(Callers.AccessStaff | Callers.Operator)]
    Task Resume();

    /// <summary>Stops for good; what was done stays done. Idempotent.</summary>
    [Alias("Cancel"), Door(Callers.AccessStaff | Callers.Operator)]
    Task Cancel();

    /// <summary>How far it is; null where there is no such batch.</summary>
    [Alias("Get"), Door(Callers.AccessStaff | Callers.Operator), AlwaysInterleave]
    Task<BatchView?> Get();

    /// <summary>A page of rows with their outcomes, in order.</summary>
    [Alias("Rows"), Door(Callers.AccessStaff | Callers.Operator), AlwaysInterleave]
    Task<BatchRowPage> Rows(BatchRowQuery query);

    /// <summary>Writes down that the rows are about to be downloaded. False where there is no such batch.</summary>
    /// <param name="outcome">Which of them, as the page names it; empty: all.</param>
    [Alias("NoteExport"), Door(Callers.AccessStaff), Once]
    Task<bool> NoteExport(string outcome);
}

/// <summary>The bulk work of an organisation, newest first. A stateless worker over the batches table. Key: <c>{org}</c>.</summary>
[Alias("portal.IBatchListGrain"), Repeatable]
public interface IBatchListGrain : IGrainWithStringKey
{
    /// <summary>The newest 20 of a job; of backfills none but for administrators.</summary>
    [Alias("List"), Door(Callers.AccessStaff)]
    Task<IReadOnlyList<BatchListRow>> List(BatchJob job);
}
