using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Credentials;
using Portal.Grains.Import;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.Onboarding;

/// <inheritdoc cref="IBatchGrain" />
/// <remarks>
/// A timer takes the next rows, a reminder brings the timer back after a crash. Rows are taken in order; what came of them is written to
/// their table, and only then the state moves on. After a crash the rows behind the state's cursor that have an outcome are left as they
/// are, those without are done again, which is harmless: what they do carries the row's id.
/// </remarks>
public sealed partial class BatchGrain(
    [PersistentState("batch")] IPersistentState<BatchState> state, Database database, KeyedHash hashes, TimeProvider time,
    ILogger<BatchGrain> log) : PortalGrain(time), IBatchGrain, IRemindable
{
    private const string Reminder = "batch";

    // The shortest period that Orleans takes: work that was cut off goes on about so long afterwards, if nobody looks before.
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RestPeriod = TimeSpan.FromDays(1);

    // One write is over within a fraction of a second. Ours.
    private const int BlankedAtOnce = 5_000;

    private BatchJobWorker? _worker;
    private IGrainTimer? _timer;

    private BatchState State => state.State;

    private string Id => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!Batch.IsMoving(State)) return;
        await RecoverAsync();
        StartTimer();
    }

    /// <inheritdoc />
    public async Task<CreateBatchOutcome> Create(CreateBatch command)
    {
        await AllowAsync(command.Job);
        if (!Batch.Exists(State))
        {
            if (!Batch.IsValid(command)) return CreateBatchOutcome.Invalid;
            if (command.Job != BatchJob.Import) await WakeAsync();
            else await this.RegisterOrUpdateReminder(Reminder, Batch.UnbegunFor, RestPeriod);
            await SaveAsync(Batch.Create(command, CallerContext.Current, Now), "created");
            if (Batch.IsMoving(State)) StartTimer();
        }

        await TellAsync();
        return CreateBatchOutcome.Created;
    }

    /// <inheritdoc />
    public async Task<bool> AddRows(BatchRows rows)
    {
        if (State is not { Job: BatchJob.Import, Stage: BatchStage.Filling }) return false;
        // The same rows again, after a call whose answer was lost.
        if (rows.First <= State.Total) return true;
        if (rows.First != State.Total + 1 || rows.Cells.Count > BatchRows.MaxAtOnce) return false;
        if (State.Total + rows.Cells.Count > BatchRows.MaxInAll) return false;
        await FillAsync([.. rows.Cells.Select(cells => new BatchRow(0, "", Bounded(cells)))], "");
        return true;
    }

    /// <inheritdoc />
    public async Task EndRows()
    {
        if (State is not { Job: BatchJob.Import, Stage: BatchStage.Filling }) return;
        await WakeAsync();
        await SaveAsync(Batch.Full(State, ImportColumns.Guess(State.Header)), null);
        if (Batch.IsMoving(State)) StartTimer();
    }

    /// <inheritdoc />
    public async Task<MapOutcome> Map(IReadOnlyList<ImportField> columns)
    {
        await AllowAsync(State.Job);
        var outcome = Batch.Judge(State, columns);
        if (outcome != MapOutcome.Checking) return outcome;
        await WakeAsync();
        await SaveAsync(Batch.Checking(State with { Columns = columns }), null);
        await RecoverAsync();
        StartTimer();
        return outcome;
    }

    /// <inheritdoc />
    public async Task<bool> Begin()
    {
        await AllowAsync(State.Job);
        var next = Batch.Begin(State, CallerContext.Current, Now);
        if (!ReferenceEquals(next, State))
        {
            await WakeAsync();
            await SaveAsync(next, "begun");
            await TellAsync();
            StartTimer();
        }

        return State.BegunAt is not null;
    }

    /// <inheritdoc />
    public async Task Pause()
    {
        await AllowAsync(State.Job);
        await ChangeAsync(Batch.Pause(State), "paused");
    }

    /// <inheritdoc />
    public async Task Resume()
    {
        await AllowAsync(State.Job);
        if (Batch.IsMoving(Batch.Resume(State))) await WakeAsync();
        await ChangeAsync(Batch.Resume(State), "resumed");
        if (Batch.IsMoving(State)) StartTimer();
    }

    /// <inheritdoc />
    public async Task Cancel()
    {
        if (!Batch.Exists(State)) return;
        await AllowAsync(State.Job);
        await ChangeAsync(Batch.Cancel(State, Now), "cancelled");
        if (!Batch.IsMoving(State)) await SleepAsync();
    }

    /// <inheritdoc />
    public async Task<BatchView?> Get()
    {
        // What guessed addresses bring to life does not stay in memory.
        if (!Batch.Exists(State)) DeactivateOnIdle();
        await AllowAsync(State.Job);
        return Batch.View(State, Id);
    }

    /// <inheritdoc />
    public async Task<BatchRowPage> Rows(BatchRowQuery query)
    {
        await AllowAsync(State.Job);
        var page = await BatchTable.PageAsync(database, Organisation, Id, query);
        if (State.Job != BatchJob.Import) return page;
        return page with { Rows = [.. page.Rows.Select(WithPatient)] };
    }

    /// <inheritdoc />
    public async Task<bool> NoteExport(string outcome)
    {
        if (!Batch.Exists(State)) return false;
        await AllowAsync(State.Job);
        await AuditAsync("bulk.exported", details:
            [("batch", Id), ("job", State.Job.ToString()), ("rows", $"{State.Total}"), ("outcome", outcome)]);
        return true;
    }

    /// <inheritdoc />
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await TellAsync();
        if (Batch.ForgetAt(State) <= Now) await ForgetOldAsync();
        if (!Batch.IsMoving(State)) await SleepAsync();
        else StartTimer();
    }

    // Both may be done again after a crash in between.
    private async Task ForgetOldAsync()
    {
        if (!Batch.IsOver(State))
        {
            await ChangeAsync(Batch.Cancel(State, Now), "cancelled");
            return;
        }

        for (var first = 1; first <= State.Total; first += BlankedAtOnce)
            await database.WriteAsync(BatchTable.Blank(Organisation, Id, first, first + BlankedAtOnce - 1));
        await SaveAsync(State with { Blanked = true }, null);
    }

    // The doors are every job's; of a backfill only administrators' callers pass.
    private async Task AllowAsync(BatchJob job)
    {
        if (Batch.MayCall(job, CallerContext.Current)) return;
        await AuditAsync("door.refused", AuditOutcome.Refused, reason: "wrong-role", details: ("door", nameof(IBatchGrain)));
        throw new DoorRefusedException("A backfill is the administrators'.");
    }

    // The id follows from the row, so that it is not stored with each.
    private BatchRowView WithPatient(BatchRowView row) =>
        row.Outcome == RowOutcome.Done ? row with { Patient = Batch.PatientOf(Organisation, Id, row.Number) } : row;

    private static IReadOnlyList<string> Bounded(IReadOnlyList<string> cells) =>
    [
        .. cells.Take(CreateBatch.MaxColumns + 1).Select(cell => cell.Length <= BatchRows.MaxCell ? cell : cell[..BatchRows.MaxCell]),
    ];

    private async Task ChangeAsync(BatchState next, string what)
    {
        if (!ReferenceEquals(next, State)) await SaveAsync(next, what);
        await TellAsync();
    }

    private async Task SaveAsync(BatchState next, string? what)
    {
        if (next.Stage != State.Stage) _worker = null;
        if (what is not null)
            next = next.Noting(Entry($"bulk.{what}", details: [("batch", Id), ("job", next.Job.ToString()), ("rows", $"{next.Total}")]));
        await WriteAsync(state, next with { Version = State.Version + 1 });
        if (what is null) await database.WriteAsync(BatchTable.Upsert(Organisation, Id, State));
    }

    private Task TellAsync() => TellAsync(state, told => database.WriteAsync(BatchTable.Upsert(Organisation, Id, told)));

    private async Task FillAsync(IReadOnlyList<BatchRow> rows, string filledTo)
    {
        if (rows.Count > 0) await database.WriteAsync(BatchTable.Add(database.Dialect, Organisation, Id, State.Total, rows));
        await SaveAsync(Batch.Filled(State, rows.Count, filledTo), null);
    }

    private Task WakeAsync() => this.RegisterOrUpdateReminder(Reminder, ReminderPeriod, ReminderPeriod);

    // Until something is to be forgotten, which is judged by its date.
    private async Task SleepAsync()
    {
        if (Batch.ForgetAt(State) is { } at)
            await this.RegisterOrUpdateReminder(Reminder, at > Now ? at - Now : TimeSpan.Zero, RestPeriod);
        else if (await this.GetReminder(Reminder) is { } reminder) await this.UnregisterReminder(reminder);
    }

    private async Task<BatchJobWorker?> WorkerAsync()
    {
        if (_worker is not null) return _worker;
        if (await OrganisationAsync() is not { } organisation) return null;
        var context = new BatchContext(Organisation, Id, State, organisation, GrainFactory, database, hashes, Now);
        return _worker = State.Job switch
        {
            BatchJob.Import => new ImportWorker(context),
            BatchJob.Onboarding => new OnboardingWorker(context),
            _ => new BackfillWorker(context),
        };
    }
}
