using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages.Delivery;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;

namespace Portal.Grains.Messages;

/// <summary>Registers this feature.</summary>
public static class MessagesServices
{
    /// <summary>
    /// Registers the outbox, its dispatcher as a hosted service, the delivery log and the transports. Expects a
    /// <see cref="Storage.Database"/> with <see cref="MessagesMigrations"/> applied, a <see cref="Shared.PayloadCipher"/> and a
    /// <see cref="TimeProvider"/>.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="configuration">
    /// Holds <c>Portal:Smtp</c> (<see cref="SmtpOptions"/>), <c>Portal:Sms</c> (<see cref="SmsOptions"/>) and
    /// <c>Portal:PublicAddress</c>.
    /// </param>
    /// <param name="development">
    /// Whether a channel that is not configured goes to the <see cref="DevelopmentMailbox"/>. Elsewhere its messages wait, and staff see
    /// why.
    /// </param>
    /// <param name="soleProcess">Whether no other process works on this database (<see cref="DispatcherOptions.SoleProcess"/>).</param>
    /// <param name="sends">Whether this process sends what is queued; web nodes leave that to the silos.</param>
    /// <exception cref="ArgumentException">A channel is configured in a way that cannot work.</exception>
    public static IServiceCollection AddMessages(this IServiceCollection services, IConfiguration configuration, bool development,
        bool soleProcess, bool sends = true)
    {
        services.AddSingleton<MessageMetrics>();
        services.AddSingleton<Outbox>();
        services.AddSingleton<DeliveryLog>();
        services.AddSingleton(new DispatcherOptions { SoleProcess = soleProcess });
        services.AddSingleton<OutboxDispatcher>();
        if (sends) services.AddHostedService(provider => provider.GetRequiredService<OutboxDispatcher>());
        if (development) services.TryAddSingleton<DevelopmentMailbox>();
        AddEmail(services, configuration.GetSection("Portal:Smtp").Get<SmtpOptions>() ?? new SmtpOptions(), development);
        AddSms(services, configuration, configuration.GetSection("Portal:Sms").Get<SmsOptions>() ?? new SmsOptions(), development);
        return services;
    }

    private static void AddEmail(IServiceCollection services, SmtpOptions options, bool development)
    {
        if (options.Host.Length > 0)
        {
            options.Check();
            services.AddSingleton<IMessageTransport>(provider => new SmtpTransport(options, provider.GetRequiredService<TimeProvider>()));
            if (options.BounceToken.Length > 0)
                services.AddSingleton(provider => new EmailBounces(options, provider.GetRequiredService<Outbox>()));
        }
        else if (development)
        {
            services.AddSingleton(provider => provider.GetRequiredService<DevelopmentMailbox>().For(MessageChannel.Email));
        }
    }

    private static void AddSms(IServiceCollection services, IConfiguration configuration, SmsOptions options, bool development)
    {
        if (options.AccountSid.Length > 0)
        {
            var publicAddress = configuration["Portal:PublicAddress"];
            // A gateway reports to the public internet only.
            if (options.StatusCallback.Length == 0 && publicAddress?.StartsWith("https://", StringComparison.Ordinal) == true)
                options = options with { StatusCallback = publicAddress.TrimEnd('/') + SmsStatusReports.Path };
            options.Check();
            services.AddSingleton<IMessageTransport>(provider => new SmsTransport(options, provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton(provider => new SmsStatusReports(options, provider.GetRequiredService<Outbox>()));
        }
        else if (development)
        {
            services.AddSingleton(provider => provider.GetRequiredService<DevelopmentMailbox>().For(MessageChannel.Sms));
        }
    }
}
