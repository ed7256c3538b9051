using Npgsql;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Orleans.Serialization;
using Portal.Silo.Engines.Local;
using Portal.Silo.Hosting;
using Portal.Silo.Settings;
using Portal.Storage;

namespace Portal.Silo.Engines;

/// <summary>
/// Orleans: grains spread over as many silos as are started on one PostgreSQL database, which holds the membership of the cluster,
/// the state of the grains and their reminders; <see cref="ClusterSettings"/> has the settings. The two ports of a silo are for silos and
/// web nodes alone: anybody who reaches them is trusted, so they belong on a private network.
/// </summary>
public static class Engine
{
    /// <summary>Its name, for the start message.</summary>
    public const string Name = "orleans";

    /// <summary>Whether this process is the only one on its database: never to be relied on here.</summary>
    public const bool SoleProcess = false;

    // Private and gone at the end: of tests.
    private const string InMemory = "sqlite::memory:";

    /// <summary>Adds the engine: a silo, or a client of the silos where the process only serves pages.</summary>
    /// <exception cref="SettingsException">The database is not PostgreSQL, which only a silo that is alone in Development can do
    /// without.</exception>
    public static void AddEngine(this WebApplicationBuilder builder, Database database, NodeRole role)
    {
        var storage = builder.Configuration["Portal:Storage"] ?? GrainHosting.DefaultStorage;
        var alone = database.Dialect != Dialect.PostgreSql;
        if (alone && (role != NodeRole.All || !(builder.Environment.IsDevelopment() || storage == InMemory)))
            throw new SettingsException(["Portal:Storage has to be PostgreSQL for a cluster: postgres:Host=…;Database=…"]);
        var settings = new ClusterSettings(builder.Configuration.GetSection("Portal:Cluster"), storage);
        AddClocks(builder.Services);
        // What a grain throws reaches a page in another process as what it is.
        builder.Services.Configure<ExceptionSerializationOptions>(options =>
            options.SupportedNamespacePrefixes.UnionWith(["Portal", "Orleans", ClusterSettings.Npgsql]));

        // Hosted services start in the order they are added.
        if (!alone) builder.Services.AddHostedService(_ => new StorageCheck(settings.Connection));
        if (alone) builder.UseOrleans(silo => silo.AddDashboard(options => options.HideTrace = true).AddLocal(database));
        else if (role == NodeRole.Web) builder.UseOrleansClient(client => AddClient(client, settings));
        else builder.UseOrleans(silo => AddSilo(silo, settings));
    }

    private static void AddSilo(ISiloBuilder silo, ClusterSettings settings)
    {
        silo.Configure<ClusterOptions>(settings.Name)
            .Configure<ClusterMembershipOptions>(ClusterSettings.Watch)
            .Configure<SiloMessagingOptions>(ClusterSettings.Wait)
            .ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort)
            .UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (ClusterSettings.Npgsql, settings.Pool("cluster")))
            .UseAdoNetReminderService(options =>
                (options.Invariant, options.ConnectionString) = (ClusterSettings.Npgsql, settings.Pool("reminder")))
            .AddAdoNetGrainStorageAsDefault(options =>
            {
                (options.Invariant, options.ConnectionString) = (ClusterSettings.Npgsql, settings.Pool("state"));
                options.GrainStorageSerializer = new JsonStateSerializer();
                options.DeleteStateOnClear = true;
            })
            // On every silo, as each gathers its own figures; it is served to operators only.
            .AddDashboard(options => options.HideTrace = true);
    }

    private static void AddClient(IClientBuilder client, ClusterSettings settings)
    {
        client.Configure<ClusterOptions>(settings.Name)
            .Configure<GatewayOptions>(ClusterSettings.Watch)
            .Configure<ClientMessagingOptions>(ClusterSettings.Wait)
            .UseAdoNetClustering(options =>
                (options.Invariant, options.ConnectionString) = (ClusterSettings.Npgsql, settings.Pool("cluster")))
            // A web node that is started before the silos waits for them.
            .UseConnectionRetryFilter(async (_, ct) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, ct);
                return true;
            })
            .AddDashboard(options => options.HideTrace = true);
    }

    // The portal's clock moves timers and reminders. Silos watch each other by the machine's, also where development moves the portal's.
    private static void AddClocks(IServiceCollection services)
    {
        services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        foreach (var area in new[] { TimeProviderNames.Grains, ReminderTimeProviderNames.Reminders })
            services.AddKeyedSingleton(area, static (provider, _) => provider.GetRequiredService<TimeProvider>());
    }

    private sealed class StorageCheck(string connectionString) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await using var connection = new NpgsqlConnection(connectionString);
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand("SELECT current_setting('synchronous_commit')", connection);

            // Orleans' provider takes the server's word; what is acknowledged here has to survive a power cut.
            if (await command.ExecuteScalarAsync(cancellationToken) is "off")
                throw new InvalidOperationException("The database acknowledges what is not on its disk yet: turn synchronous_commit on.");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
