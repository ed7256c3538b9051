using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Sessions;

/// <summary>
/// Finds out, for every address under <c>/{org}</c>, which organisation and whose session it is, lets the session grain judge that, and
/// puts the principal where grain calls
/// take it from. Leads those who may not see a page to where they can go on.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="grains">Reaches organisations and sessions.</param>
/// <param name="time">Judges elevations.</param>
public sealed class SessionMiddleware(RequestDelegate next, IGrainFactory grains, TimeProvider time)
{
    private const string StaffPrefix = "staff";

    /// <summary>Judges one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.Request.RouteValues["org"] is not string slug)
        {
            await next(context);
            return;
        }

        var address = context.Connection.RemoteIpAddress?.ToString();
        CallerContext.Set(Principal.Visitor(slug, address));
        if (!GrainKeys.IsOrganisation(slug)
            || await grains.GetGrain<IOrganisationGrain>(GrainKeys.ForOrganisation(slug)).Get() is not { } organisation)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var session = context.RequestServices.GetRequiredService<PortalSession>();
        session.Organisation = organisation;
        session.StaffArea = IsStaffArea(context, slug);
        session.Caller = Principal.Visitor(slug, address);
        await CheckAsync(context, session);
        CallerContext.Set(session.Caller);
        if (!Redirects(context, session)) await next(context);
    }

    private static bool IsStaffArea(HttpContext context, string slug) =>
        context.Request.Path.StartsWithSegments($"/{slug}/{StaffPrefix}", StringComparison.Ordinal);

    private async Task CheckAsync(HttpContext context, PortalSession session)
    {
        // Whatever else the browser has: a tablet in a patient's hands is nothing else.
        if (PortalCookies.Token(context, PortalCookies.Kiosk(context, session.Slug)) is { } tablet)
        {
            await CheckAsync(context, session, tablet, PrincipalKind.Kiosk);
            if (session.Alive is not null || IsForKiosk(context)) return;
            session.EndedBy = null;
        }

        var cookie = session.StaffArea ? PortalCookies.Staff(context, session.Slug) : PortalCookies.Patient(context, session.Slug);
        if (PortalCookies.Token(context, cookie) is { } token)
            await CheckAsync(context, session, token, session.StaffArea ? PrincipalKind.Staff : PrincipalKind.Patient);
    }

    private async Task CheckAsync(HttpContext context, PortalSession session, string token, PrincipalKind kind)
    {
        var endpoint = context.GetEndpoint()?.Metadata;
        var grain = grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(session.Slug, Tokens.Hash(token)));
        var isUse = !HeadRequest.Is(context) && endpoint?.GetMetadata<WithoutTouchAttribute>() is null;
        switch (await grain.Check(touch: isUse))
        {
            case SessionCheck.Alive alive when alive.Principal.Kind == kind:
                session.Alive = alive;
                session.Caller = alive.Principal with { Address = session.Caller.Address };
                // Binds antiforgery tokens to the person, and to whom they act for: a page of before sends no form for another patient.
                var who = $"{session.Slug}/{alive.Principal.Subject}/{alive.Principal.ActingFor}";
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, who)], "portal"));
                break;
            case SessionCheck.Ended ended:
                session.EndedBy = ended.Reason;
                break;
        }
    }

    private bool Redirects(HttpContext context, PortalSession session)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        if (session.AtKiosk && !IsForKiosk(context))
        {
            // Not to come back to: no address is kept.
            context.Response.StatusCode = StatusCodes.Status303SeeOther;
            context.Response.Headers.Location = $"/{session.Slug}/kiosk";
            return true;
        }

        if (metadata?.GetMetadata<StaffPageAttribute>() is { } staff) return RedirectsStaff(context, session, staff);
        if (metadata?.GetMetadata<PatientPageAttribute>() is { } patient) return RedirectsPatient(context, session, patient);
        if (metadata?.GetMetadata<OpenPageAttribute>() is { EvenWhenDisabled: false } && !session.StaffArea
            && !session.Organisation.Settings.PortalEnabled)
            return Redirect(context, $"/{session.Slug}/not-enabled");
        return false;
    }

    private static bool IsForKiosk(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<KioskPageAttribute>() is not null;

    private static bool RedirectsStaff(HttpContext context, PortalSession session, StaffPageAttribute page)
    {
        if (session.Alive is null) return Redirect(context, $"/{session.Slug}/staff/sign-in", session.EndedBy);
        if (session.Caller.Role is { } role && page.Roles.Includes(role)) return false;
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return true;
    }

    private bool RedirectsPatient(HttpContext context, PortalSession session, PatientPageAttribute page)
    {
        if (!session.Organisation.Settings.PortalEnabled) return Redirect(context, $"/{session.Slug}/not-enabled");
        if (session.Alive is null) return Redirect(context, $"/{session.Slug}/sign-in", session.EndedBy);
        if (page.Section is { } section && !session.Shows(section))
        {
            // Who is no patient here chooses first whom to act for.
            if (session.Caller is { CaregiverOnly: true, ActingFor: null }) return Redirect(context, $"/{session.Slug}/acting");
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return true;
        }

        return page.Elevated && !session.IsElevated(time.GetUtcNow()) && Redirect(context, $"/{session.Slug}/elevate");
    }

    private static bool Redirect(HttpContext context, string address, SessionEnd? ended = null)
    {
        var query = ended is { } reason and not SessionEnd.Unknown ? $"?ended={SessionEnds.Name(reason)}" : "";
        if (HttpMethods.IsGet(context.Request.Method) && ReturnPath.Of(context.Request) is { } returnTo)
            query += $"{(query.Length == 0 ? '?' : '&')}returnTo={Uri.EscapeDataString(returnTo)}";
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address + query;
        return true;
    }
}
