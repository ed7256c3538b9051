using Orleans;

namespace Portal.Grains.Abstractions.Audit;

/// <summary>Which rows to read.</summary>
[GenerateSerializer, Alias("portal.AuditQuery"), Immutable]
public sealed record AuditQuery
{
    /// <summary>The most rows of a page. Ours.</summary>
    public const int MaxPageSize = 500;

    /// <summary>Only rows about this patient; null: all.</summary>
    [Id(0)] public string? Patient { get; init; }

    /// <summary>Only rows whose action begins with this, such as "sign-in"; null: all.</summary>
    [Id(1)] public string? Action { get; init; }

    /// <summary>Only rows of this outcome; null: all.</summary>
    [Id(2)] public AuditOutcome? Outcome { get; init; }

    /// <summary>Rows older than the one with this sequence number; null: from the newest.</summary>
    [Id(3)] public long? Before { get; init; }

    /// <summary>Rows a page, 1 to <see cref="MaxPageSize"/>. Default 50.</summary>
    [Id(4)] public int PageSize { get; init; } = 50;

    /// <summary>Only what this staff member or patient did; null: all.</summary>
    [Id(5)] public string? Actor { get; init; }

    /// <summary>Only from this moment on; null: from the beginning.</summary>
    [Id(6)] public DateTimeOffset? From { get; init; }

    /// <summary>Only before this moment; null: until now.</summary>
    [Id(7)] public DateTimeOffset? To { get; init; }
}

/// <summary>A page of the audit log.</summary>
[GenerateSerializer, Alias("portal.AuditPage"), Immutable]
public sealed record AuditPage
{
    /// <summary>The rows, newest first.</summary>
    [Id(0)] public IReadOnlyList<AuditEntry> Rows { get; init; } = [];

    /// <summary>What to pass as <see cref="AuditQuery.Before"/> for the next page; null where there is none.</summary>
    [Id(1)] public long? Next { get; init; }

    /// <summary>The names of the patients that the rows are about, by id, as far as they are on file.</summary>
    [Id(2)] public IReadOnlyDictionary<string, string> Patients { get; init; } = new Dictionary<string, string>();
}

/// <summary>What the verifier found.</summary>
[GenerateSerializer, Alias("portal.AuditVerification"), Immutable]
public sealed record AuditVerification
{
    /// <summary>How many rows were read.</summary>
    [Id(0)] public long Rows { get; init; }

    /// <summary>The sequence number of the first bad row; null where the chain is whole.</summary>
    [Id(1)] public long? FirstBad { get; init; }

    /// <summary>What is wrong with it; null where the chain is whole.</summary>
    [Id(2)] public AuditFault? Fault { get; init; }

    /// <summary>The end of what was found good. Kept elsewhere, it shows a later check what was cut off or written anew.</summary>
    [Id(3)] public AuditHead Head { get; init; } = new();
}

/// <summary>An end of an audit log, known from an earlier check or an export.</summary>
[GenerateSerializer, Alias("portal.AuditHead"), Immutable]
public sealed record AuditHead
{
    /// <summary>How many rows there were.</summary>
    [Id(0)] public long Sequence { get; init; }

    /// <summary>Hash of the last row in lower hex; empty for an empty log.</summary>
    [Id(1)] public string Hash { get; init; } = "";
}

/// <summary>What is wrong with an audit log.</summary>
[GenerateSerializer, Alias("portal.AuditFault"), Immutable]
public abstract record AuditFault
{
    private AuditFault() { }

    /// <summary>The first row in which it shows.</summary>
    [Id(0)] public long Sequence { get; init; }

    /// <summary>The row is not what was written after the row before it: it was changed, or put there in place of another.</summary>
    [GenerateSerializer, Alias("portal.AuditFault.Changed"), Immutable]
    public sealed record Changed : AuditFault;

    /// <summary>No row has this number though a later one is there.</summary>
    [GenerateSerializer, Alias("portal.AuditFault.Missing"), Immutable]
    public sealed record Missing : AuditFault;

    /// <summary>The row comes after one with the same or a higher number.</summary>
    [GenerateSerializer, Alias("portal.AuditFault.OutOfOrder"), Immutable]
    public sealed record OutOfOrder : AuditFault;

    /// <summary>The row is another organisation's.</summary>
    [GenerateSerializer, Alias("portal.AuditFault.Foreign"), Immutable]
    public sealed record Foreign : AuditFault;

    /// <summary>The log ends before its known head: this row and those up to the head were taken away.</summary>
    [GenerateSerializer, Alias("portal.AuditFault.CutOff"), Immutable]
    public sealed record CutOff : AuditFault;

    /// <summary>
    /// The chain holds in itself and has another hash at its known head: some row up to this one was written anew with all after it.
    /// </summary>
    [GenerateSerializer, Alias("portal.AuditFault.Forged"), Immutable]
    public sealed record Forged : AuditFault;

    /// <summary>
    /// The head that is kept beside the rows is gone, or was not sealed by this installation: rows from this one on may have been taken
    /// away.
    /// </summary>
    [GenerateSerializer, Alias("portal.AuditFault.HeadLost"), Immutable]
    public sealed record HeadLost : AuditFault;
}
