using Portal.Grains.Abstractions.Audit;

namespace Portal.Grains.Audit;

/// <summary>An entry in its place of the chain.</summary>
/// <param name="Entry">The entry, with its sequence number.</param>
/// <param name="Hash">HMAC-SHA256 over the hash of the row before and this entry.</param>
public sealed record ChainedEntry(AuditEntry Entry, byte[] Hash);

/// <summary>The head of a chain as it is kept beside the rows.</summary>
/// <param name="Sequence">The newest row's place.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Seal">Says that both are the chain's own.</param>
public sealed record SealedHead(long Sequence, byte[] Hash, byte[] Seal)
{
    /// <summary>As it is shown.</summary>
    public AuditHead AsHead() => new() { Sequence = Sequence, Hash = Convert.ToHexStringLower(Hash) };
}

/// <summary>Where a stored log ends.</summary>
/// <param name="Sequence">The newest row's place; 0 where there is none.</param>
/// <param name="Hash">Its hash; empty likewise.</param>
/// <param name="Head">The head that is kept beside the rows; null where there is none.</param>
public sealed record AuditEnds(long Sequence, byte[] Hash, SealedHead? Head);
