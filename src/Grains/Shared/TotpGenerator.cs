using System.Security.Cryptography;

namespace Portal.Grains.Shared;

/// <summary>Makes secrets of authenticators; the rules of <see cref="Totp"/> draw nothing.</summary>
public static class TotpGenerator
{
    /// <summary>A new secret from the system's cryptographic generator, in base32 without padding, as typed into an app by hand.</summary>
    public static string NewSecret() => Totp.ToBase32(RandomNumberGenerator.GetBytes(Totp.SecretBytes));
}
