using Portal.Grains.Abstractions.Audit;

namespace Portal.Grains.Audit;

/// <summary>An entry in its place of the chain.</summary>
/// <param name="Entry">The entry, with its sequence number.</param>
/// <param name="Hash">SHA-256 over the hash of the row before and this entry.</param>
public sealed record ChainedEntry(AuditEntry Entry, byte[] Hash);
