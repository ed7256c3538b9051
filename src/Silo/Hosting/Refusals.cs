using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Extensions;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// Requests that are refused for where they come from: another host's name, plain http, another site's script, a form without its
/// token.
/// </summary>
public static class Refusals
{
    // Probes of a load balancer name it by its inner address, and speak plain http.
    private const string Health = "/health";

    /// <summary>
    /// Refuses other hosts than the configured one, and leads plain http to it where it is secure. Health checks are answered under any
    /// name.
    /// </summary>
    public static void UseOwnHostOnly(this IApplicationBuilder app, PublicAddress address)
    {
        if (address.Configured is null) return;
        app.Use(next => context =>
        {
            var request = context.Request;
            if (request.Path.StartsWithSegments(Health)) return next(context);
            if (!address.Serves(request.Host)) return Refuse(context, StatusCodes.Status400BadRequest, Problem.WrongAddress);
            if (!address.IsSecure || request.IsHttps) return next(context);
            var read = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
            if (!read) return Refuse(context, StatusCodes.Status400BadRequest, Problem.WrongAddress);
            context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
            var same = UriHelper.BuildRelative(request.PathBase, request.Path, request.QueryString);
            context.Response.Headers.Location = address.Configured.GetLeftPart(UriPartial.Authority) + same;
            return Task.CompletedTask;
        });
    }

    /// <summary>
    /// Refuses connections to circuits that a page of another site opened. Browsers send cookies along with such connections and no
    /// antiforgery token, but state the origin; what states none is no browser, and a WebSocket without one is refused too.
    /// </summary>
    public static void UseOwnOriginOnly(this IApplicationBuilder app, PublicAddress address) => app.Use(next => context =>
    {
        if (!context.Request.Path.StartsWithSegments("/_blazor")) return next(context);
        var origin = context.Request.Headers.Origin.ToString();
        var allowed = origin.Length > 0
            ? address.IsOwnOrigin(origin, context.Request)
            : HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.Upgrade.Count == 0;
        return allowed ? next(context) : Refuse(context, StatusCodes.Status403Forbidden, Problem.WrongAddress);
    });

    /// <summary>Says so where the antiforgery middleware found no valid token. Goes right after it.</summary>
    public static void UseFormTooOld(this IApplicationBuilder app) => app.Use(next => context =>
        context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: false }
            ? Refuse(context, StatusCodes.Status400BadRequest, Problem.FormTooOld)
            : next(context));

    private static Task Refuse(HttpContext context, int status, Problem says)
    {
        context.Response.StatusCode = status;
        context.Features.Set(new ProblemFeature(says));
        return Task.CompletedTask;
    }
}
