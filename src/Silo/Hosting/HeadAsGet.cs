using Microsoft.AspNetCore.Http.Features;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// Answers HEAD as GET without the body, for every address that answers GET. Pages know GET and POST only, and a link that answers 405 to
/// a mail scanner is shown as broken.
/// </summary>
public static class HeadAsGet
{
    /// <summary>Goes before routing.</summary>
    public static void UseHeadAsGet(this IApplicationBuilder app) => app.Use(next => async context =>
    {
        // Connections of circuits are no pages.
        if (!HttpMethods.IsHead(context.Request.Method) || context.Request.Path.StartsWithSegments("/_blazor"))
        {
            await next(context);
            return;
        }

        var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        HeadRequest.Note(context);
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
            context.Features.Set(body);
        }
    });
}
