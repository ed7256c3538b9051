using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Portal.Grains.Shared;

/// <summary>What became of a try at a password.</summary>
public enum PasswordCheck
{
    /// <summary>Wrong, or there is none to compare with.</summary>
    Wrong,

    /// <summary>Right.</summary>
    Right,

    /// <summary>Right, and stored with fewer rounds than are now asked for: hash it again and store that.</summary>
    RightButOld,

    /// <summary>Too many tries are waiting on this machine; nothing was compared.</summary>
    Busy,
}

/// <summary>There are too many passwords to be hashed; trying later helps.</summary>
public sealed class PasswordsBusyException() : Exception("Too many passwords are waiting to be hashed.");

/// <summary>
/// Hashes and compares passwords: PBKDF2-HMAC-SHA256, stored as <c>pbkdf2-sha256$rounds$salt$hash</c>. Slow on purpose, so it
/// runs beside the grains' turns on a bounded number of threads: a flood of sign-ins makes sign-ins slow and nothing else. One
/// for the process.
/// </summary>
public sealed class Passwords : IDisposable
{
    /// <summary>Rounds of new hashes: 600,000 (OWASP Password Storage Cheat Sheet, PBKDF2-HMAC-SHA256).</summary>
    public const int DefaultRounds = 600_000;

    /// <summary>Most rounds accepted of a stored hash, so that a damaged row can't stop a processor (ours).</summary>
    public const int MostRounds = 10_000_000;

    /// <summary>Tries that may wait for each thread before others are turned away: some seconds of work (ours).</summary>
    public const int MostWaitingForEach = 16;

    private const string Algorithm = "pbkdf2-sha256";
    private const int SaltBytes = 16;
    private const int HashBytes = 32;

    private readonly int rounds;
    private readonly bool inline;
    private readonly SemaphoreSlim slots;
    private readonly int mostWaiting;
    private readonly string nobody;
    private int waiting;

    /// <summary>Makes the hasher.</summary>
    /// <param name="rounds">Rounds of new hashes; fewer than the default only in tests.</param>
    /// <param name="inline">Works on the caller's thread, for simulations in which everything happens on one.</param>
    /// <param name="concurrency">Passwords hashed at once; 0: one for each processor but one, which stays free for all other work.</param>
    public Passwords(int rounds = DefaultRounds, bool inline = false, int concurrency = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rounds, MostRounds);
        this.rounds = rounds;
        this.inline = inline;
        var most = concurrency > 0 ? concurrency : Math.Max(1, Environment.ProcessorCount - 1);
        slots = new SemaphoreSlim(most);
        mostWaiting = most * (1 + MostWaitingForEach);
        nobody = Format(rounds, new byte[SaltBytes], new byte[HashBytes]);
    }

    /// <summary>Hashes a password that <see cref="PasswordRules"/> accepted, with a new salt.</summary>
    /// <exception cref="ArgumentException">It is no text or longer than allowed.</exception>
    /// <exception cref="PasswordsBusyException">Too many are waiting.</exception>
    public async Task<string> HashAsync(string password, CancellationToken ct = default)
    {
        var bytes = Bytes(password) ?? throw new ArgumentException("Not a password.", nameof(password));
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        var hash = await RunAsync(() => Derive(bytes, salt, rounds), ct) ?? throw new PasswordsBusyException();
        return Format(rounds, salt, hash);
    }

    /// <summary>
    /// Compares. Takes as long when there is nothing to compare with, so that nobody can tell by the time who exists.
    /// </summary>
    /// <param name="stored">What <see cref="HashAsync"/> gave; null or empty when there is none.</param>
    /// <param name="password">As typed; what could never be a password is wrong.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="FormatException">What is stored is no hash of ours.</exception>
    public async Task<PasswordCheck> CheckAsync(string? stored, string? password, CancellationToken ct = default)
    {
        var isNobody = string.IsNullOrEmpty(stored);
        var (storedRounds, salt, expected) = Parse(isNobody ? nobody : stored!);
        var bytes = Bytes(password ?? "");
        var hash = await RunAsync(() => Derive(bytes ?? [], salt, storedRounds), ct);
        if (hash is null)
        {
            return PasswordCheck.Busy;
        }
        if (!CryptographicOperations.FixedTimeEquals(hash, expected) || isNobody || bytes is null)
        {
            return PasswordCheck.Wrong;
        }
        return storedRounds < rounds ? PasswordCheck.RightButOld : PasswordCheck.Right;
    }

    /// <inheritdoc/>
    public void Dispose() => slots.Dispose();

    private static byte[]? Bytes(string password) =>
        password.Length is > 0 and <= 4 * PasswordRules.Most && PasswordRules.Composed(password) is { } composed
            ? Encoding.UTF8.GetBytes(composed)
            : null;

    private static byte[] Derive(byte[] password, byte[] salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, rounds, HashAlgorithmName.SHA256, HashBytes);

    private static string Format(int rounds, byte[] salt, byte[] hash) => string.Create(
        CultureInfo.InvariantCulture, $"{Algorithm}${rounds}${Base64Url.EncodeToString(salt)}${Base64Url.EncodeToString(hash)}");

    private static (int Rounds, byte[] Salt, byte[] Hash) Parse(string stored)
    {
        if (stored.Split('$') is [Algorithm, var count, var salt, var hash]
            && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds is > 0 and <= MostRounds
            && Base64Url.IsValid(salt) && Base64Url.IsValid(hash)
            && Base64Url.DecodeFromChars(salt) is { Length: SaltBytes } saltBytes
            && Base64Url.DecodeFromChars(hash) is { Length: HashBytes } hashBytes)
        {
            return (rounds, saltBytes, hashBytes);
        }
        throw new FormatException("Not a stored password."); // never with the text in it
    }

    private async Task<byte[]?> RunAsync(Func<byte[]> work, CancellationToken ct)
    {
        if (Interlocked.Increment(ref waiting) > mostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return null;
        }
        try
        {
            await slots.WaitAsync(ct);
            try
            {
                return inline ? work() : await Task.Run(work, ct);
            }
            finally
            {
                slots.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
