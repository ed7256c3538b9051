using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Portal.Tests.Shared;

/// <summary>One request as the gateway got it.</summary>
public sealed record ReceivedSms(string Path, string Authorization, IReadOnlyDictionary<string, string> Form);

/// <summary>An SMS gateway for tests: really listens, and answers as a test tells it to.</summary>
public sealed class SmsTestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SmsTestGateway(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public string Address => _app.Urls.First();

    /// <summary>Requests so far.</summary>
    public ConcurrentQueue<ReceivedSms> Requests { get; } = new();

    /// <summary>Answers a request; the default takes the message as Twilio does.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
        SayAsync(context, 201, """{"sid":"SM1","status":"queued","error_code":null}""");

    /// <summary>Starts one on a free port of this machine.</summary>
    public static async Task<SmsTestGateway> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var gateway = new SmsTestGateway(builder.Build());
        gateway._app.Run(gateway.HandleAsync);
        await gateway._app.StartAsync();
        return gateway;
    }

    /// <summary>An answer with a status, a body and headers.</summary>
    public static Task SayAsync(HttpContext context, int status, string body, params (string Name, string Value)[] headers)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        foreach (var (name, value) in headers) context.Response.Headers[name] = value;
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        Requests.Enqueue(new ReceivedSms(context.Request.Path, context.Request.Headers.Authorization.ToString(),
            form.ToDictionary(field => field.Key, field => field.Value.ToString())));
        await Answer(context);
    }
}
