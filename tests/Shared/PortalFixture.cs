using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Credentials;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Tests.Shared;

/// <summary>
/// The whole portal without its web: the engine over a database, every service, a clock moved by hand and two organisations,
/// <c>riverside</c> and <c>hilltop</c>. The database and the
/// clock outlive the silo, so that a test can kill it and start another one.
/// </summary>
public sealed partial class PortalFixture : IAsyncDisposable
{
    public const string Riverside = "riverside";
    public const string Hilltop = "hilltop";
    private const string Secret = "a-secret-of-tests-only-0123456789-abcdefghij";
    private readonly bool _deterministic;
    private readonly int? _seed;

    private PortalFixture(Database database, bool deterministic, int? seed)
    {
        Database = database;
        _deterministic = deterministic;
        _seed = seed;
    }

    /// <summary>Services that the next silo has besides the usual ones, such as a filter that watches calls.</summary>
    public Action<IServiceCollection>? MoreServices { get; set; }

    public ManualTimeProvider Clock { get; } = new();

    public Database Database { get; }

    public IGrainFactory Grains => Silo.GrainFactory;

    /// <summary>Messages that were sent, newest first, after those that wait have been delivered.</summary>
    public async Task<IReadOnlyList<MailboxMessage>> MailAsync(string? to = null)
    {
        await Silo.Services.GetRequiredService<OutboxDispatcher>().DeliverDueAsync();
        return await Silo.Services.GetRequiredService<DevelopmentMailbox>().FindAsync(to);
    }

    /// <summary>A running portal with its two organisations.</summary>
    /// <param name="deterministic">All turns on one queue, so that writes can be numbered.</param>
    /// <param name="seed">With <paramref name="deterministic"/>: shuffles the turns.</param>
    /// <param name="storage">Where data is kept; in memory by default.</param>
    public static async Task<PortalFixture> StartAsync(bool deterministic = false, int? seed = null, string storage = "sqlite::memory:")
    {
        var fixture = new PortalFixture(Database.Open(storage), deterministic, seed);
        await PortalMigrations.RunAsync(fixture.Database);
        await fixture.RestartAsync();
        foreach (var organisation in new[] { Riverside, Hilltop })
        {
            await fixture.AsAsync(Principal.Operator(organisation, "test"), () =>
                fixture.Grains.GetGrain<IOrganisationGrain>(organisation).Found(new FoundOrganisation
                {
                    Name = organisation == Riverside ? "Riverside Clinic" : "Hilltop Practice",
                    TimeZone = "Europe/London",
                    Country = "GB",
                    Settings = new PortalSettings { Contact = new ClinicContact { Phone = "01632 960100" } },
                }));
        }

        return fixture;
    }

    /// <summary>A new silo over the same database and clock; the one before is dropped as by <c>kill -9</c> where it still runs.</summary>
    public async Task RestartAsync()
    {
        if (_silo is not null)
        {
            _silo.Kill();
            await _silo.DisposeAsync();
        }

        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(Database);
        services.AddSingleton<TimeProvider>(Clock);
        // Few rounds: tests sign staff in by the dozen.
        services.AddSingleton(_ => new Passwords(rounds: 1_000, inline: true));
        services.AddPortalGrains(PortalSecrets.From(Secret, isProduction: false));
        services.AddMessages(new ConfigurationBuilder().Build(), development: true, soleProcess: true);
        MoreServices?.Invoke(services);
        await StartSiloAsync(services);
    }

    /// <summary>Calls as a principal; null: as somebody who has none.</summary>
    public async Task<T> AsAsync<T>(Principal? principal, Func<Task<T>> call)
    {
        var before = CallerContext.Current;
        CallerContext.Set(principal);
        try
        {
            return await call();
        }
        finally
        {
            CallerContext.Set(before);
        }
    }

    /// <inheritdoc cref="AsAsync{T}" />
    public Task AsAsync(Principal? principal, Func<Task> call) => AsAsync(principal, async () =>
    {
        await call();
        return true;
    });

    /// <summary>Calls as a grain does, through doors that are open to grains only.</summary>
    public Task<T> AsGrainAsync<T>(Func<Task<T>> call, string organisation = Riverside) => InsideGrain.RunAsync(this, call, organisation);

    /// <inheritdoc cref="AsGrainAsync{T}" />
    public Task AsGrainAsync(Func<Task> call, string organisation = Riverside) => AsGrainAsync(async () =>
    {
        await call();
        return true;
    }, organisation);

    /// <summary>The keyed hash of a canonical credential.</summary>
    public string HashOf(CredentialKind kind, string canonical, string organisation = Riverside) =>
        CredentialHash.Of(Silo.Services.GetRequiredService<KeyedHash>(), organisation, kind, canonical);

    /// <summary>Moves the clock, and lets everything that falls due happen.</summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await Clock.AdvanceAsync(by, StepAsync);
        await SettleAsync();
    }

    /// <summary>Puts a patient on file, with contact details that access needs.</summary>
    public async Task<string> RegisterAsync(
        string given, string family = "Archer", string email = "alice@example.org", string organisation = Riverside,
            string mobile = "07700 900001", DateOnly? birth = null)
    {
        var id = Ids.Derive("p", $"{organisation}/{given}/{family}");
        var command = new RegisterPatient
        {
            GivenName = given,
            FamilyName = family,
            BirthDate = birth ?? new DateOnly(1985, 3, 27),
            Contact = new ContactDetails { Email = email, Mobile = mobile, PostalCode = "RV1 4AB" },
        };
        await AsAsync(Cast.Dana(organisation), () => Patient(id, organisation).Register(command));
        return id;
    }

    public IPatientGrain Patient(string id, string organisation = Riverside) =>
        Grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(organisation, id));

    public async ValueTask DisposeAsync()
    {
        _silo?.Kill();
        if (_silo is not null) await _silo.DisposeAsync();
        await Database.DisposeAsync();
    }
}

/// <summary>The cast of all tests.</summary>
public static class Cast
{
    /// <summary>Dana, at the front desk.</summary>
    public static Principal Dana(string organisation = PortalFixture.Riverside) => Staff(organisation, "dana", StaffRole.FrontDesk);

    /// <summary>Erin, the administrator.</summary>
    public static Principal Erin(string organisation = PortalFixture.Riverside) => Staff(organisation, "erin", StaffRole.Admin);

    /// <summary>Priya, a practitioner.</summary>
    public static Principal Priya(string organisation = PortalFixture.Riverside) => Staff(organisation, "priya", StaffRole.Practitioner);

    /// <summary>Charlie, an administrator of another organisation, who must see nothing.</summary>
    public static Principal Charlie { get; } = Staff(PortalFixture.Hilltop, "charlie", StaffRole.Admin);

    /// <summary>Somebody at the door.</summary>
    public static Principal Visitor(string organisation = PortalFixture.Riverside, string address = "192.0.2.1") =>
        Principal.Visitor(organisation, address);

    /// <summary>A signed-in patient.</summary>
    public static Principal Patient(
        string id, string organisation = PortalFixture.Riverside, string? session = null, DateTimeOffset? elevatedUntil = null) => new()
        {
            Kind = PrincipalKind.Patient,
            Organisation = organisation,
            Subject = id,
            SessionHash = session,
            ElevatedUntil = elevatedUntil,
        };

    private static Principal Staff(string organisation, string name, StaffRole role) => new()
    {
        Kind = PrincipalKind.Staff,
        Organisation = organisation,
        Subject = Ids.Derive("s", $"{organisation}/{name}"),
        Role = role,
    };
}
