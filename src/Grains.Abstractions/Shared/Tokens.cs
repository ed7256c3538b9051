using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// Secrets handed to a browser or sent in an address: sessions, invitations, patient links, password resets.
/// Only <see cref="Hash"/> of one is ever stored, and that hash is the grain's key, so a copy of the database opens nothing.
/// </summary>
public static class Tokens
{
    /// <summary>Random bytes in a token: 256 bits (ours; OWASP ASVS 5.0 7.2.3 asks for at least 128).</summary>
    public const int Bytes = 32;

    /// <summary>Characters of a token: 32 bytes as base64url without padding.</summary>
    public const int Length = 43;

    /// <summary>Characters of a token's hash: SHA-256 in lower hex.</summary>
    public const int HashLength = 64;

    // The last character carries four bits and two that are always zero; other spellings decode to the same bytes and are refused.
    private const string LastCharacters = "AEIMQUYcgkosw048";

    /// <summary>A new token from the system's cryptographic generator, safe in an address, a cookie and a form field.</summary>
    public static string New()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        RandomNumberGenerator.Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>SHA-256 of the token in lower hex. Any text is accepted; what is no token hashes to a key nobody has.</summary>
    public static string Hash(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
    }

    /// <summary>
    /// Whether the text has the shape <see cref="New"/> gives. Says nothing about whether such a token was ever given out;
    /// it spares a grain call for mangled addresses and bounds what is hashed.
    /// </summary>
    public static bool LooksValid(string? token)
    {
        if (token is null || token.Length != Length)
        {
            return false;
        }
        foreach (var c in token)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return false;
            }
        }
        return LastCharacters.Contains(token[^1], StringComparison.Ordinal);
    }

    /// <summary>Whether the text has the shape of <see cref="Hash"/>: 64 lower hex digits.</summary>
    public static bool IsHash(ReadOnlySpan<char> text)
    {
        if (text.Length != HashLength)
        {
            return false;
        }
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigitLower(c))
            {
                return false;
            }
        }
        return true;
    }
}
