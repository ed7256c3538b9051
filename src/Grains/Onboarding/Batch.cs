using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Onboarding;

/// <summary>
/// The rules of bulk work. A batch goes one way through its stages; each stage goes through the rows in order, and begins with the row
/// after <see cref="BatchState.Cursor"/> wherever it is resumed.
/// </summary>
public static class Batch
{
    /// <summary>
    /// Whether staff may have to do with bulk work of this kind: a backfill, which shows and makes what people sign in with, is for
    /// administrators. Who is no staff member was judged by the door.
    /// </summary>
    public static bool MayCall(BatchJob job, Principal? caller) =>
        job != BatchJob.Backfill || caller is not { Kind: PrincipalKind.Staff, Role: not StaffRole.Admin };

    /// <summary>
    /// For how long after its end the rows keep what was in the file, so that what went wrong can be put right. Ours: as registrations that
    /// were decided.
    /// </summary>
    public static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(30);

    /// <summary>After its making, when work that nobody has begun is cancelled. Ours: who meant it has come back within a week.</summary>
    public static readonly TimeSpan UnbegunFor = TimeSpan.FromDays(7);

    /// <summary>When something is to be forgotten: what its rows say, or the batch that was never begun. Null: nothing.</summary>
    public static DateTimeOffset? ForgetAt(BatchState state) => state switch
    {
        { Stage: BatchStage.Done or BatchStage.Cancelled } => state.Blanked ? null : state.EndedAt + KeptAfterEnd,
        { Stage: BatchStage.None } or { BegunAt: not null } => null,
        _ => state.CreatedAt + UnbegunFor,
    };

    /// <summary>Whether there is such a batch.</summary>
    public static bool Exists(BatchState state) => state.Stage != BatchStage.None;

    /// <summary>Whether it goes on by itself. The rows of a file come from outside.</summary>
    public static bool IsMoving(BatchState state) => !state.Paused && state.Stage switch
    {
        BatchStage.Filling => state.Job != BatchJob.Import,
        BatchStage.Checking or BatchStage.Running => true,
        _ => false,
    };

    /// <summary>Whether it is over.</summary>
    public static bool IsOver(BatchState state) => state.Stage is BatchStage.Done or BatchStage.Cancelled;

    /// <summary>Whether a command asks for something: an import for columns, an onboarding for an action.</summary>
    public static bool IsValid(CreateBatch command) => command.Job switch
    {
        BatchJob.Import => command.Header.Count is > 0 and <= CreateBatch.MaxColumns
            && (command.Columns.Count == 0 || command.Columns.Count == command.Header.Count),
        BatchJob.Onboarding => command.Onboarding is { } order && (order.GiveAccess || order.Invite || order.SendLink)
            && order.Patients.Count <= OnboardingOrder.MaxChosen && order.Patients.All(Ids.IsValid),
        BatchJob.Backfill => true,
        _ => false,
    };

    /// <summary>A new batch, waiting for its rows.</summary>
    public static BatchState Create(CreateBatch command, Principal? caller, DateTimeOffset now) => new()
    {
        Job = command.Job,
        Stage = BatchStage.Filling,
        Name = PlainText.Cleaned(command.Name, CreateBatch.MaxName),
        Header = [.. command.Header.Select(name => PlainText.Cleaned(name, CreateBatch.MaxName))],
        Columns = command.Columns,
        Onboarding = command.Onboarding,
        CreatedAt = now,
        CreatedBy = caller?.Subject ?? "",
        Actor = caller,
    };

    /// <summary>More rows are there, numbered after those before.</summary>
    public static BatchState Filled(BatchState state, int rows, string filledTo = "") =>
        state with { Total = state.Total + rows, FilledTo = filledTo };

    /// <summary>All rows are there.</summary>
    /// <param name="state">The state.</param>
    /// <param name="columns">What the columns of a file are taken to be.</param>
    public static BatchState Full(BatchState state, IReadOnlyList<ImportField> columns)
    {
        if (state.Stage != BatchStage.Filling) return state;
        if (state.Job != BatchJob.Import) return Checking(state);
        // A format with columns of its own needs nobody to say what they are.
        return state.Columns.Count > 0 ? Checking(state) : state with { Stage = BatchStage.Mapping, Columns = columns };
    }

    /// <summary>Whether columns can be read by; else what is wrong with them.</summary>
    public static MapOutcome Judge(BatchState state, IReadOnlyList<ImportField> columns)
    {
        if (state.Job != BatchJob.Import || state.Stage is not (BatchStage.Mapping or BatchStage.Ready) || state.BegunAt is not null)
            return MapOutcome.NotNow;
        if (columns.Count != state.Header.Count || !columns.All(Enum.IsDefined)) return MapOutcome.NotNow;
        var named = columns.Where(c => c != ImportField.None).ToArray();
        if (named.Distinct().Count() != named.Length) return MapOutcome.Twice;
        var hasName = named.Contains(ImportField.FullName)
            || (named.Contains(ImportField.GivenName) && named.Contains(ImportField.FamilyName));
        if (!hasName) return MapOutcome.NoName;
        return named.Contains(ImportField.BirthDate) ? MapOutcome.Checking : MapOutcome.NoBirthDate;
    }

    /// <summary>Begins to judge the rows, from the first one on.</summary>
    public static BatchState Checking(BatchState state) => state with { Stage = BatchStage.Checking, Cursor = 0, Counts = [] };

    /// <summary>The stage is done with the rows up to one.</summary>
    public static BatchState Behind(BatchState state, int cursor, IReadOnlyList<OutcomeCount> counts) =>
        state with { Cursor = cursor, Counts = counts };

    /// <summary>The stage is done with all rows. What was judged has a sure number of rows to do.</summary>
    /// <param name="state">The state.</param>
    /// <param name="counts">How many rows have each outcome.</param>
    /// <param name="now">The moment.</param>
    public static BatchState Through(BatchState state, IReadOnlyList<OutcomeCount> counts, DateTimeOffset now) =>
        state.Stage switch
        {
            BatchStage.Checking => state with { Stage = BatchStage.Ready, Cursor = 0, Counts = counts },
            BatchStage.Running => state with { Stage = BatchStage.Done, Counts = counts, EndedAt = now },
            _ => state,
        };

    /// <summary>Begins the work; the same state where it cannot be, or is begun.</summary>
    public static BatchState Begin(BatchState state, Principal? caller, DateTimeOffset now) =>
        state.Stage == BatchStage.Ready ? state with { Stage = BatchStage.Running, Cursor = 0, BegunAt = now, Actor = caller } : state;

    /// <summary>Stops it for now; the same state where nothing moves.</summary>
    public static BatchState Pause(BatchState state) => IsMoving(state) ? state with { Paused = true } : state;

    /// <summary>Goes on; the same state where it is not paused.</summary>
    public static BatchState Resume(BatchState state) => state.Paused ? state with { Paused = false } : state;

    /// <summary>Stops it for good; the same state where it is over.</summary>
    public static BatchState Cancel(BatchState state, DateTimeOffset now) =>
        IsOver(state) || !Exists(state) ? state : state with { Stage = BatchStage.Cancelled, Paused = false, EndedAt = now };

    /// <summary>Counts with more rows of some outcomes.</summary>
    public static IReadOnlyList<OutcomeCount> Plus(IReadOnlyList<OutcomeCount> counts, IEnumerable<RowOutcome> outcomes)
    {
        var sums = counts.ToDictionary(c => c.Outcome, c => c.Rows);
        foreach (var outcome in outcomes) sums[outcome] = sums.GetValueOrDefault(outcome) + 1;
        return Sorted(sums);
    }

    /// <summary>Counts in the order of their outcomes, without those of rows that are still to be done.</summary>
    public static IReadOnlyList<OutcomeCount> Sorted(IEnumerable<KeyValuePair<RowOutcome, int>> sums) =>
    [
        .. sums.Where(s => s.Value > 0 && s.Key != RowOutcome.ToDo).OrderBy(s => s.Key)
            .Select(s => new OutcomeCount { Outcome = s.Key, Rows = s.Value }),
    ];

    /// <summary>The id of a row: the same whenever it is done again.</summary>
    public static string RowId(string organisation, string batch, int number) => Ids.Derive("r", $"{organisation}/{batch}/{number}");

    /// <summary>The patient that a row of an import makes: the same whenever it is done again.</summary>
    public static string PatientOf(string organisation, string batch, int number) =>
        Ids.Derive("p", $"import/{organisation}/{batch}/{number}");

    /// <summary>As staff see it.</summary>
    public static BatchView? View(BatchState state, string id) => !Exists(state) ? null : new BatchView
    {
        Id = id,
        Job = state.Job,
        Name = state.Name,
        Stage = state.Stage,
        Paused = state.Paused,
        Total = state.Total,
        Behind = state.Stage is BatchStage.Done or BatchStage.Ready ? state.Total : state.Cursor,
        Counts = state.Counts,
        CreatedAt = state.CreatedAt,
        BegunAt = state.BegunAt,
        EndedAt = state.EndedAt,
        Header = state.Header,
        Columns = state.Columns,
        Onboarding = state.Onboarding,
    };
}
