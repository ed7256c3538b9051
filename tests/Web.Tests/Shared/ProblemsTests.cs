using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Primitives;
using Orleans.Runtime;
using Portal.Grains.Abstractions.Shared;
using Portal.Silo.Hosting;
using Portal.Storage;
using Xunit;

namespace Portal.Web.Tests.Shared;

public sealed class ProblemsTests
{
    private const string Secret = "secret-of-the-exception";

    public static TheoryData<Exception, int, string> Failures => new()
    {
        { new InvalidOperationException(Secret), 500, "something went wrong" },
        { new DoorRefusedException(Secret), 404, "Page not found" },
        { new DatabaseUnavailableException(Secret, outcomeUnknown: true), 503, "not available" },
        { new SiloUnavailableException(Secret), 503, "not available" },
        { new TimeoutException(Secret), 503, "not available" },
        { new BadHttpRequestException(Secret, 413), 413, "too large" },
        { new BadHttpRequestException(Secret, 400), 400, "nothing was changed" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_becomes_a_page_that_tells_nothing_of_it(Exception failure, int status, string words)
    {
        var (context, body) = await ServeAsync("text/html", _ => throw failure);
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Contains("<!DOCTYPE html>", body);
        Assert.Contains(words, body);
        Assert.DoesNotContain(Secret, body);
        Assert.DoesNotContain("Exception", body);
        Assert.DoesNotContain("   at ", body);
        Assert.Equal(status == 500, body.Contains("Reference:"));
        Assert.Equal(status == 503, context.Response.Headers.RetryAfter.Count > 0);
    }

    [Fact]
    public async Task Programs_get_the_same_words_as_text()
    {
        var (context, body) = await ServeAsync("application/json", _ => throw new InvalidOperationException(Secret));
        Assert.Equal("text/plain; charset=utf-8", context.Response.ContentType);
        Assert.Contains("Reference: ", body);
        Assert.DoesNotContain("<", body);
    }

    [Fact]
    public async Task Answers_with_words_of_their_own_keep_them()
    {
        var (context, body) = await ServeAsync("text/html", async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("wait a minute");
        });
        Assert.Equal(429, context.Response.StatusCode);
        Assert.Equal("wait a minute", body);
    }

    [Fact]
    public async Task The_way_back_is_to_the_same_page_and_is_escaped()
    {
        var (_, body) = await ServeAsync("text/html", context =>
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        }, "/riverside/\"><script>");
        Assert.Contains("href=\"/riverside/%22%3E%3Cscript%3E\"", body);
        Assert.DoesNotContain("<script", body);
    }

    [Fact]
    public async Task What_was_typed_is_sent_again_by_a_button()
    {
        var (_, body) = await PostAsync(("operation", "op-1"), ("value", "\"><script>"));
        Assert.Contains("<form method=\"post\" action=\"/riverside\">", body);
        Assert.Contains("name=\"operation\" value=\"op-1\"", body);
        Assert.DoesNotContain("<script", body);
    }

    [Fact]
    public async Task A_password_never_stands_in_a_page()
    {
        var (_, body) = await PostAsync(("email", "dana@riverside.example.org"), ("password", "walk-by"));
        Assert.DoesNotContain("walk-by", body);
        Assert.DoesNotContain("<form", body);
    }

    private static Task<(HttpContext Context, string Body)> PostAsync(params (string Name, string Value)[] fields) => ServeAsync(
        "text/html",
        context =>
        {
            context.Request.Method = "POST";
            context.Request.ContentType = "application/x-www-form-urlencoded";
            context.Request.Form = new FormCollection(fields.ToDictionary(f => f.Name, f => new StringValues(f.Value)));
            throw new SiloUnavailableException(Secret);
        });

    private static async Task<(HttpContext Context, string Body)> ServeAsync(
        string accept, RequestDelegate page, string path = "/riverside")
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Headers.Accept = accept;
        context.Request.Path = path;
        var body = new MemoryStream();
        context.Response.Body = body;
        await new Problems(page, services, NullLoggerFactory.Instance).InvokeAsync(context);
        return (context, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
