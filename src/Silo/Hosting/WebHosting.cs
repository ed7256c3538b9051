using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>The web side of the silo: pages, static assets and everything that stands in front of them.</summary>
public static class WebHosting
{
    /// <summary>Adds the pages and what they need.</summary>
    public static WebApplicationBuilder AddPortalWeb(this WebApplicationBuilder builder)
    {
        // Running from bin outside Development: without this the manifest of the build is not read and the script is served empty.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        return builder;
    }

    /// <summary>Puts the pages into the pipeline, in the order that the security rules need.</summary>
    public static WebApplication UsePortalWeb(this WebApplication app)
    {
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }
}
