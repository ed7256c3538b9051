using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Messages.Email;
using Portal.Grains.Messages.Sms;

namespace Portal.Grains.Messages;

/// <summary>The addresses at which mail servers and gateways report what became of a message.</summary>
public static class MessagesEndpoints
{
    /// <summary>Adds the addresses of the channels that are configured to report; none otherwise.</summary>
    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetService<SmsStatusReports>() is { } sms)
            routes.MapPost(SmsStatusReports.Path, (RequestDelegate)sms.HandleAsync).DisableAntiforgery();
        if (routes.ServiceProvider.GetService<EmailBounces>() is { } email)
            routes.MapPost(EmailBounces.Path, (RequestDelegate)email.HandleAsync).DisableAntiforgery();
    }
}
