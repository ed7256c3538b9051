using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Onboarding;

// The work itself: rows after rows, as long as the batch moves.
public sealed partial class BatchGrain
{
    // How long it works before others have a turn: who pauses it waits no longer. Ours.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);

    // By a clock that does not move, too.
    private const int MostStepsInTurn = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    // The database is away, or a silo: what failed is tried again so much later.
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    // Rows that are worked out and being written, and the last of them.
    private Task _writing = Task.CompletedTask;
    private int _ahead;

    // Something of the last turn may be written and not be in the log, or not be counted.
    private bool _failed;

    private void StartTimer() => _timer ??= this.RegisterGrainTimer(
        TickAsync, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Soon, KeepAlive = true });

    private async Task TickAsync(CancellationToken ct)
    {
        // In the name of whoever began it: the log says who.
        CallerContext.Set(State.Actor);
        try
        {
            if (_failed) await RecoverAsync();
            _failed = false;
            var since = Time.GetTimestamp();
            for (var step = 0; Batch.IsMoving(State) && step < MostStepsInTurn && Time.GetElapsedTime(since) < Turn; step++)
            {
                if (ct.IsCancellationRequested) return;
                await StepAsync();
            }

            await WrittenAsync();
            _timer?.Change(Soon, Soon);
            if (Batch.IsMoving(State)) return;
            StopTimer();
            await SleepAsync();
        }
        catch (Exception error)
        {
            // Whatever it was, the rows without outcome are taken again. A write that failed takes the activation away, and the reminder
            // brings another.
            log.LogWarning(error, "Rows of a batch could not be worked on; they are taken again.");
            (_worker, _failed) = (null, true);
            await ForgetAsync();
            _timer?.Change(Retry, Soon);
        }
        finally
        {
            CallerContext.Set(null);
        }
    }

    private void StopTimer()
    {
        _timer?.Dispose();
        _timer = null;
    }

    private async Task StepAsync()
    {
        if (await WorkerAsync() is not { } worker) throw new InvalidOperationException("A batch of no organisation.");
        switch (State.Stage)
        {
            case BatchStage.Filling:
                await FillStepAsync(worker);
                break;
            case BatchStage.Checking:
                await CheckStepAsync(worker);
                break;
            default:
                await RunStepAsync(worker);
                break;
        }
    }

    private async Task FillStepAsync(BatchJobWorker worker)
    {
        var filled = await worker.FillAsync(State.FilledTo);
        var room = BatchRows.MaxInAll - State.Total;
        await FillAsync([.. filled.Rows.Take(room)], filled.FilledTo ?? "");
        if (filled.FilledTo is null || filled.Rows.Count > room) await SaveAsync(Batch.Full(State, []), null);
    }

    private async Task CheckStepAsync(BatchJobWorker worker)
    {
        var rows = await BatchTable.AfterAsync(database, Organisation, Id, State.Cursor, worker.CheckedAtOnce);
        if (rows.Count == 0)
        {
            await ThroughAsync();
            return;
        }

        var results = await worker.CheckAsync(rows);
        var outcomes = BatchTable.Outcomes(Organisation, Id, results, whole: false);
        if (outcomes.Count > 0) await database.WriteAsync(BatchTable.Unit(outcomes));
        await BehindAsync(rows[^1].Number, results);
    }

    private async Task RunStepAsync(BatchJobWorker worker)
    {
        var after = Math.Max(_ahead, State.Cursor);
        var rows = await BatchTable.AfterAsync(database, Organisation, Id, after, worker.DoneAtOnce, RowOutcome.ToDo);
        if (rows.Count == 0)
        {
            await WrittenAsync();
            await ThroughAsync();
            return;
        }

        var done = await worker.RunAsync(rows);
        await WrittenAsync();
        _ahead = rows[^1].Number;
        _writing = WriteRowsAsync(worker, _ahead, done);
        if (!worker.MayRunAhead) await WrittenAsync();
    }

    // What came of rows, then the log, then the state: in this order, whatever is worked out meanwhile.
    private async Task WriteRowsAsync(BatchJobWorker worker, int last, RowsDone done)
    {
        var outcomes = BatchTable.Outcomes(Organisation, Id, done.Results, whole: true);
        await database.WriteAsync(BatchTable.Unit([.. done.With, .. outcomes]));
        await LogAsync(worker, done.Results.Where(r => r.Outcome == RowOutcome.Done).Select(r => r.Number));
        await BehindAsync(last, done.Results);
    }

    private async Task WrittenAsync()
    {
        await _writing;
        _ahead = 0;
    }

    // After a failure: whatever was still being written is waited for, and what is next is asked of the table.
    private async Task ForgetAsync()
    {
        try
        {
            await _writing;
        }
        catch (Exception error)
        {
            log.LogWarning(error, "Rows of a batch could not be written; they are taken again.");
        }

        (_writing, _ahead) = (Task.CompletedTask, 0);
    }

    // The list learns of it when the stage ends.
    private Task BehindAsync(int cursor, IReadOnlyList<RowResult> results) =>
        WriteAsync(state, Batch.Behind(State, cursor, Batch.Plus(State.Counts, results.Select(r => r.Outcome))));

    private async Task ThroughAsync()
    {
        var counts = await BatchTable.CountsAsync(database, Organisation, Id);
        var next = Batch.Through(State, counts, Now);
        await SaveAsync(next, next.Stage == BatchStage.Done ? "done" : null);
        await TellAsync();
    }

    /// <summary>
    /// After a crash: what was written of the rows in hand counts, and is in the log. Judging keeps things in memory, so that it begins
    /// anew.
    /// </summary>
    private async Task RecoverAsync()
    {
        if (State.Stage == BatchStage.Checking)
        {
            await database.WriteAsync(BatchTable.Unjudge(Organisation, Id));
            await WriteAsync(state, Batch.Checking(State));
        }
        else if (State.Stage == BatchStage.Running && await WorkerAsync() is { } worker)
        {
            var counts = await BatchTable.CountsAsync(database, Organisation, Id);
            var ahead = await BatchTable.AfterAsync(database, Organisation, Id, State.Cursor, 2 * worker.DoneAtOnce, RowOutcome.Done);
            await LogAsync(worker, ahead.Select(row => row.Number));
            state.State = Batch.Behind(State, State.Cursor, counts);
        }
    }

    private async Task LogAsync(BatchJobWorker worker, IEnumerable<int> done)
    {
        if (worker.Entries([.. done]) is { Count: > 0 } entries)
            await GrainFactory.GetGrain<IAuditGrain>(GrainKeys.ForAudit(Organisation)).AppendAll(entries);
    }
}
