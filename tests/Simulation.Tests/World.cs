using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Storage;
using Portal.Tests.Shared;
using Xunit;

namespace Portal.Simulation.Tests;

/// <summary>A portal in which writes go wrong, and people who try again.</summary>
internal sealed partial class World : IAsyncDisposable
{
    // A person gives up after this; one fault needs one more try, two need two.
    private const int Tries = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BeyondResponseTimeout = TimeSpan.FromSeconds(45);

    private World(PortalFixture portal) => Portal = portal;

    public PortalFixture Portal { get; }

    public ChosenFaults? Faults { get; private set; }

    public static async Task<World> OpenAsync() => new(await PortalFixture.StartAsync(deterministic: true));

    public static ClientDevice Phone { get; } = new() { Description = "Phone", BrowserHash = Tokens.Hash("phone") };

    public static Principal Somebody { get; } = Cast.Visitor();

    /// <summary>From here on writes are counted, and these go wrong.</summary>
    public void Break(params (int Number, WriteFault Fault)[] faults)
    {
        Faults = new ChosenFaults(faults) { Killing = () => Portal.Silo.Kill() };
        Portal.Database.Faults = Faults;
    }

    /// <summary>From here on nothing goes wrong, and what was late has come.</summary>
    public async Task MendAsync()
    {
        Portal.Database.Faults = null;
        Faults?.AnswerNow();
        if (!Portal.Silo.IsRunning) await Portal.RestartAsync();
        await Portal.SettleAsync();
    }

    /// <summary>Does the same thing until it is answered, as a person would: after an error, a timeout or a restart of the
    /// server.</summary>
    public async Task<T> InsistAsync<T>(Principal principal, Func<Task<T>> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!Portal.Silo.IsRunning) await Portal.RestartAsync();
                var answer = Portal.AsAsync(principal, call);
                if (!answer.IsCompleted) await WaitAsync(answer);
                var result = await answer;
                await Portal.SettleAsync();
                return result;
            }
            catch (Exception error) when (attempt < Tries && error is not Xunit.Sdk.XunitException)
            {
                if (!Portal.Silo.IsRunning) await Portal.RestartAsync();
                await Portal.SettleAsync();
            }
        }
    }

    /// <summary>The newest code that was sent to an address; null where none was, or only the one before.</summary>
    public async Task<string?> CodeAsync(string to, string? before = null)
    {
        if (!Portal.Silo.IsRunning) await Portal.RestartAsync();
        await Portal.SettleAsync();
        foreach (var message in await InsistAsync(Somebody, () => Portal.MailAsync(to)))
        {
            if (SixDigits().Match(message.Text) is { Success: true } code) return code.Value == before ? null : code.Value;
        }

        return null;
    }

    public string SubjectOf(string email) => CredentialHash.Subject(
        Portal.Silo.Services.GetRequiredService<KeyedHash>(), PortalFixture.Riverside, CredentialKind.Email, email);

    public ISessionGrain Session(string token) =>
        Portal.Grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(PortalFixture.Riverside, Tokens.Hash(token)));

    public Task<bool> IsAliveAsync(string token) =>
        Portal.AsAsync(Somebody, async () => await Session(token).Check(touch: false) is SessionCheck.Alive);

    /// <summary>How often something that was done is in the audit log, for a patient.</summary>
    public async Task<int> AuditedAsync(string patient, string action)
    {
        var page = await Portal.AsAsync(Cast.Erin(), () => Portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside)
            .Page(new AuditQuery { Patient = patient, PageSize = 200 }));
        return page.Rows.Count(r => r.Action == action && r.Outcome == AuditOutcome.Done);
    }

    /// <summary>What holds whatever went wrong: the audit chain is whole, claims and bindings agree, and nothing is pending.</summary>
    public async Task CheckInvariantsAsync(string where, params string[] patients)
    {
        await MendAsync();
        await Portal.AdvanceAsync(TimeSpan.FromMinutes(65));
        var verification = await Portal.AsAsync(Cast.Erin(), () =>
            Portal.Grains.GetGrain<IAuditReaderGrain>(PortalFixture.Riverside).Verify());
        Assert.True(verification.Fault is null, where);
        var bound = new List<string>();
        foreach (var patient in patients)
        {
            var view = (await Portal.AsAsync(Cast.Dana(), () => Portal.Patient(patient).OnlineAccess()))!;
            Assert.False(view.ChangeUnderWay, where);
            bound.AddRange(view.Credentials.Select(c => $"{c.Kind}:{c.Value}:{patient}"));
        }

        Assert.True(bound.Select(b => b[..b.LastIndexOf(':')]).Distinct().Count() == bound.Count, $"{where}: two hold one credential");
        var claims = await Portal.Database.ReadAsync(c => c.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM credential_claims"));
        Assert.True(claims == bound.Count, $"{where}: {claims} claims for {bound.Count} bindings");
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    // Something answers late: the caller's patience ends first, then the answer comes.
    private async Task WaitAsync(Task answer)
    {
        await Portal.AdvanceAsync(BeyondResponseTimeout);
        Faults?.AnswerNow();
        await Portal.SettleAsync();
        // What continues on another thread is waited for; a bound, not a sleep.
        await Task.WhenAny(answer).WaitAsync(Patience);
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();
}
