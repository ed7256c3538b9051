using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Orleans;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Shared;

namespace Portal.Web.Sessions;

/// <summary>
/// What open pages ask by themselves, for patients at <c>/{org}/session</c>, for staff at <c>/{org}/staff/session</c>, for a
/// clinic tablet at <c>/{org}/kiosk/session</c>: whether the
/// session lives (<c>200</c> or <c>401</c>), to keep it
/// alive (<c>POST …/stay</c>), and to be told when it ends (<c>…/events</c>, server-sent events).
/// </summary>
public static class SessionEndpoints
{
    // Proxies close connections on which nothing is said for a minute.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(20);

    // The session may have come to life in another process after its own was lost: watching again finds it there, and finds out what was
    // not told. Ours: within the 5 seconds in which open pages are closed.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);

    /// <summary>Adds the addresses.</summary>
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        foreach (var (prefix, more) in new (string, object[])[]
        {
            ("/{org}/session", []), ("/{org}/staff/session", []), ("/{org}/kiosk/session", [new KioskPageAttribute()]),
        })
        {
            routes.MapGet(prefix, Check).WithMetadata([new WithoutTouchAttribute(), .. more]);
            routes.MapPost($"{prefix}/stay", Check).WithMetadata(more);
            routes.MapGet($"{prefix}/events", EventsAsync).WithMetadata([new WithoutTouchAttribute(), .. more]);
        }
    }

    /// <summary>The session's deadlines and, as the browser's clock may be wrong, the moment they were asked for; 401 where it does not
    /// live.</summary>
    private static Results<Ok<SessionDeadlines>, UnauthorizedHttpResult> Check(PortalSession session, TimeProvider time) =>
        session.Alive is { } alive
        ? TypedResults.Ok(new SessionDeadlines(time.GetUtcNow(), alive.ExpiresAt, alive.IdleAt, alive.Principal.ElevatedUntil))
        : TypedResults.Unauthorized();

    private static async Task EventsAsync(
        HttpContext context, PortalSession session, IGrainFactory grains, TimeProvider time, IHostApplicationLifetime lifetime)
    {
        var response = context.Response;
        if (session.Alive is null || session.Caller.SessionHash is not { } hash)
        {
            response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        if (HeadRequest.Is(context)) return;
        var news = Channel.CreateBounded<SessionNews>(new BoundedChannelOptions(4) { FullMode = BoundedChannelFullMode.DropOldest });
        var watcher = new Watcher(news.Writer);
        var observer = grains.CreateObjectReference<ISessionObserver>(watcher);
        var grain = grains.GetGrain<ISessionGrain>(GrainKeys.ForSession(session.Slug, hash));
        // A server that stops must not wait for pages that stay open: they come back to the next one by themselves.
        var aborted = context.RequestAborted;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, lifetime.ApplicationStopping);
        context.RequestAborted = ending.Token;
        try
        {
            // A page whose connection ends is back within a second.
            await response.WriteAsync("retry: 1000\n: watching\n\n", context.RequestAborted);
            // An elevation that ended while nobody was connected is told now; pages that don't need one ignore it.
            if (!(session.Caller.ElevatedUntil > time.GetUtcNow())) await TellElevationEndedAsync(context, session);
            await TellAsync(context, session, news.Reader, () => grain.Watch(observer), time);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The page was closed, or the server stops: nobody is to be told.
        }
        finally
        {
            context.RequestAborted = aborted;
            await grain.Unwatch(observer);
            grains.DeleteObjectReference<ISessionObserver>(observer);
            GC.KeepAlive(watcher);
        }
    }

    private static async Task TellAsync(
        HttpContext context, PortalSession session, ChannelReader<SessionNews> news, Func<Task> watch, TimeProvider time)
    {
        var next = news.ReadAsync(context.RequestAborted).AsTask();
        var silent = TimeSpan.Zero;
        while (true)
        {
            // Watching again renews the lease.
            await watch();
            await context.Response.Body.FlushAsync(context.RequestAborted);
            if (await Task.WhenAny(next, Task.Delay(Renewal, time, context.RequestAborted)) != next)
            {
                silent += Renewal;
                if (silent < KeepAlive) continue;
                silent = TimeSpan.Zero;
                await context.Response.WriteAsync(": still here\n\n", context.RequestAborted);
                continue;
            }

            var item = await next;
            // The session goes on under another token: the browser connects again, with the cookie that it has by then.
            if (item.Ended == SessionEnd.Superseded) return;
            if (item.Ended is { } reason)
            {
                await TellAsync(context, "ended", SignInAddress(session, reason));
                return;
            }

            if (item.Acting) await TellAsync(context, "ended", $"/{session.Slug}?acting=changed");
            else await TellElevationEndedAsync(context, session);
            next = news.ReadAsync(context.RequestAborted).AsTask();
        }
    }

    private static Task TellElevationEndedAsync(HttpContext context, PortalSession session) =>
        TellAsync(context, "elevation-ended", $"/{session.Slug}/elevate?ended=elevation");

    private static async Task TellAsync(HttpContext context, string name, string location)
    {
        await context.Response.WriteAsync($"event: {name}\ndata: {JsonSerializer.Serialize(location)}\n\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string SignInAddress(PortalSession session, SessionEnd reason) =>
        session.AtKiosk ? $"/{session.Slug}/kiosk?ended={SessionEnds.Name(reason)}"
        : reason == SessionEnd.PortalDisabled && !session.StaffArea
            ? $"/{session.Slug}/not-enabled"
            : $"/{session.Slug}/{(session.StaffArea ? "staff/" : "")}sign-in?ended={SessionEnds.Name(reason)}";

    private sealed record SessionDeadlines(
        DateTimeOffset Now, DateTimeOffset ExpiresAt, DateTimeOffset IdleAt, DateTimeOffset? ElevatedUntil);

    /// <summary>Ended: why; null: only the elevation is over, or whom it acts for has changed.</summary>
    private readonly record struct SessionNews(SessionEnd? Ended, bool Acting = false);

    private sealed class Watcher(ChannelWriter<SessionNews> news) : ISessionObserver
    {
        public Task Ended(SessionEnd reason)
        {
            news.TryWrite(new(reason));
            return Task.CompletedTask;
        }

        public Task ActingChanged()
        {
            news.TryWrite(new(null, Acting: true));
            return Task.CompletedTask;
        }

        public Task ElevationEnded()
        {
            news.TryWrite(new(null));
            return Task.CompletedTask;
        }
    }
}
