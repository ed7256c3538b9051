using Orleans;

namespace Portal.Grains.Abstractions.Audit;

/// <summary>Which rows to read.</summary>
[GenerateSerializer, Alias("portal.AuditQuery"), Immutable]
public sealed record AuditQuery
{
    /// <summary>Only rows about this patient; null: all.</summary>
    [Id(0)] public string? Patient { get; init; }

    /// <summary>Only rows whose action begins with this, such as "sign-in"; null: all.</summary>
    [Id(1)] public string? Action { get; init; }

    /// <summary>Only rows of this outcome; null: all.</summary>
    [Id(2)] public AuditOutcome? Outcome { get; init; }

    /// <summary>Rows before this sequence number; null: from the newest.</summary>
    [Id(3)] public long? Before { get; init; }

    /// <summary>Rows a page, 1 to 200. Default 50.</summary>
    [Id(4)] public int PageSize { get; init; } = 50;
}

/// <summary>A page of the audit log.</summary>
[GenerateSerializer, Alias("portal.AuditPage"), Immutable]
public sealed record AuditPage
{
    /// <summary>The rows, newest first.</summary>
    [Id(0)] public IReadOnlyList<AuditEntry> Rows { get; init; } = [];

    /// <summary>What to pass as <see cref="AuditQuery.Before"/> for the next page; null where there is none.</summary>
    [Id(1)] public long? Next { get; init; }
}

/// <summary>What the verifier found.</summary>
[GenerateSerializer, Alias("portal.AuditVerification"), Immutable]
public sealed record AuditVerification
{
    /// <summary>How many rows were read.</summary>
    [Id(0)] public long Rows { get; init; }

    /// <summary>The sequence number of the first bad row; null where the chain is whole.</summary>
    [Id(1)] public long? FirstBad { get; init; }
}
