using Microsoft.Extensions.DependencyInjection.Extensions;
using Portal.Grains.Messages;
using Portal.Silo.Development;
using Portal.Silo.Engines;
using Portal.Silo.Observability;
using Portal.Web.Audit;
using Portal.Web.Import;
using Portal.Web.Onboarding;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>The web side of the silo: pages, static assets and everything that stands in front of them.</summary>
public static class WebHosting
{
    /// <summary>Where the portal listens unless <c>ASPNETCORE_URLS</c> or another of the framework's settings says otherwise.</summary>
    public const string DefaultAddress = "http://localhost:5080";

    /// <summary>Adds the pages and what they need. The database, the engine and the secrets are added elsewhere.</summary>
    public static WebApplicationBuilder AddPortalWeb(this WebApplicationBuilder builder)
    {
        if (!Listens(builder.Configuration)) builder.WebHost.UseUrls(DefaultAddress);
        // Running from bin outside Development: without this the manifest of the build is not read and the script is served empty.
        builder.WebHost.UseStaticWebAssets();
        builder.AddPortalLogs();
        builder.AddRequestLimits();
        var address = PublicAddress.From(builder.Configuration);
        builder.Services.AddSingleton(address);
        builder.AddPortalClock();
        builder.Services.AddPortalDataProtection();
        builder.Services.AddScoped<PortalSession>();
        builder.Services.AddSingleton<Challenges>();
        builder.Services.AddSingleton<SignInCompletion>();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddAntiforgery(options =>
        {
            options.Cookie.Name = address.IsSecure ? "__Host-portal-form" : "portal-form";
            options.Cookie.SecurePolicy = address.IsSecure ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            options.Cookie.Path = "/";
            // Lax, as the session: with Strict, a link in a message would bring a second token and spoil the forms that are open.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.SuppressXFrameOptionsHeader = true;
        });
        return builder;
    }

    /// <summary>Puts the pages into the pipeline, in the order that the security rules need.</summary>
    public static WebApplication UsePortalWeb(this WebApplication app)
    {
        var address = app.Services.GetRequiredService<PublicAddress>();
        if (app.Configuration.Role() == NodeRole.Silo)
        {
            app.UseMiddleware<SecurityHeaders>();
            app.MapHealth();
            return app;
        }

        if (TrustedProxies.From(app.Configuration) is { } proxies) app.UseForwardedHeaders(proxies);
        app.UseHeadAsGet();
        app.UseMiddleware<SecurityHeaders>();
        app.UseMiddleware<Problems>();
        app.UseDraining();
        app.UseOwnHostOnly(address);
        app.UseRouting();
        app.UseRequestLimits();
        app.UseOwnOriginOnly(address);
        app.UseMiddleware<SessionMiddleware>();
        app.UseAntiforgery();
        app.UseFormTooOld();

        app.MapStaticAssets();
        app.MapTheme();
        app.MapLogo();
        app.MapSessions();
        app.MapAudit();
        app.MapBatches();
        app.MapImport();
        app.MapHealth();
        app.MapMessages();
        app.MapDashboard();
        if (app.Services.GetService<TimeProvider>() is DevelopmentClock clock) app.MapClock(clock);
        // Compression of a connection on which secrets and strangers' text travel together tells about the secrets (BREACH).
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(options => options.DisableWebSocketCompression = true)
            .KeepStaticPagesStatic();
        return app;
    }

    // In Development a clock that can be moved; everywhere else the system's.
    private static void AddPortalClock(this WebApplicationBuilder builder)
    {
        var storage = builder.Configuration["Portal:Storage"] ?? GrainHosting.DefaultStorage;
        var development = builder.Environment.IsDevelopment();
        builder.Services.TryAddSingleton(development ? new DevelopmentClock(ClockEndpoints.FileBeside(storage)) : TimeProvider.System);
    }

    private static bool Listens(IConfiguration configuration) =>
        configuration["urls"] is not null || configuration["http_ports"] is not null || configuration["https_ports"] is not null
        || configuration.GetSection("Kestrel:Endpoints").Exists();
}
