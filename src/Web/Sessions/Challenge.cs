using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Sessions;

/// <summary>
/// What a browser is about to prove with a code: for which credential or token, and the secret that binds the code to this browser. Lives
/// in an encrypted cookie from the
/// request of the code until its use, and is gone once somebody is signed in.
/// </summary>
public sealed record Challenge
{
    /// <summary>How long the cookie is good: long enough for a code asked for at its end, 10 minutes, and one resend.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>The secret of this browser.</summary>
    public string Browser { get; init; } = "";

    /// <summary><c>{kind}.{keyed hash}</c> of what was typed in the sign-in page; empty for invitations and links.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The typed destination, masked, to be shown beside the code field; the same whether or not anyone holds it.</summary>
    public string Masked { get; init; } = "";

    /// <summary>The hash of the invitation or link that is being used; empty at the sign-in page.</summary>
    public string TokenHash { get; init; } = "";

    /// <summary>The new email or mobile number that is being proved; empty elsewhere.</summary>
    public string Value { get; init; } = "";

    /// <summary>When another code may be asked for.</summary>
    public DateTimeOffset NextAt { get; init; }

    /// <summary>Where to go once signed in.</summary>
    public string? ReturnTo { get; init; }
}

/// <summary>Whose sign-in a <see cref="Challenge"/> belongs to: each has a cookie and a key of its own.</summary>
public enum ChallengeOf
{
    /// <summary>A patient's.</summary>
    Patient,

    /// <summary>A staff member's.</summary>
    Staff,
}

/// <summary>Keeps <see cref="Challenge"/>s in cookies, and tells known devices from unknown ones.</summary>
/// <param name="protection">Encrypts the cookie.</param>
/// <param name="hashes">Signs the device cookie.</param>
/// <param name="time">Judges the cookie's age.</param>
public sealed class Challenges(IDataProtectionProvider protection, KeyedHash hashes, TimeProvider time)
{
    private const int MaxCredentialsOfDevice = 10;
    private readonly IDataProtector _ofPatients = protection.CreateProtector("portal.challenge.patient.v1");
    private readonly IDataProtector _ofStaff = protection.CreateProtector("portal.challenge.staff.v1");

    /// <summary>The challenge of this browser; null where there is none, or it is too old or forged.</summary>
    public Challenge? Read(HttpContext context, string organisation, ChallengeOf whose = ChallengeOf.Patient)
    {
        if (!context.Request.Cookies.TryGetValue(Cookie(context, organisation, whose), out var cookie) || cookie.Length > 2_000)
            return null;
        try
        {
            var stored = JsonSerializer.Deserialize<Stored>(Protector(whose).Unprotect(cookie));
            return stored is null || stored.Organisation != organisation || stored.Expires < time.GetUtcNow() ? null : stored.Challenge;
        }
        catch (Exception error) when (error is System.Security.Cryptography.CryptographicException or JsonException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Puts a challenge into the cookie.</summary>
    public void Write(HttpContext context, string organisation, Challenge challenge, ChallengeOf whose = ChallengeOf.Patient)
    {
        var stored = new Stored(organisation, time.GetUtcNow() + Challenge.Lifetime, challenge);
        var cookie = Protector(whose).Protect(JsonSerializer.Serialize(stored));
        PortalCookies.Set(context, Cookie(context, organisation, whose), cookie, null);
    }

    /// <summary>Forgets the challenge: it was used, or given up.</summary>
    public static void Forget(HttpContext context, string organisation, ChallengeOf whose = ChallengeOf.Patient) =>
        PortalCookies.Remove(context, Cookie(context, organisation, whose));

    /// <summary>What the grains are told of the browser.</summary>
    /// <param name="context">The request.</param>
    /// <param name="organisation">The organisation's slug.</param>
    /// <param name="browser">The challenge's secret; empty where no code is involved.</param>
    /// <param name="credential">The credential that is being proved; the device is known where it has proved it before.</param>
    public ClientDevice Device(HttpContext context, string organisation, string browser, string credential) => new()
    {
        Description = UserAgents.Describe(context.Request.Headers.UserAgent),
        BrowserHash = browser.Length == 0 ? "" : Tokens.Hash(browser),
        Known = credential.Length > 0 && KnownCredentials(context, organisation).Contains(Mark(organisation, credential)),
    };

    /// <summary>
    /// The token of the session that a code would begin: the same for the same code in the same browser, so that a form that is sent again,
    /// by a double click or after a crash, is the same operation. Nobody can make it without the key and the browser's secret.
    /// </summary>
    /// <param name="organisation">The organisation's slug.</param>
    /// <param name="browser">The secret of the challenge, or the token of a staff member's first step.</param>
    /// <param name="context">What is being signed in to: the credential, invitation, link or session.</param>
    /// <param name="code">The digits that were typed.</param>
    public string SessionToken(string organisation, string browser, string context, string code) =>
        hashes.Base64(KeyedHash.Cookie, "session", organisation, browser, context, code);

    /// <summary>Remembers that this browser has proved a credential.</summary>
    public void Remember(HttpContext context, string organisation, string credential)
    {
        if (credential.Length == 0) return;
        var mark = Mark(organisation, credential);
        var marks = KnownCredentials(context, organisation).Where(m => m != mark).Prepend(mark).Take(MaxCredentialsOfDevice);
        var expires = time.GetUtcNow() + PortalCookies.DeviceLifetime;
        PortalCookies.Set(context, PortalCookies.Device(context, organisation), string.Join('.', marks), expires);
    }

    private IDataProtector Protector(ChallengeOf whose) => whose == ChallengeOf.Staff ? _ofStaff : _ofPatients;

    private static string Cookie(HttpContext context, string organisation, ChallengeOf whose) => whose == ChallengeOf.Staff
        ? PortalCookies.StaffChallenge(context, organisation)
        : PortalCookies.Challenge(context, organisation);

    // Each mark is a signature of its own: without the key nobody can make one.
    private string Mark(string organisation, string credential) => hashes.Base64(KeyedHash.Device, organisation, credential);

    private static string[] KnownCredentials(HttpContext context, string organisation) =>
        context.Request.Cookies.TryGetValue(PortalCookies.Device(context, organisation), out var cookie) && cookie.Length <= 1_000
            ? cookie.Split('.') : [];

    private sealed record Stored(string Organisation, DateTimeOffset Expires, Challenge Challenge);
}
