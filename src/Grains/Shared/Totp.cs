using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Portal.Grains.Shared;

/// <summary>What became of a code from an authenticator app.</summary>
public abstract record TotpResult
{
    private TotpResult()
    {
    }

    /// <summary>The code is right; the step must be kept, and is refused from then on.</summary>
    /// <param name="Step">The 30-second step the code belongs to.</param>
    public sealed record Accepted(long Step) : TotpResult;

    /// <summary>Not a code of this moment.</summary>
    public sealed record Wrong : TotpResult;

    /// <summary>A right code that was used before, or one older than the last used.</summary>
    public sealed record Replayed : TotpResult;
}

/// <summary>
/// Time-based one-time passwords (RFC 6238) with the parameters every authenticator app knows: SHA-1, 30 seconds, 6 digits. SHA-1 is
/// sound in HMAC, and some apps ignore any other algorithm in the address.
/// </summary>
public static class Totp
{
    /// <summary>Seconds of a step (RFC 6238 4.1).</summary>
    public const int StepSeconds = 30;

    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Steps accepted before and after the present one, for clocks of phones (RFC 6238 5.2 advises one).</summary>
    public const int Drift = 1;

    /// <summary>Bytes of a secret: 160 bits (RFC 4226 4, R6 recommends it).</summary>
    public const int SecretBytes = 20;

    private const int LeastSecretBytes = 16;
    private const int LongestSecret = 128;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step a moment lies in.</summary>
    public static long StepAt(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>Judges a code.</summary>
    /// <param name="secret">Base32; spaces, hyphens, padding and lower case don't matter.</param>
    /// <param name="code">Six digits, already freed of spaces.</param>
    /// <param name="lastUsedStep">The last step accepted for this secret, 0 when none; only later ones are accepted.</param>
    /// <param name="now">The moment.</param>
    public static TotpResult Check(string secret, string? code, long lastUsedStep, DateTimeOffset now)
    {
        if (code is not { Length: Digits } || !code.All(char.IsAsciiDigit))
        {
            return new TotpResult.Wrong();
        }
        var key = FromBase32(secret);
        var given = System.Text.Encoding.ASCII.GetBytes(code);
        var step = StepAt(now);
        long? replayed = null, accepted = null;
        // All steps are looked at whatever matches, so that the time taken does not tell which did.
        for (var s = step - Drift; s <= step + Drift; s++)
        {
            var matches = CryptographicOperations.FixedTimeEquals(given, System.Text.Encoding.ASCII.GetBytes(Code(key, s, Digits)));
            replayed = matches && s <= lastUsedStep ? s : replayed;
            accepted = matches && s > lastUsedStep ? s : accepted;
        }
        if (accepted is { } found)
        {
            return new TotpResult.Accepted(found);
        }
        return replayed is null ? new TotpResult.Wrong() : new TotpResult.Replayed();
    }

    /// <summary>Whether the text is base32 of at least 128 bits, the least RFC 4226 4, R6 allows.</summary>
    public static bool IsSecret(string text)
    {
        try
        {
            return text.Length <= LongestSecret && FromBase32(text).Length >= LeastSecretBytes;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The code of a step, for demonstration data and tests.</summary>
    public static string CodeAt(string secret, DateTimeOffset now) => Code(FromBase32(secret), StepAt(now), Digits);

    /// <summary>
    /// The address an authenticator app takes from a QR code (Key Uri Format of Google Authenticator). It holds the secret: show
    /// it once and never log it.
    /// </summary>
    /// <param name="secret">Base32.</param>
    /// <param name="issuer">The organisation's name, shown above the code; a colon in it becomes a space.</param>
    /// <param name="account">Whose it is, shown below.</param>
    public static string Uri(string secret, string issuer, string account)
    {
        var name = System.Uri.EscapeDataString(issuer.Replace(':', ' '));
        var label = name + ":" + System.Uri.EscapeDataString(account.Replace(':', ' '));
        var plain = ToBase32(FromBase32(secret));
        return $"otpauth://totp/{label}?secret={plain}&issuer={name}&algorithm=SHA1&digits={Digits}&period={StepSeconds}";
    }

    /// <summary>Base32 (RFC 4648 6) in upper case without padding.</summary>
    public static string ToBase32(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder((bytes.Length * 8 + 4) / 5);
        int buffer = 0, bits = 0;
        foreach (var b in bytes)
        {
            buffer = ((buffer << 8) | b) & 0xFFF;
            for (bits += 8; bits >= 5; bits -= 5)
            {
                text.Append(Alphabet[(buffer >> (bits - 5)) & 31]);
            }
        }
        return bits == 0 ? text.ToString() : text.Append(Alphabet[(buffer << (5 - bits)) & 31]).ToString();
    }

    /// <summary>Reads base32 as people type it.</summary>
    /// <exception cref="FormatException">There is another character in it, or nothing.</exception>
    public static byte[] FromBase32(string text)
    {
        var bytes = new List<byte>(text.Length * 5 / 8);
        int buffer = 0, bits = 0;
        foreach (var c in text.Where(c => c is not (' ' or '-' or '=')))
        {
            var value = Alphabet.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal);
            if (value < 0)
            {
                throw new FormatException("Not base32.");
            }
            buffer = ((buffer << 5) | value) & 0xFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }
        return bytes.Count > 0 ? [.. bytes] : throw new FormatException("Not base32.");
    }

    /// <summary>The code of a counter (RFC 4226 5.3).</summary>
    internal static string Code(byte[] key, long step, int digits)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> mac = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // SHA-1 is what authenticator apps compute, and HMAC does not rest on its collision resistance
        HMACSHA1.HashData(key, counter, mac);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(mac[(mac[^1] & 0xF)..]) & 0x7FFFFFFF;
        var modulus = (int)Math.Pow(10, digits);
        return (number % modulus).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }
}
