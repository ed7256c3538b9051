using Orleans;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Silo.Hosting;

/// <summary>
/// The address <c>/{org}/logo/{hash}</c>: a logo, named by what it is, so that browsers may keep it for ever. Served as the picture that
/// its bytes are, never as what somebody called it.
/// </summary>
public static class LogoEndpoint
{
    private const string Immutable = "public, max-age=31536000, immutable";

    /// <summary>Adds the address.</summary>
    public static void MapLogo(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{org}/logo/{hash}", async (HttpContext context, string hash, PortalSession session, IGrainFactory grains) =>
        {
            if (await grains.GetGrain<ILogoGrain>(GrainKeys.ForOrganisation(session.Slug)).Get(hash) is not { } picture)
                return Results.NotFound();
            context.Response.Headers.CacheControl = Immutable;
            return Results.Bytes(picture.Bytes, ContentType(picture.Logo.Format));
        }).WithMetadata(new WithoutTouchAttribute(), new KioskPageAttribute(), new StoredFile());

    private static string ContentType(LogoFormat format) => format switch
    {
        LogoFormat.Png => "image/png",
        LogoFormat.Jpeg => "image/jpeg",
        _ => "image/webp",
    };
}

/// <summary>Marks an address that serves what people have uploaded: whatever it turns out to hold, nothing of it runs.</summary>
public sealed class StoredFile;
