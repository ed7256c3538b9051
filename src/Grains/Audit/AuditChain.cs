using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Audit;

/// <summary>
/// The chain of an audit log: each row's hash covers the row and the hash of the row before it, so that a changed, missing or reordered
/// row makes every later hash wrong. The hashes are keyed, and so is the seal of the chain's head, which is kept beside the rows: without
/// the installation's secret nobody can write a part of the log anew, or say that it ends where it does not.
/// </summary>
/// <param name="keys">Has the key.</param>
public sealed class AuditChain(KeyedHash keys)
{
    private const string HeadMark = "head";

    /// <summary>Puts entries after the head of a chain: cut to their limits, numbered, to the millisecond, hashed.</summary>
    /// <param name="sequence">The head's place; 0 for an empty chain.</param>
    /// <param name="head">The head's hash; empty for an empty chain.</param>
    /// <param name="entries">What comes next, in order.</param>
    public IReadOnlyList<ChainedEntry> Extend(long sequence, byte[] head, IReadOnlyList<AuditEntry> entries)
    {
        List<ChainedEntry> rows = new(entries.Count);
        foreach (var entry in entries)
        {
            var placed = Bounded(entry) with { Sequence = ++sequence };
            head = Hash(head, placed);
            rows.Add(new ChainedEntry(placed, head));
        }

        return rows;
    }

    /// <summary>
    /// HMAC-SHA256 over the previous hash and every field, each with its length before it: no two rows have the same bytes.
    /// </summary>
    public byte[] Hash(byte[] previous, AuditEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Append(buffer, previous);
        Append(buffer, entry.Organisation);
        Append(buffer, entry.Sequence);
        Append(buffer, entry.Id);
        Append(buffer, entry.At.ToUnixTimeMilliseconds());
        Append(buffer, entry.ActorKind);
        Append(buffer, entry.Actor);
        Append(buffer, entry.OnBehalfOf);
        Append(buffer, entry.Patient);
        Append(buffer, entry.Action);
        Append(buffer, (long)entry.Outcome);
        Append(buffer, entry.Reason);
        Append(buffer, entry.Address);
        Append(buffer, entry.SessionHash);
        Append(buffer, entry.Details.Count);
        foreach (var (name, value) in entry.Details.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            Append(buffer, name);
            Append(buffer, value);
        }

        return keys.Of(KeyedHash.Audit, buffer.WrittenSpan);
    }

    /// <summary>The head with its seal, to be stored with the rows that lead to it.</summary>
    public SealedHead Seal(string organisation, long sequence, byte[] hash)
    {
        var buffer = new ArrayBufferWriter<byte>(128);
        Append(buffer, HeadMark);
        Append(buffer, organisation);
        Append(buffer, sequence);
        Append(buffer, hash);
        return new SealedHead(sequence, hash, keys.Of(KeyedHash.Audit, buffer.WrittenSpan));
    }

    /// <summary>Whether a head is one that was sealed here for this organisation.</summary>
    public bool IsGenuine(string organisation, SealedHead head) =>
        CryptographicOperations.FixedTimeEquals(Seal(organisation, head.Sequence, head.Hash).Seal, head.Seal);

    /// <summary>
    /// Where the next row goes. After the sealed head, also where the rows before it were cut off: the gap stays to be seen. Where the head
    /// itself is gone a number is left out, so that what was done to the log stays to be seen likewise.
    /// </summary>
    /// <param name="organisation">Whose log it is.</param>
    /// <param name="ends">What is stored.</param>
    public (long Sequence, byte[] Hash) Resume(string organisation, AuditEnds ends)
    {
        if (ends.Head is { } head && IsGenuine(organisation, head) && head.Sequence >= ends.Sequence) return (head.Sequence, head.Hash);
        return ends.Head is null && ends.Sequence == 0 ? (0, []) : (ends.Sequence + 1, ends.Hash);
    }

    private static AuditEntry Bounded(AuditEntry entry) => entry with
    {
        Id = Cut(entry.Id),
        At = DateTimeOffset.FromUnixTimeMilliseconds(entry.At.ToUnixTimeMilliseconds()),
        ActorKind = Cut(entry.ActorKind),
        Actor = Cut(entry.Actor),
        OnBehalfOf = Cut(entry.OnBehalfOf),
        Patient = Cut(entry.Patient),
        Action = Cut(entry.Action),
        Reason = Cut(entry.Reason),
        Address = Cut(entry.Address),
        SessionHash = Cut(entry.SessionHash),
        Details = entry.Details.Count == 0
            ? entry.Details
            : entry.Details.OrderBy(d => d.Key, StringComparer.Ordinal)
                .Select(d => (Name: Cut(d.Key), Value: Cut(d.Value)))
                .DistinctBy(d => d.Name)
                .Take(AuditEntry.MaxDetails)
                .ToDictionary(d => d.Name, d => d.Value, StringComparer.Ordinal),
    };

    // Control characters and halves of characters go: not every database and export gives them back as they were, and then the
    // hash would no longer be right; PostgreSQL refuses them outright.
    private static string Cut(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text.Length <= AuditEntry.MaxText && text.All(c => !char.IsControl(c) && !char.IsSurrogate(c))) return text;
        var clean = new StringBuilder(AuditEntry.MaxText);
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > AuditEntry.MaxText) break;
            clean.Append(Rune.IsControl(rune) ? new Rune(' ') : rune);
        }

        return clean.ToString();
    }

    private static void Append(ArrayBufferWriter<byte> buffer, string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Append(buffer, length);
        Encoding.UTF8.GetBytes(text, buffer.GetSpan(length));
        buffer.Advance(length);
    }

    private static void Append(ArrayBufferWriter<byte> buffer, byte[] bytes)
    {
        Append(buffer, bytes.Length);
        buffer.Write(bytes);
    }

    private static void Append(ArrayBufferWriter<byte> buffer, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(sizeof(long)), number);
        buffer.Advance(sizeof(long));
    }
}
