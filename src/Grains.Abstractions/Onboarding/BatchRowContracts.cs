using Orleans;

namespace Portal.Grains.Abstractions.Onboarding;

/// <summary>Rows of a file.</summary>
[GenerateSerializer, Alias("portal.BatchRows"), Immutable]
public sealed record BatchRows
{
    /// <summary>The most rows of one call. Ours: half a megabyte of usual ones.</summary>
    public const int MaxAtOnce = 2_000;

    /// <summary>The most rows of a batch. Ours: five times the largest clinic that the portal is measured with.</summary>
    public const int MaxInAll = 500_000;

    /// <summary>The longest cell that is kept, in characters; longer ones are cut, and refused by their field's limit later.</summary>
    public const int MaxCell = 300;

    /// <summary>The number of the first one, from 1, without the header.</summary>
    [Id(0)] public int First { get; init; }

    /// <summary>Their cells.</summary>
    [Id(1)] public IReadOnlyList<IReadOnlyList<string>> Cells { get; init; } = [];
}

/// <summary>Which rows to show.</summary>
[GenerateSerializer, Alias("portal.BatchRowQuery"), Immutable]
public sealed record BatchRowQuery
{
    /// <summary>The most rows of a page.</summary>
    public const int MaxRows = 1_000;

    /// <summary>Only rows of this outcome; null: all.</summary>
    [Id(0)] public RowOutcome? Outcome { get; init; }

    /// <summary>Only rows that nothing came of: neither done nor to be done.</summary>
    [Id(1)] public bool Problems { get; init; }

    /// <summary>Only rows after this number.</summary>
    [Id(2)] public int After { get; init; }

    /// <summary>How many, 1 to <see cref="MaxRows"/>.</summary>
    [Id(3)] public int Limit { get; init; } = 25;
}

/// <summary>A page of rows.</summary>
[GenerateSerializer, Alias("portal.BatchRowPage"), Immutable]
public sealed record BatchRowPage
{
    /// <summary>The rows.</summary>
    [Id(0)] public IReadOnlyList<BatchRowView> Rows { get; init; } = [];

    /// <summary>Whether there are more after them.</summary>
    [Id(1)] public bool More { get; init; }
}

/// <summary>A row.</summary>
[GenerateSerializer, Alias("portal.BatchRowView"), Immutable]
public sealed record BatchRowView
{
    /// <summary>Its number, from 1.</summary>
    [Id(0)] public int Number { get; init; }

    /// <summary>The patient; empty where there is none yet.</summary>
    [Id(1)] public string Patient { get; init; } = "";

    /// <summary>The patient's name; empty where it is not known.</summary>
    [Id(2)] public string Name { get; init; } = "";

    /// <summary>Its cells: of a file as they are in there; of a backfill kind and value.</summary>
    [Id(3)] public IReadOnlyList<string> Cells { get; init; } = [];

    /// <summary>What came of it.</summary>
    [Id(4)] public RowOutcome Outcome { get; init; }

    /// <summary>More about it, as a stable name: <c>birth-date</c>, <c>invited</c>.</summary>
    [Id(5)] public string Detail { get; init; } = "";
}
