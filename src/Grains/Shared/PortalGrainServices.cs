using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;
using Portal.Grains.Sessions;

namespace Portal.Grains.Shared;

/// <summary>Registers what grains are made with, on either engine.</summary>
public static class PortalGrainServices
{
    /// <summary>Adds hashing, encryption, addresses, the door filter and the sweeps of sessions and codes. Expects a database, a clock
    /// and the configuration; messages are added by themselves.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="secrets">The installation's root secret.</param>
    /// <param name="here">Whether grains live in this process. Elsewhere nothing is swept, and their doors are where they are.</param>
    public static IServiceCollection AddPortalGrains(this IServiceCollection services, PortalSecrets secrets, bool here = true)
    {
        services.AddSingleton(secrets);
        services.AddSingleton<KeyedHash>();
        services.AddSingleton(new PayloadCipher(secrets.Derive("outbox")));
        services.AddSingleton<PortalAddress>();
        services.TryAddSingleton(_ => new Passwords());
        if (!here) return services;
        services.AddHostedService<SessionSweeper>();
        services.AddHostedService<OneTimeCodeSweeper>();
        services.AddSingleton<IIncomingGrainCallFilter, DoorFilter>();
        return services;
    }
}
