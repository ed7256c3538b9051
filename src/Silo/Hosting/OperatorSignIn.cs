using System.Security.Cryptography;
using System.Text;
using System.Threading.RateLimiting;

namespace Portal.Silo.Hosting;

/// <summary>
/// How those who run the servers get at what is theirs: a name and a password of the installation (<c>Portal:Operator:Name</c>, default
/// <c>operator</c>; <c>Portal:Operator:Password</c>, 16 or more characters), asked for by the browser (RFC 7617). There is no default
/// password: without one, the pages do not exist. Outside Development it is taken over TLS only.
/// </summary>
public sealed class OperatorSignIn : IDisposable
{
    /// <summary>The shortest password. Ours: it is made by a machine and kept in a file, so length costs nobody anything.</summary>
    public const int ShortestPassword = 16;

    /// <summary>Wrong passwords a minute, all addresses together, before all are refused for the rest of it. Ours.</summary>
    public const int WrongAMinute = 10;

    private readonly byte[] _expected;
    private readonly bool _insecure;
    private readonly FixedWindowRateLimiter _wrong = new(new FixedWindowRateLimiterOptions
    {
        PermitLimit = WrongAMinute,
        Window = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    });

    private OperatorSignIn(string name, string password, bool insecure) =>
        (_expected, _insecure) = (Digest($"{name}:{password}"), insecure);

    /// <summary>Reads the settings; null where there is no password, so that nobody gets in.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="development">Whether plain http is good enough.</param>
    /// <exception cref="InvalidOperationException">The password is too short, or the name has a colon.</exception>
    public static OperatorSignIn? From(IConfiguration configuration, bool development)
    {
        if (configuration["Portal:Operator:Password"] is not { Length: > 0 } password) return null;
        if (password.Length < ShortestPassword)
            throw new InvalidOperationException($"Portal:Operator:Password has fewer than {ShortestPassword} characters.");
        var name = configuration["Portal:Operator:Name"] is { Length: > 0 } given ? given : "operator";
        return name.Contains(':') ? throw new InvalidOperationException("Portal:Operator:Name has a colon.")
            : new OperatorSignIn(name, password, development);
    }

    /// <summary>The status to answer with instead of the page; null where the request comes from an operator.</summary>
    /// <param name="context">The request. Where a password is to be asked for, the answer says so.</param>
    public int? Refusal(HttpContext context)
    {
        // Over plain http the password would be everybody's.
        if (!_insecure && !context.Request.IsHttps) return StatusCodes.Status404NotFound;
        var given = context.Request.Headers.Authorization.ToString();
        if (_wrong.GetStatistics()!.CurrentAvailablePermits == 0) return StatusCodes.Status429TooManyRequests;
        if (CryptographicOperations.FixedTimeEquals(Digest(Credentials(given)), _expected)) return null;
        if (given.Length > 0) _wrong.AttemptAcquire().Dispose();
        context.Response.Headers.WWWAuthenticate = "Basic realm=\"operators\", charset=\"UTF-8\"";
        return StatusCodes.Status401Unauthorized;
    }

    /// <inheritdoc />
    public void Dispose() => _wrong.Dispose();

    private static string Credentials(string header)
    {
        const string scheme = "Basic ";
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return "";
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length) : "";
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>A page made by others for operators, which sets styles from script.</summary>
public sealed class OperatorPage;
