using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Shared;

/// <summary>
/// Encrypts what has to wait in the database, such as an outgoing code, under a key derived from the installation's secret: AES-256-GCM,
/// the key by HKDF-SHA256. What was written under an older secret can be read as long as that secret is given too. Safe for any number of
/// threads.
/// </summary>
/// <remarks>
/// Nonces are 96 random bits, which NIST SP 800-38D 8.3 allows for 2^32 messages under one key: at a thousand a second, 49 days; at a
/// clinic's hundred thousand a day, over a century. An installation near the former changes its secret every month.
/// </remarks>
public sealed class PayloadCipher
{
    /// <summary>The shortest secret accepted, in bytes: 256 bits as the key itself.</summary>
    public const int ShortestSecret = 32;

    private const byte Version = 1;
    private const int KeyIdLength = 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + KeyIdLength + NonceLength;

    private readonly (uint Id, byte[] Key)[] _keys;

    /// <summary>A cipher that writes under the first secret and reads under all.</summary>
    /// <param name="secret">A secret of the installation's, at least 32 bytes, such as <see cref="PortalSecrets.Derive"/> gives.</param>
    /// <param name="olderSecrets">Secrets it had before, newest first.</param>
    public PayloadCipher(byte[] secret, params byte[][] olderSecrets)
    {
        ArgumentNullException.ThrowIfNull(secret);
        ArgumentNullException.ThrowIfNull(olderSecrets);
        _keys = [Derive(secret), .. olderSecrets.Select(Derive)];
    }

    /// <summary>Encrypts.</summary>
    /// <param name="plain">What to hide.</param>
    /// <param name="purpose">
    /// Where it belongs, such as <c>outbox:m-1</c>: it can only be read back for the same purpose, so rows cannot be swapped.
    /// </param>
    /// <returns>33 bytes more than it was given.</returns>
    public byte[] Encrypt(ReadOnlySpan<byte> plain, string purpose)
    {
        var (id, key) = _keys[0];
        var result = new byte[HeaderLength + TagLength + plain.Length];
        result[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(result.AsSpan(1), id);
        var nonce = result.AsSpan(1 + KeyIdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        // An instance is not safe for two threads at once, and cheap to make.
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, result.AsSpan(HeaderLength + TagLength), result.AsSpan(HeaderLength, TagLength),
            Encoding.UTF8.GetBytes(purpose));
        return result;
    }

    /// <summary>Decrypts; null when it was altered, belongs to another purpose, or was written under a secret that is not given.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> encrypted, string purpose)
    {
        if (encrypted.Length < HeaderLength + TagLength || encrypted[0] != Version) return null;
        var id = BinaryPrimitives.ReadUInt32BigEndian(encrypted[1..]);
        foreach (var (keyId, key) in _keys)
        {
            if (keyId != id) continue;
            var plain = new byte[encrypted.Length - HeaderLength - TagLength];
            using var aes = new AesGcm(key, TagLength);
            try
            {
                aes.Decrypt(encrypted.Slice(1 + KeyIdLength, NonceLength), encrypted[(HeaderLength + TagLength)..],
                    encrypted.Slice(HeaderLength, TagLength), plain, Encoding.UTF8.GetBytes(purpose));
                return plain;
            }
            catch (AuthenticationTagMismatchException)
            {
                return null;
            }
        }
        return null;
    }

    private static (uint Id, byte[] Key) Derive(byte[] secret)
    {
        if (secret.Length < ShortestSecret)
            throw new ArgumentException($"The secret has to be {ShortestSecret} bytes or more.", nameof(secret));
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: "portal payload key"u8.ToArray());
        // Only tells which secret a row was written under; derived apart from the key, so it gives nothing of it away.
        var id = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, KeyIdLength, info: "portal payload key id"u8.ToArray());
        return (BinaryPrimitives.ReadUInt32BigEndian(id), key);
    }
}
