using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Portal.Grains.Embedded;
using Portal.Storage;

namespace Portal.Silo.Engines.Local;

/// <summary>
/// A silo that is alone and keeps everything in the portal's own database, SQLite too: what Development and tests run on where there is
/// no PostgreSQL. Nobody else can join it.
/// </summary>
internal static class LocalSilo
{
    /// <summary>Adds what a silo needs to be alone.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="database">Where state and reminders are kept; see <see cref="MigrateAsync"/>.</param>
    public static void AddLocal(this ISiloBuilder silo, Database database)
    {
        silo.UseLocalhostClustering(FreePort(), FreePort());
        silo.Configure<ClusterMembershipOptions>(options => options.LivenessEnabled = false);
        silo.AddReminders();
        // All reminders have their timer from the start: none waits for the next look at the table, over which the clock may be moved.
        silo.Configure<ReminderOptions>(options => options.ReminderLoadingWindow = TimeSpan.FromDays(365));
        silo.Services.AddSingleton<IReminderTable>(new DatabaseReminders(database));
        silo.Services.AddGrainStorage("Default", (_, _) => new DatabaseGrainStorage(database));
    }

    /// <summary>Makes the tables, for who does not make all tables at once.</summary>
    public static Task MigrateAsync(Database database, CancellationToken ct = default) =>
        database.MigrateAsync(EmbeddedTables.Component.Name, EmbeddedTables.Component.Migrations, ct);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
