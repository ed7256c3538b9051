using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Hosting;
using Orleans.Reminders;
using Orleans.Runtime;
using Portal.Silo.Engines.Local;
using Portal.Storage;

namespace Portal.Tests.Shared;

/// <summary>
/// One silo of Orleans in this process: grain state in the test's database, and reminders too, both outliving the silo. Timers and
/// reminders go by the test's clock, everything of the cluster by the machine's.
/// </summary>
public sealed class OrleansSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Activity _activity;
    private int _stopped;

    private OrleansSilo(IHost host, Activity activity) => (_host, _activity) = (host, activity);

    public IServiceProvider Services => _host.Services;

    public IGrainFactory GrainFactory => _host.Services.GetRequiredService<IGrainFactory>();

    public bool IsRunning => Volatile.Read(ref _stopped) == 0;

    /// <summary>Activations of our own grains in memory.</summary>
    public int ActivationCount => GrainFactory.GetGrain<IManagementGrain>(0).GetSimpleGrainStatistics().GetAwaiter().GetResult()
        .Where(row => row.GrainType.StartsWith("Portal.", StringComparison.Ordinal)).Sum(row => row.ActivationCount);

    public static async Task<OrleansSilo> StartAsync(IServiceCollection services, Database database)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        foreach (var service in services.Where(s => s.ServiceType != typeof(IHostedService))) builder.Services.Add(service);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddKeyedSingleton(KeyedService.AnyKey, TimeProvider.System);
        foreach (var area in new[] { TimeProviderNames.Grains, ReminderTimeProviderNames.Reminders })
            builder.Services.AddKeyedSingleton(area, static (provider, _) => provider.GetRequiredService<TimeProvider>());
        var activity = new Activity();
        builder.Services.AddSingleton<IIncomingGrainCallFilter>(activity);
        builder.UseOrleans(silo => silo.AddLocal(database));
        await LocalSilo.MigrateAsync(database);
        var host = builder.Build();
        await host.StartAsync();
        return new OrleansSilo(host, activity);
    }

    /// <summary>Runs a scenario; the calls it starts without awaiting interleave as they like.</summary>
    public Task RunAsync(Func<Task> scenario) => scenario();

    /// <summary>Lets other threads go first, until no call is under way.</summary>
    public async Task YieldAsync()
    {
        for (var quiet = 0; quiet < 3; quiet = _activity.Calls == 0 ? quiet + 1 : 0) await Task.Yield();
    }

    /// <summary>Waits until no call has been under way for a few milliseconds: what a timer starts on another thread can't be waited
    /// for.</summary>
    public async Task SettleAsync()
    {
        for (var quiet = 0; quiet < 5;)
        {
            await Task.Delay(1);
            quiet = _activity.Calls == 0 ? quiet + 1 : 0;
        }
    }

    /// <summary>Ends it without letting grains finish, as far as a part of a process can be killed.</summary>
    public void Kill()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0) _host.StopAsync(new CancellationToken(canceled: true)).GetAwaiter().GetResult();
    }

    public ValueTask DisposeAsync()
    {
        Kill();
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class Activity : IIncomingGrainCallFilter
    {
        private int _calls;

        public int Calls => Volatile.Read(ref _calls);

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            Interlocked.Increment(ref _calls);
            try
            {
                await context.Invoke();
            }
            finally
            {
                Interlocked.Decrement(ref _calls);
            }
        }
    }
}
