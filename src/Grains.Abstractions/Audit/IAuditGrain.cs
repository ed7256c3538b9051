using Orleans;
using Orleans.Concurrency;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Abstractions.Audit;

/// <summary>
/// Writes the audit log of one organisation: a hash chain of rows in a table of their own. Key: <c>{org}</c>. Calls nobody.
/// Entries that come in while a write is under way are written together with the next one.
/// </summary>
[Alias("portal.IAuditGrain"), Repeatable]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>Appends; durable when it returns. An entry whose id is in the log already is not appended again.</summary>
    [Alias("Append"), Door(Callers.Grain | Callers.Operator), AlwaysInterleave]
    Task Append(AuditEntry entry);

    /// <summary>Appends many, in order, as <see cref="Append"/> does each.</summary>
    [Alias("AppendAll"), Door(Callers.Grain | Callers.Operator), AlwaysInterleave]
    Task AppendAll(IReadOnlyList<AuditEntry> entries);

    /// <summary>
    /// The end of the log as memory has it since the last write; null where it does not know. A database that was put back to an earlier
    /// day under a running process shows by it.
    /// </summary>
    [Alias("Head"), Door(Callers.Grain), AlwaysInterleave]
    Task<AuditHead?> Head();
}

/// <summary>Reads the audit log of one organisation. A stateless worker over the audit table. Key: <c>{org}</c>.</summary>
[Alias("portal.IAuditReaderGrain"), Repeatable]
public interface IAuditReaderGrain : IGrainWithStringKey
{
    /// <summary>A page of rows, newest first.</summary>
    [Alias("Page"), Door(Callers.Admin | Callers.AdminAssistant)]
    Task<AuditPage> Page(AuditQuery query);

    /// <summary>
    /// Notes in the log that it leaves the house, and by which filter; then the rows are read with <see cref="Page"/>.
    /// </summary>
    [Alias("BeginExport"), Door(Callers.Admin | Callers.AdminAssistant), Once]
    Task BeginExport(AuditQuery query);

    /// <summary>The newest rows about a patient's ways in: codes, sign-ins, refusals, invitations, links.</summary>
    /// <param name="patient">The patient.</param>
    /// <param name="limit">1 to 50.</param>
    [Alias("SignInEvents"), Door(Callers.AnyStaff)]
    Task<IReadOnlyList<AuditEntry>> SignInEvents(string patient, int limit);

    /// <summary>
    /// Checks the chain from its first row to the head that is kept beside it; names the first bad row, a tail that was cut off, and a head
    /// that is gone or says something else.
    /// </summary>
    [Alias("Verify"), Door(Callers.Admin | Callers.Operator)]
    Task<AuditVerification> Verify();
}
