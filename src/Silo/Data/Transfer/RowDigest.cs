using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Portal.Silo.Data.Transfer;

/// <summary>
/// The content of a section whatever the order of its rows: the SHA-256 of each row's line, without its end, as numbers of 256 bits (the
/// first byte the least) added up modulo 2^256. Two databases that store rows in different orders have the same.
/// </summary>
public sealed class RowDigest
{
    private const int Words = 4;
    private readonly ulong[] _sum = new ulong[Words];

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        UInt128 carry = 0;
        for (var i = 0; i < Words; i++)
        {
            carry += (UInt128)_sum[i] + BinaryPrimitives.ReadUInt64LittleEndian(hash[(i * sizeof(ulong))..]);
            _sum[i] = (ulong)carry;
            carry >>= 64;
        }

        Rows++;
    }

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Words * sizeof(ulong)];
        for (var i = 0; i < Words; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes[(i * sizeof(ulong))..], _sum[i]);
        return Convert.ToHexStringLower(bytes);
    }
}
