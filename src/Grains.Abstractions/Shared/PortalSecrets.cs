using System.Security.Cryptography;
using System.Text;

namespace Portal.Grains.Abstractions.Shared;

/// <summary>
/// The root secret of an installation (<c>Portal:Secret</c>) and the keys derived from it. Each purpose has its own key, so that
/// what leaks or is misused under one says nothing about another. Losing the secret makes every stored credential key
/// unfindable: it is part of a backup, and changing it is a migration.
/// </summary>
public sealed class PortalSecrets
{
    /// <summary>Fewest bytes of a secret: 256 bits, the strength of the hashes keyed by it (NIST SP 800-107r1 5.3.4).</summary>
    public const int LeastBytes = 32;

    /// <summary>Fewest different characters of a secret outside Development; a random one of 32 characters has about 20 (ours).</summary>
    public const int LeastVariety = 10;

    // Parts of secrets that people copy from documentation and templates.
    private static readonly string[] Placeholders =
    [
        "changeme", "change-me", "change_me", "default", "development", "example", "password", "placeholder", "secret", "0123456789",
        "abcdefghij",
    ];

    private readonly byte[] root;

    private PortalSecrets(byte[] root) => this.root = root;

    /// <summary>Takes the secret as configured.</summary>
    /// <param name="secret">The value of <c>Portal:Secret</c>; its UTF-8 bytes count.</param>
    /// <param name="isProduction">Whether guessable secrets are refused too, not only short ones.</param>
    /// <exception cref="InvalidOperationException">
    /// The secret is missing, short or guessable; the message says which and how to make one, and never repeats it.
    /// </exception>
    public static PortalSecrets From(string? secret, bool isProduction)
    {
        if (Problem(secret, isProduction) is { } problem)
        {
            throw new InvalidOperationException(
                $"Portal:Secret {problem}. Set the environment variable Portal__Secret to the output of: openssl rand -base64 48");
        }
        return new PortalSecrets(Encoding.UTF8.GetBytes(secret!));
    }

    /// <summary>A secret for Development, to be kept in a file beside the data so that a restart signs nobody out.</summary>
    public static string NewSecret() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(48));

    /// <summary>
    /// A key for one purpose: HKDF-SHA256 (RFC 5869) of the root secret, the purpose as its info. The same purpose and secret
    /// give the same key in every process.
    /// </summary>
    /// <param name="purpose">A short constant name; never anything from a request.</param>
    /// <param name="bytes">Length of the key, 32 by default.</param>
    public byte[] Derive(string purpose, int bytes = 32)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return HKDF.DeriveKey(HashAlgorithmName.SHA256, root, bytes, info: Encoding.UTF8.GetBytes("portal/v1/" + purpose));
    }

    private static string? Problem(string? secret, bool isProduction)
    {
        if (string.IsNullOrWhiteSpace(secret))
        {
            return "is not set";
        }
        if (Encoding.UTF8.GetByteCount(secret) < LeastBytes)
        {
            return $"is shorter than {LeastBytes} characters";
        }
        if (!isProduction)
        {
            return null;
        }
        if (secret.Distinct().Count() < LeastVariety)
        {
            return "is too regular to be random";
        }
        return Placeholders.Any(p => secret.Contains(p, StringComparison.OrdinalIgnoreCase))
            ? "looks like a placeholder out of a document"
            : null;
    }
}
