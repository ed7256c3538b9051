using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Benchmarks;

/// <summary>What 100,000 sessions in use cost in memory.</summary>
public static class SessionMemory
{
    private const int Sessions = 100_000;

    /// <summary>Measures and prints.</summary>
    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("portal-bench");
        await using var database = Database.Open($"sqlite:{folder.FullName}/bench.db");
        await PortalMigrations.RunAsync(database);
        await using var silo = await BenchSilo.StartAsync(database, (services, options) =>
        {
            var configuration = new ConfigurationBuilder().Build();
            services.AddSingleton<IConfiguration>(configuration);
            services.AddPortalGrains(PortalSecrets.From(PortalSecrets.NewSecret(), isProduction: false));
            services.AddMessages(configuration, development: true, soleProcess: true);
            // Sessions are begun directly here, as another grain would: not through a door.
            services.Remove(services.Single(s => s.ServiceType == typeof(IIncomingGrainCallFilter)));
            options.Assemblies.Add(typeof(PortalGrain).Assembly);
            options.IdleTime = TimeSpan.FromDays(1);
        });
        var before = Heap();
        await Parallel.ForEachAsync(Enumerable.Range(0, Sessions), new ParallelOptions { MaxDegreeOfParallelism = 256 }, async (_, _) =>
            await silo.GrainFactory.GetGrain<ISessionGrain>(GrainKeys.ForSession("bench", Tokens.Hash(Tokens.New()))).Continue(
                new ContinuedSession
                {
                    Kind = PrincipalKind.Patient,
                    Subject = Ids.New("p"),
                    CreatedAt = TimeProvider.System.GetUtcNow(),
                    Device = "Chrome on Android",
                    SessionId = Ids.New("se"),
                    Credential = "email." + Tokens.Hash("bench"),
                }));
        var after = Heap();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{silo.ActivationCount:N0} activations; heap {before / 1e6:N1} MB before, {after / 1e6:N1} MB after; " +
            $"{(after - before) / (double)Sessions:N0} bytes a session"));
        folder.Delete(recursive: true);
    }

    private static long Heap()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
