using Orleans;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Silo.Data;
using Portal.Silo.Development;
using Portal.Silo.Engines;
using Portal.Silo.Settings;
using Portal.Storage;

namespace Portal.Silo.Hosting;

/// <summary>The grain side of the silo: database, secrets, messages, engine.</summary>
public static class GrainHosting
{
    /// <summary>Where data is kept when <c>Portal:Storage</c> says nothing.</summary>
    public const string DefaultStorage = "sqlite:data/portal.db";

    /// <summary>Adds what grains need, opens the database and brings its tables up to date.</summary>
    public static async Task<WebApplicationBuilder> AddPortalGrainsAsync(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        var development = builder.Environment.IsDevelopment();
        var role = configuration.Role();
        var database = Database.Open(configuration["Portal:Storage"] ?? DefaultStorage);
        await PortalSchema.PrepareAsync(database, configuration);
        if (development && Demo.IsWanted(configuration)) await DemoMark.SetAsync(database);
        if (!development && await DemoMark.IsSetAsync(database))
        {
            throw new SettingsException(
                ["Portal:Storage names a database that once held the demo, whose passwords everybody can read; begin with an empty one."]);
        }

        var secret = configuration["Portal:Secret"]
            ?? (development ? DevelopmentSecret.Read(configuration["Portal:Storage"] ?? DefaultStorage) : null);
        var secrets = PortalSecrets.From(secret, isProduction: !development);
        await Installation.CheckSecretAsync(database, secrets);

        var services = builder.Services;
        services.AddSingleton(_ => database);
        services.AddPortalGrains(secrets, here: role != NodeRole.Web);
        services.AddMessages(configuration, development, Engine.SoleProcess, sends: role != NodeRole.Web);
        services.AddSingleton<IOutgoingGrainCallFilter>(provider =>
            new RetryFilter(TimeProvider.System, provider.GetRequiredService<ILogger<RetryFilter>>()));
        builder.AddEngine(database, role);
        if (development && role != NodeRole.Web) builder.AddDemo();
        return builder;
    }
}
