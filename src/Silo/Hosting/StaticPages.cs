using Microsoft.AspNetCore.Components;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>Spares static pages what only circuits need.</summary>
public static class StaticPages
{
    /// <summary>
    /// Takes the interactive render modes from pages without <see cref="InteractivePageAttribute"/>. With them, the framework encrypts
    /// a state of 1.4 KB into every page, in case a component wants it in a circuit: a fifth of the work of a small page. An
    /// interactive component on such a page is refused by the framework, with a message that says so.
    /// </summary>
    public static RazorComponentsEndpointConventionBuilder KeepStaticPagesStatic(this RazorComponentsEndpointConventionBuilder pages)
    {
        pages.Finally(endpoint =>
        {
            if (endpoint.Metadata.OfType<InteractivePageAttribute>().Any()) return;
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                // The framework keeps this type to itself; were it renamed, pages would be as they are without this, and a test would
                // say so.
                var type = endpoint.Metadata[i].GetType();
                if (type.Name != "ConfiguredRenderModesMetadata") continue;
                if (Activator.CreateInstance(type, [Array.Empty<IComponentRenderMode>()]) is { } none) endpoint.Metadata[i] = none;
            }
        });
        return pages;
    }
}
