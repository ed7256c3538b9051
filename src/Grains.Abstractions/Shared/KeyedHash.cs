using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// HMAC-SHA256 under keys derived from <see cref="PortalSecrets"/>, one for each purpose. Without the secret a copy of the
/// database cannot be searched for an email, nor a six-digit code found by trying a million. Thread-safe; one for the process.
/// </summary>
public sealed class KeyedHash
{
    /// <summary>Purpose: keys of credential grains, from canonical values.</summary>
    public const string Credential = "credential";

    /// <summary>Purpose: stored one-time codes.</summary>
    public const string Code = "code";

    /// <summary>Purpose: cookies that say a browser signed in with a credential before.</summary>
    public const string Device = "device";

    /// <summary>Purpose: other cookies of ours that must not be forged.</summary>
    public const string Cookie = "cookie";

    /// <summary>Purpose: the chain of the audit log, and its head.</summary>
    public const string Audit = "audit";

    /// <summary>Purpose: temporary passwords, from the operation that made them.</summary>
    public const string Password = "password";

    /// <summary>Purpose: secrets of patients' authenticator apps from the operation that made them, and their recovery codes.</summary>
    public const string SecondFactor = "second-factor";

    /// <summary>Purpose: tokens of invitations and links that bulk work makes, from the row.</summary>
    public const string Row = "row";

    /// <summary>Characters of a hash in lower hex.</summary>
    public const int HexLength = 64;

    private readonly Dictionary<string, byte[]> keys;

    /// <summary>Derives the keys of all purposes.</summary>
    public KeyedHash(PortalSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        string[] purposes = [Credential, Code, Device, Cookie, Audit, Password, SecondFactor, Row];
        keys = purposes.ToDictionary(p => p, p => secrets.Derive(p), StringComparer.Ordinal);
    }

    /// <summary>The hash in lower hex, as used in grain keys.</summary>
    /// <param name="purpose">One of the constants of this class; another throws.</param>
    /// <param name="parts">What is hashed. Their borders count: ("a", "bc") and ("ab", "c") differ.</param>
    public string Hex(string purpose, params ReadOnlySpan<string> parts) => Convert.ToHexStringLower(Compute(purpose, parts));

    /// <summary>The hash in base64url without padding, as used in cookies.</summary>
    /// <param name="purpose">One of the constants of this class; another throws.</param>
    /// <param name="parts">What is hashed, borders counting.</param>
    public string Base64(string purpose, params ReadOnlySpan<string> parts) => Base64Url.EncodeToString(Compute(purpose, parts));

    /// <summary>The hash of bytes that say for themselves where their parts end.</summary>
    /// <param name="purpose">One of the constants of this class; another throws.</param>
    /// <param name="bytes">What is hashed.</param>
    public byte[] Of(string purpose, ReadOnlySpan<byte> bytes) => HMACSHA256.HashData(KeyOf(purpose), bytes);

    /// <summary>Whether two hashes are equal, in a time that depends on their length only. Null equals nothing.</summary>
    public static bool AreEqual(string? left, string? right) =>
        left is not null && right is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));

    private byte[] Compute(string purpose, ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, KeyOf(purpose));
        Span<byte> length = stackalloc byte[sizeof(int)];
        foreach (var part in parts)
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }
        return hash.GetHashAndReset();
    }

    private byte[] KeyOf(string purpose) =>
        keys.TryGetValue(purpose, out var key) ? key : throw new ArgumentException("No key for this purpose.", nameof(purpose));
}
