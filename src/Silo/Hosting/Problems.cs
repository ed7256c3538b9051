using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Silo.Hosting;

/// <summary>
/// Turns every refusal without words, and every exception, into a page that says what to do next. The page is rendered apart from the
/// pipeline that failed, and never holds anything of the exception: support finds that in the log by the reference. Others than
/// browsers get the same words as plain text.
/// </summary>
/// <param name="next">The rest of the pipeline.</param>
/// <param name="services">Renders the page.</param>
/// <param name="logs">Where exceptions go.</param>
public sealed partial class Problems(RequestDelegate next, IServiceProvider services, ILoggerFactory logs)
{
    /// <summary>When to come back after an outage, in seconds. Ours: a restart takes less.</summary>
    public const int RetryAfterSeconds = 10;

    private readonly ILogger _log = logs.CreateLogger<Problems>();

    /// <summary>Serves one request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
            if (!context.Response.HasStarted) context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception error) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = Judge(context, error);
        }

        var response = context.Response;
        var wordless = !response.HasStarted && response.ContentType is null && response.ContentLength is null;
        if (wordless && response.StatusCode >= 400) await WriteAsync(context);
    }

    private int Judge(HttpContext context, Exception error)
    {
        switch (error)
        {
            case BadHttpRequestException bad:
                return bad.StatusCode;
            case DoorRefusedException:
                // As if the thing did not exist; the refusal is in the audit log.
                return StatusCodes.Status404NotFound;
            case OrleansException:
            case { } passing when RetryRules.IsPassing(passing):
                LogUnavailable(error, context.GetEndpoint()?.DisplayName);
                context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
                return StatusCodes.Status503ServiceUnavailable;
            default:
                var reference = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5));
                LogFailed(error, reference, context.GetEndpoint()?.DisplayName);
                context.Features.Set(new ProblemFeature(Problem.Of(500), reference));
                return StatusCodes.Status500InternalServerError;
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var feature = context.Features.Get<ProblemFeature>();
        var says = feature?.Says ?? Problem.Of(response.StatusCode);
        if (!WantsPage(context.Request))
        {
            response.ContentType = "text/plain; charset=utf-8";
            var reference = feature?.Reference is { } known ? $" Reference: {known}" : "";
            await response.WriteAsync($"{says.Title}. {says.Text}{reference}\n");
            return;
        }

        response.ContentType = "text/html; charset=utf-8";
        await response.WriteAsync(await RenderAsync(says, new ProblemContext
        {
            Organisation = context.RequestServices.GetService<PortalSession>()?.Organisation,
            Reference = feature?.Reference,
            Typed = response.StatusCode == StatusCodes.Status503ServiceUnavailable ? await TypedAsync(context.Request) : [],
            RetryHref = response.StatusCode is 404 or 405 or 410 ? null : context.Request.PathBase + context.Request.Path.ToUriComponent(),
        }));
    }

    // Every form names its operation, or sets something to a value, so that sending it again is safe. The limits on requests have read the
    // form by now. Passwords never stand in a page.
    private static async Task<IReadOnlyList<KeyValuePair<string, string>>> TypedAsync(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType) return [];
        try
        {
            var form = await request.ReadFormAsync();
            var secret = form.Files.Count > 0 || form.Keys.Any(name => name.Contains("password", StringComparison.OrdinalIgnoreCase));
            return secret ? [] : [.. form.SelectMany(field => field.Value.Select(value => KeyValuePair.Create(field.Key, value ?? "")))];
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return [];
        }
    }

    private async Task<string> RenderAsync(Problem says, ProblemContext shown)
    {
        await using var scope = services.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, logs);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = new Dictionary<string, object?>
            {
                [nameof(ProblemDocument.Says)] = says,
                [nameof(ProblemDocument.Shown)] = shown,
            };
            return (await renderer.RenderComponentAsync<ProblemDocument>(ParameterView.FromDictionary(parameters))).ToHtmlString();
        });
    }

    // A client that says nothing is taken for a person's: the page reads well in a terminal too. What a script asks for is no page,
    // unless it says so, as navigation without a page load does.
    private static bool WantsPage(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)) return true;
        var destination = request.Headers["Sec-Fetch-Dest"].ToString();
        if (destination is not ("" or "document")) return false;
        return accept.Length == 0 || accept.Contains("*/*", StringComparison.Ordinal);
    }

    [LoggerMessage(1, LogLevel.Error, "Request failed. Reference {Reference}, endpoint {Endpoint}")]
    private partial void LogFailed(Exception error, string reference, string? endpoint);

    [LoggerMessage(2, LogLevel.Warning, "Storage or engine not available at {Endpoint}")]
    private partial void LogUnavailable(Exception error, string? endpoint);
}
