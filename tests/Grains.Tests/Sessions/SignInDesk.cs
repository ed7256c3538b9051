using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Sessions;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Grains.Tests.Sessions;

/// <summary>A portal in which people sign in: browsers, codes read from the mailbox, the audit log.</summary>
internal sealed partial class SignInDesk : IAsyncDisposable
{
    public const string AliceEmail = "alice@example.org";
    private int _operations;

    private SignInDesk(PortalFixture portal, string alice) => (Portal, Alice) = (portal, alice);

    public PortalFixture Portal { get; }

    /// <summary>Alice's id: she has access and an email credential.</summary>
    public string Alice { get; }

    /// <summary>The credential that Alice types.</summary>
    public string AliceSubject => SubjectOf(AliceEmail);

    public KeyedHash Hashes => Portal.Silo.Services.GetRequiredService<KeyedHash>();

    public static async Task<SignInDesk> OpenAsync(bool deterministic = true, int? seed = null)
    {
        var portal = await PortalFixture.StartAsync(deterministic, seed);
        var desk = new SignInDesk(portal, await portal.RegisterAsync("Alice"));
        await desk.AdmitAsync(desk.Alice, AliceEmail);
        return desk;
    }

    /// <summary>Gives a patient a credential and access, as the front desk does.</summary>
    public Task AdmitAsync(string patient, string credential, CredentialKind kind = CredentialKind.Email) => Portal.AsAsync(Cast.Dana(),
        async () =>
    {
        var command = new SetCredential
        {
            Kind = kind,
            Value = credential,
            Operation = $"admit-{++_operations}",
            ConfirmedWithPatient = true
        };
        Assert.IsType<SetCredentialOutcome.Bound>(await Portal.Patient(patient).SetCredential(command));
        Assert.IsType<AccessOutcome.Set>(await Portal.Patient(patient).SetAccess(AccessLevel.CanAccess));
    });

    public string SubjectOf(string email) => CredentialHash.Subject(Hashes, PortalFixture.Riverside, CredentialKind.Email, email);

    public static ClientDevice Browser(string name, bool known = false) =>
        new() { Description = name, BrowserHash = Tokens.Hash(name), Known = known };

    public IOneTimeCodeGrain Codes(string subject) =>
        Portal.Grains.GetGrain<IOneTimeCodeGrain>(GrainKeys.ForOneTimeCode(PortalFixture.Riverside, subject));

    public ISessionGrain Session(string token) =>
        Portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, Tokens.Hash(token)));

    public ISessionListGrain List(string patient) =>
        Portal.Grains.GetGrain<ISessionListGrain>(GrainKeys.ForPatient(PortalFixture.Riverside, patient));

    public Task<T> AsVisitorAsync<T>(Func<Task<T>> call, string address = "192.0.2.1") =>
        Portal.AsAsync(Cast.Visitor(address: address), call);

    public Task<CodeRequestOutcome> AskAsync(string? subject = null, string browser = "phone", bool known = false,
        string address = "192.0.2.1") =>
        AsVisitorAsync(() => Codes(subject ?? AliceSubject).RequestSignIn(Browser(browser, known)), address);

    /// <summary>The code in the newest message to an address.</summary>
    public async Task<string> CodeAsync(string to = AliceEmail)
    {
        await Portal.SettleAsync();
        var mail = await Portal.MailAsync(to);
        // Notices, which may come at the same moment, have digits of telephone numbers.
        return SixDigits().Match((mail.FirstOrDefault(m => Coded().IsMatch(m.Subject)) ?? mail[0]).Text).Value;
    }

    public Task<SignInOutcome> EnterAsync(
        string token, string code, string? subject = null, string browser = "phone", bool known = false, string address = "192.0.2.1") =>
        AsVisitorAsync(() => Session(token).SignInWithCode(new SignInWithCode
        {
            Subject = subject ?? AliceSubject,
            Code = code,
            Device = Browser(browser, known),
        }), address);

    /// <summary>Signs Alice in; her session's token.</summary>
    public async Task<string> SignInAsync(string browser = "phone")
    {
        Assert.IsType<CodeRequestOutcome.OnItsWay>(await AskAsync(browser: browser));
        var token = Tokens.New();
        Assert.IsType<SignInOutcome.SignedIn>(await EnterAsync(token, await CodeAsync(), browser: browser));
        return token;
    }

    public Task<SessionCheck> CheckAsync(string token, bool touch = true) => AsVisitorAsync(() => Session(token).Check(touch));

    public async Task<SessionEnd?> EndOfAsync(string token) => await CheckAsync(token, touch: false) switch
    {
        SessionCheck.Ended ended => ended.Reason,
        _ => null,
    };

    /// <summary>Uses the session every half hour for so long.</summary>
    public async Task UseAsync(string token, TimeSpan time)
    {
        for (var until = Portal.Clock.GetUtcNow() + time; Portal.Clock.GetUtcNow() < until;)
        {
            var left = until - Portal.Clock.GetUtcNow();
            await Portal.AdvanceAsync(left < TimeSpan.FromMinutes(30) ? left : TimeSpan.FromMinutes(30));
            await CheckAsync(token);
        }
    }

    /// <summary>Asks for an elevation code and uses it; the token under which the session goes on.</summary>
    public async Task<string> ElevateAsync(string token, string browser = "phone")
    {
        Assert.IsType<ElevationRequestOutcome.Sent>(await AsVisitorAsync(() => Session(token).RequestElevation(Browser(browser))));
        var next = Tokens.New();
        var command = new Elevate { Code = await CodeAsync(), NewSession = Tokens.Hash(next), Device = Browser(browser) };
        Assert.IsType<ElevateOutcome.Elevated>(await AsVisitorAsync(() => Session(token).Elevate(command)));
        return next;
    }

    public async Task<bool> IsElevatedAsync(string token) =>
        await CheckAsync(token, touch: false) is SessionCheck.Alive { Principal.ElevatedUntil: not null };

    public SessionSweeper Sweeper() => new(Portal.Database, Portal.Grains, Portal.Clock, NullLogger<SessionSweeper>.Instance);

    /// <summary>Actions of the audit log, oldest first, with their reasons: <c>sign-in.refused(wrong-code)</c>.</summary>
    public async Task<IReadOnlyList<string>> AuditAsync(string startingWith = "", string organisation = PortalFixture.Riverside,
        string skip = "")
    {
        await Portal.SettleAsync();
        return await Portal.Database.ReadAsync<IReadOnlyList<string>>(async connection => [.. await connection.QueryAsync<string>(
            """
            SELECT action || CASE WHEN reason = '' THEN '' ELSE '(' || reason || ')' END FROM audit_log
            WHERE organisation = @organisation AND action LIKE @like AND action <> @skip ORDER BY sequence
            """, new { organisation, like = startingWith + "%", skip })]);
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    [GeneratedRegex("^(Your (sign-in )?code|Confirm this)")]
    private static partial Regex Coded();

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();
}
