using Portal.Grains.Abstractions.Audit;

namespace Portal.Grains.Audit;

/// <summary>
/// Reads an organisation's audit log from the first row to the last and names the first bad row. Holds one hash, whatever the
/// length of the log. After a fault it reads no further: what follows a broken place proves nothing.
/// </summary>
/// <param name="chain">Makes the hashes.</param>
/// <param name="organisation">Whose log it is.</param>
/// <param name="head">An end known from elsewhere; null: rows taken from the end, or a whole tail written anew, don't show.</param>
public sealed class AuditVerifier(AuditChain chain, string organisation, AuditHead? head)
{
    private byte[] _hash = [];
    private long _sequence;

    /// <summary>What is wrong; null so far.</summary>
    public AuditFault? Fault { get; private set; }

    /// <summary>The end of what was found good.</summary>
    public AuditHead Head => new() { Sequence = _sequence, Hash = Convert.ToHexStringLower(_hash) };

    /// <summary>Judges the next rows, in the order of the log.</summary>
    /// <returns>What is wrong, or null.</returns>
    public AuditFault? Read(IEnumerable<ChainedEntry> rows)
    {
        foreach (var row in rows)
        {
            Fault ??= Judge(row);
            if (Fault is not null) return Fault;
            (_sequence, _hash) = (row.Entry.Sequence, row.Hash);
        }

        return Fault;
    }

    /// <summary>Judges the end, after the last row.</summary>
    /// <returns>What is wrong, or null.</returns>
    public AuditFault? End()
    {
        if (Fault is null && _sequence < head?.Sequence) Fault = new AuditFault.CutOff { Sequence = _sequence + 1 };
        return Fault;
    }

    private AuditFault? Judge(ChainedEntry row)
    {
        var (number, next) = (row.Entry.Sequence, _sequence + 1);
        if (number > next) return new AuditFault.Missing { Sequence = next };
        if (number < next) return new AuditFault.OutOfOrder { Sequence = number };
        if (row.Entry.Organisation != organisation) return new AuditFault.Foreign { Sequence = number };
        if (!chain.Hash(_hash, row.Entry).AsSpan().SequenceEqual(row.Hash)) return new AuditFault.Changed { Sequence = number };
        var isForged = number == head?.Sequence && Convert.ToHexStringLower(row.Hash) != head.Hash;
        return isForged ? new AuditFault.Forged { Sequence = number } : null;
    }
}
