using System.Net;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Portal.Storage;

namespace Portal.Silo.Engines;

/// <summary>
/// Orleans: grains spread over as many silos as are started on one PostgreSQL database, which holds the membership of the cluster,
/// the state of the grains and their reminders. Settings, each with a default for one silo on this machine:
/// <c>Portal:Cluster:Address</c> (the address the other silos reach this one by; the loopback address),
/// <c>Portal:Cluster:SiloPort</c> (11111), <c>Portal:Cluster:GatewayPort</c> (30000) and <c>Portal:Cluster:Id</c> (portal).
/// The two ports are for silos alone: anybody who reaches them is trusted, so they belong on a private network.
/// </summary>
public static class Engine
{
    /// <summary>Its name, for the start message.</summary>
    public const string Name = "orleans";

    /// <summary>Whether this process is the only one on its database: never to be relied on here.</summary>
    public const bool SoleProcess = false;

    // State and reminders are filed under it: another name would begin with an empty database.
    private const string Service = "portal";

    // Connections of one silo for grain state, unless the connection string has its own Maximum Pool Size. Ours.
    private const int StateConnections = 32;

    // Name under which .NET knows PostgreSQL's ADO.NET provider.
    private const string Npgsql = "Npgsql";

    /// <summary>Adds the engine.</summary>
    /// <exception cref="InvalidOperationException">The database is not PostgreSQL, or the address is none.</exception>
    public static void AddEngine(this WebApplicationBuilder builder, Database database)
    {
        if (database.Dialect != Dialect.PostgreSql)
            throw new InvalidOperationException("Orleans needs PostgreSQL: set Portal:Storage=postgres:Host=…;Database=…");
        var connection = ConnectionString(builder.Configuration["Portal:Storage"]!);
        var cluster = builder.Configuration.GetSection("Portal:Cluster");

        AddClocks(builder.Services);

        // Hosted services start in the order they are added: the tables are there when the silo asks for them.
        builder.Services.AddHostedService(_ => new StorageCheck(database, connection));
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster["Id"] ?? Service, Service))
            .ConfigureEndpoints(Address(cluster["Address"]), cluster.GetValue("SiloPort", 11111), cluster.GetValue("GatewayPort", 30000))
            .UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = (Npgsql, Pool(connection, "cluster", 4)))
            .UseAdoNetReminderService(options => (options.Invariant, options.ConnectionString) = (Npgsql, Pool(connection, "reminder", 4)))
            .AddAdoNetGrainStorageAsDefault(options =>
            {
                (options.Invariant, options.ConnectionString) = (Npgsql, Pool(connection, "state", StateConnections));
                options.GrainStorageSerializer = new JsonStateSerializer();
                options.DeleteStateOnClear = true;
            }));
    }

    // The portal's clock moves timers and reminders. Silos watch each other by the machine's, also where development moves the portal's.
    private static void AddClocks(IServiceCollection services)
    {
        services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        foreach (var area in new[] { TimeProviderNames.Grains, ReminderTimeProviderNames.Reminders })
            services.AddKeyedSingleton(area, static (provider, _) => provider.GetRequiredService<TimeProvider>());
    }

    private static string ConnectionString(string setting) =>
        setting.StartsWith("postgres:", StringComparison.OrdinalIgnoreCase) ? setting["postgres:".Length..] : setting;

    // Three pools, so that silos go on watching each other while grains queue for connections; bounded, as a server takes 100 by default.
    private static string Pool(string connection, string use, int size)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection) { ApplicationName = "portal-" + use };
        if (use != "state" || !settings.ShouldSerialize("Maximum Pool Size")) settings.MaxPoolSize = size;
        return settings.ConnectionString;
    }

    private static IPAddress Address(string? setting) =>
        setting is null ? IPAddress.Loopback
        : IPAddress.TryParse(setting, out var address) ? address
        : throw new InvalidOperationException("Portal:Cluster:Address is not an IP address.");

    private sealed class StorageCheck(Database database, string connectionString) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await database.MigrateAsync(OrleansSchema.Component, OrleansSchema.Migrations, cancellationToken);
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
