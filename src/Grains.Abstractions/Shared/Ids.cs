using System.Security.Cryptography;
using System.Text;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// Names of things that are no secret: patients, staff, operations, messages. <c>p-k3v7…</c>: a short prefix saying what it
/// is, a hyphen and 16 characters of lower-case base32 (RFC 4648 alphabet), so that it is safe in keys, addresses and file names.
/// </summary>
public static class Ids
{
    /// <summary>Random characters of an id: 80 bits, where 10 million ids of one clinic collide with a chance under 1 in 10^10.</summary>
    public const int RandomLength = 16;

    /// <summary>Longest prefix, in characters.</summary>
    public const int LongestPrefix = 8;

    private const int RandomBytes = 10;
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>A new random id.</summary>
    /// <param name="prefix">1 to 8 lower-case letters, such as <c>p</c> for a patient; anything else throws.</param>
    public static string New(string prefix)
    {
        Span<byte> bytes = stackalloc byte[RandomBytes];
        RandomNumberGenerator.Fill(bytes);
        return From(prefix, bytes);
    }

    /// <summary>
    /// The same id for the same source every time: demonstration data, and rows of bulk work whose repetition must find what it did.
    /// Anyone who knows the source can work it out.
    /// </summary>
    public static string Derive(string prefix, string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(source), hash);
        return From(prefix, hash[..RandomBytes]);
    }

    /// <summary>Whether the text is an id, of any prefix.</summary>
    public static bool IsValid(string? id) => id is not null && IsValid(id.AsSpan());

    /// <summary>Whether the text is an id of this prefix.</summary>
    public static bool IsValid(string? id, string prefix) =>
        IsValid(id) && id!.Length == prefix.Length + 1 + RandomLength && id.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>Whether the text is an id, of any prefix.</summary>
    public static bool IsValid(ReadOnlySpan<char> id)
    {
        var hyphen = id.Length - RandomLength - 1;
        if (hyphen < 1 || hyphen > LongestPrefix || id[hyphen] != '-')
        {
            return false;
        }
        foreach (var c in id[..hyphen])
        {
            if (!char.IsAsciiLetterLower(c))
            {
                return false;
            }
        }
        foreach (var c in id[(hyphen + 1)..])
        {
            if (!char.IsAsciiLetterLower(c) && c is not (>= '2' and <= '7'))
            {
                return false;
            }
        }
        return true;
    }

    private static string From(string prefix, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length is 0 or > LongestPrefix || prefix.Any(c => !char.IsAsciiLetterLower(c)))
        {
            throw new ArgumentException("A prefix is 1 to 8 lower-case letters.", nameof(prefix));
        }
        Span<char> id = stackalloc char[prefix.Length + 1 + RandomLength];
        prefix.CopyTo(id);
        id[prefix.Length] = '-';
        var random = id[(prefix.Length + 1)..];
        int buffer = 0, bits = 0, next = 0;
        foreach (var b in bytes)
        {
            buffer = (buffer << 8) | b;
            bits += 8;
            while (bits >= 5)
            {
                bits -= 5;
                random[next++] = Alphabet[(buffer >> bits) & 31];
            }
        }
        return new string(id);
    }
}
