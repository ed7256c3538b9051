using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;

namespace Portal.Grains.Onboarding;

/// <summary>What is stored of a batch. Its rows are in a table of their own.</summary>
[GenerateSerializer, Alias("portal.BatchState")]
public sealed record BatchState : IUntold<BatchState>
{
    /// <summary>What it does.</summary>
    [Id(0)] public BatchJob Job { get; init; }

    /// <summary>How far it has come; none: there is no such batch.</summary>
    [Id(1)] public BatchStage Stage { get; init; }

    /// <summary>Whether it waits for somebody to resume it.</summary>
    [Id(2)] public bool Paused { get; init; }

    /// <summary>What staff call it.</summary>
    [Id(3)] public string Name { get; init; } = "";

    /// <summary>Import: the names of the columns.</summary>
    [Id(4)] public IReadOnlyList<string> Header { get; init; } = [];

    /// <summary>Import: what the columns are.</summary>
    [Id(5)] public IReadOnlyList<ImportField> Columns { get; init; } = [];

    /// <summary>Onboarding: what is done to whom.</summary>
    [Id(6)] public OnboardingOrder Onboarding { get; init; } = new();

    /// <summary>Rows in all.</summary>
    [Id(7)] public int Total { get; init; }

    /// <summary>The number of the last row that this stage is done with.</summary>
    [Id(8)] public int Cursor { get; init; }

    /// <summary>While rows are looked up: where in the directory it is.</summary>
    [Id(9)] public string FilledTo { get; init; } = "";

    /// <summary>How many rows have each outcome.</summary>
    [Id(10)] public IReadOnlyList<OutcomeCount> Counts { get; init; } = [];

    /// <summary>When it was made.</summary>
    [Id(11)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was begun; null: not yet.</summary>
    [Id(12)] public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When it ended; null: not yet.</summary>
    [Id(13)] public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Who made it.</summary>
    [Id(14)] public string CreatedBy { get; init; } = "";

    /// <summary>Whose work it is, for the audit log: who made it, then who began it.</summary>
    [Id(15)] public Principal? Actor { get; init; }

    /// <summary>Rises with each write; the table says which version it has.</summary>
    [Id(16)] public long Version { get; init; }

    /// <inheritdoc />
    [Id(17)] public IReadOnlyList<AuditEntry> Untold { get; init; } = [];

    /// <summary>Whether what its rows said is forgotten; what came of each is not.</summary>
    [Id(80)] public bool Blanked { get; init; }

    /// <inheritdoc />
    public BatchState WithUntold(IReadOnlyList<AuditEntry> untold) => this with { Untold = untold };
}
