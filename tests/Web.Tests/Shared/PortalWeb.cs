using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Silo.Development;
using Portal.Storage;
using Xunit;

namespace Portal.Web.Tests.Shared;

/// <summary>One portal for all tests that leave its settings alone. Each test takes its own patients, who have the limits.</summary>
[CollectionDefinition(Name)]
public sealed class PortalCollection : ICollectionFixture<PortalWeb>
{
    /// <summary>What tests name in <c>[Collection]</c>.</summary>
    public const string Name = "portal";
}

/// <summary>
/// The whole portal in this process, with a database in memory: in Development with the demo's people, unless it is made
/// <see cref="Bare"/>.
/// </summary>
public sealed partial class PortalWeb : WebApplicationFactory<Program>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, int> _taken = [];
    private readonly Dictionary<string, string> _settings = new()
    {
        ["Portal:Storage"] = "sqlite::memory:",
        ["Portal:Secret"] = PortalSecrets.NewSecret(),
        ["Logging:LogLevel:Default"] = "Warning",
    };

    private readonly string _environment;

    /// <summary>With the demo's people, reached without a network.</summary>
    public PortalWeb() : this("Development", demo: true)
    {
    }

    private PortalWeb(string environment, bool demo, params (string Key, string Value)[] settings)
    {
        _environment = environment;
        if (demo) _settings["Portal:DemoPatients"] = "150";
        else _settings["Portal:Demo"] = "false";
        foreach (var (key, value) in settings) _settings[key] = value;
    }

    /// <summary>
    /// Without anybody, in Development, behind a real listener: the server's limits and headers are part of what is tested.
    /// </summary>
    /// <param name="settings">Settings beside the usual ones, or instead of them.</param>
    public static PortalWeb Bare(params (string Key, string Value)[] settings) => Listening("Development", settings);

    /// <summary>The same in Production.</summary>
    public static PortalWeb InProduction(params (string Key, string Value)[] settings) => Listening("Production", settings);

    /// <summary>In Production without anybody, reached without a network, so that addresses may be https.</summary>
    public static PortalWeb InProductionWithoutNetwork(params (string Key, string Value)[] settings) =>
        new("Production", demo: false, settings);

    /// <summary>A client of the listener: asks for pages, keeps cookies, does not follow redirects.</summary>
    public HttpClient Client()
    {
        StartServer();
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = ClientOptions.BaseAddress };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return client;
    }

    /// <summary>Founds the clinic at whose address most pages are.</summary>
    public async Task<PortalWeb> WithRiversideAsync(PortalSettings? settings = null)
    {
        StartServer();
        CallerContext.Set(Principal.Operator("riverside", "test"));
        await Grains.GetGrain<IOrganisationGrain>("riverside").Found(new FoundOrganisation
        {
            Name = "Riverside Clinic",
            TimeZone = "Europe/London",
            Settings = settings ?? new PortalSettings { PortalName = "Riverside online" },
        });
        CallerContext.Set(null);
        return this;
    }

    /// <summary>The hidden fields of a page's forms, last one of a name first come.</summary>
    public static Dictionary<string, string> HiddenFields(string page) => Hidden().Matches(page)
        .GroupBy(m => m.Groups["name"].Value)
        .ToDictionary(g => g.Key, g => g.Last().Groups["value"].Value);

    /// <summary>Gets everything that is logged, however unimportant; null: only what a run of tests should show.</summary>
    public ILoggerProvider? Logs { get; init; }

    /// <summary>The people of the demo.</summary>
    public IReadOnlyList<DemoOrganisation> World => Services.GetRequiredService<IReadOnlyList<DemoOrganisation>>();

    /// <summary>The clock, which tests move forward.</summary>
    public DevelopmentClock Clock => (DevelopmentClock)Services.GetRequiredService<TimeProvider>();

    /// <summary>The grains, behind their doors.</summary>
    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    /// <summary>A browser that has never been here.</summary>
    /// <param name="address">Where it finds the portal.</param>
    public Browser Browser(string address = "http://localhost") => new(Server.CreateHandler(), new Uri(address));

    /// <summary>A patient whom no other test uses, with access and an email credential.</summary>
    public DemoPatient NextPatient(string organisation = "riverside")
    {
        var number = _taken.TryGetValue(organisation, out var taken) ? taken : 0;
        _taken[organisation] = number + 1;
        return World.Single(o => o.Slug == organisation).Patients
            .Where(p => p is { AuthEmail: not null, Access: AccessState.CanAccess })
            .ElementAt(number);
    }

    /// <summary>A staff member by the beginning of the address: dana (front desk), erin (admin), aziz, priya, tom.</summary>
    public DemoStaff Staff(string name, string organisation = "riverside") =>
        World.Single(o => o.Slug == organisation).Staff.Single(s => s.Email.StartsWith($"{name}@", StringComparison.Ordinal));

    /// <summary>The newest message to an address, once there are so many.</summary>
    public async Task<MailboxMessage> MessageAsync(string to, int count = 1)
    {
        var mailbox = Services.GetRequiredService<DevelopmentMailbox>();
        using var patience = new CancellationTokenSource(Patience);
        using var often = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var found = await mailbox.FindAsync(to, ct: patience.Token);
            if (found.Count >= count) return found[0];
            await often.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>How many audit rows of an organisation have an action that begins so.</summary>
    public async Task<IReadOnlyList<AuditEntry>> AuditAsync(string action, string organisation = "riverside")
    {
        CallerContext.Set(new Principal
        {
            Kind = PrincipalKind.Staff,
            Organisation = organisation,
            Subject = Staff("erin", organisation).Id,
            Role = StaffRole.Admin,
        });
        return (await Grains.GetGrain<IAuditReaderGrain>(organisation).Page(new AuditQuery { Action = action, PageSize = 200 })).Rows;
    }

    /// <summary>Nothing that is stored is changed. What earlier tests began may still be written: then it is done again.</summary>
    /// <param name="act">What must change nothing.</param>
    public async Task AssertUnchangedAsync(Func<Task> act)
    {
        const int most = 5;
        for (var turn = 1; ; turn++)
        {
            var before = await StoredAsync();
            await act();
            var after = await StoredAsync();
            if (before == after) return;
            if (turn == most) Assert.Equal(before, after);
        }
    }

    // Everything that is stored, but for keys and messages.
    private Task<string> StoredAsync() => Services.GetRequiredService<Database>().ReadAsync(async read =>
    {
        var all = new StringBuilder();
        var tables = await read.QueryAsync<string>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name");
        foreach (var table in tables.Where(t => t is not ("data_protection_keys" or "development_mailbox" or "outbox")))
        {
            foreach (IDictionary<string, object?> row in await read.QueryAsync($"SELECT * FROM {table}"))
                all.AppendLine($"{table}: {string.Join('|', row.Values.Select(Text))}");
        }

        return all.ToString();
    });

    /// <inheritdoc />
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(_environment);
        foreach (var (key, value) in _settings) builder.UseSetting(key, value);
        if (Logs is null) return;
        builder.UseSetting("Logging:LogLevel:Default", "Trace");
        builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Logs));
    }

    private static string Text(object? value) => value is byte[] bytes ? Convert.ToHexString(bytes) : $"{value}";

    private static PortalWeb Listening(string environment, (string Key, string Value)[] settings)
    {
        var web = new PortalWeb(environment, demo: false, [("Logging:LogLevel:Default", "None"), .. settings]);
        // A free port.
        web.UseKestrel(0);
        return web;
    }

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]+)" value="(?<value>[^"]*)" />""")]
    private static partial Regex Hidden();
}
