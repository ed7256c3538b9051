using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Portal.Silo.Data;

/// <summary>
/// The hash by which Orleans spreads reminders over silos: XXH32 with seed 0 of type and of key, as <c>GrainId.GetUniformHashCode</c>
/// combines them.
/// </summary>
public static class StableHash
{
    private const uint Prime1 = 0x9E3779B1, Prime2 = 0x85EBCA77, Prime3 = 0xC2B2AE3D, Prime4 = 0x27D4EB2F, Prime5 = 0x165667B1;

    /// <summary>Of a grain.</summary>
    /// <param name="type">The grain's type, e.g. <c>invitation</c>.</param>
    /// <param name="key">The grain's key.</param>
    public static uint OfGrain(string type, string key) =>
        unchecked(Of(Encoding.UTF8.GetBytes(type)) * 31 + Of(Encoding.UTF8.GetBytes(key)));

    /// <summary>XXH32 with seed 0.</summary>
    public static uint Of(ReadOnlySpan<byte> data)
    {
        unchecked
        {
            var rest = data;
            var hash = Prime5;
            if (data.Length >= 16)
            {
                Span<uint> lanes = [Prime1 + Prime2, Prime2, 0, 0 - Prime1];
                for (; rest.Length >= 16; rest = rest[16..])
                {
                    for (var i = 0; i < 4; i++) lanes[i] = Round(lanes[i], BinaryPrimitives.ReadUInt32LittleEndian(rest[(i * 4)..]));
                }

                hash = BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7)
                    + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
            }

            hash += (uint)data.Length;
            for (; rest.Length >= 4; rest = rest[4..])
                hash = BitOperations.RotateLeft(hash + BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime3, 17) * Prime4;
            foreach (var one in rest) hash = BitOperations.RotateLeft(hash + one * Prime5, 11) * Prime1;
            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }

    private static uint Round(uint lane, uint input) => unchecked(BitOperations.RotateLeft(lane + input * Prime2, 13) * Prime1);
}
