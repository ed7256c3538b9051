using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Portal.Grains.Abstractions.Messages;
using Portal.Grains.Messages;
using Portal.Silo.Engines;
using Portal.Silo.Hosting;
using Portal.Storage;
using Portal.Tests;
using Xunit;

namespace Portal.Silo.Tests.Hosting;

public sealed class HealthTests : IDisposable
{
    private readonly WholePortal _portal = new();
    private readonly ManualTimeProvider _clock = new();

    [Theory]
    [InlineData(0, -6, false)] // A code, due for six minutes.
    [InlineData(0, -4, true)]
    [InlineData(0, 1, true)] // Put off, as a mail server that is away has it.
    [InlineData(1, -600, true)] // Bulk mail may queue for hours.
    public async Task A_code_that_is_due_and_that_nobody_sends_turns_readiness_red(int priority, int dueInMinutes, bool ready)
    {
        await using var database = Database.Open("sqlite::memory:");
        await database.MigrateAsync(MessagesMigrations.Component, MessagesMigrations.All);
        var due = _clock.GetUtcNow() + TimeSpan.FromMinutes(dueInMinutes);
        await database.WriteAsync(new WriteUnit("test", new Statement("""
            INSERT INTO outbox (id, organisation, kind, channel, masked_to, state, priority, attempts, queued_at, next_attempt_at, failure)
            VALUES ('due', 'riverside', 'SignInCode', @channel, '', 0, @priority, 0, @due, @due, 0)
            """, ("due", due), ("channel", (int)MessageChannel.Email), ("priority", priority))));
        var report = await Checks(database).CheckAsync();
        Assert.Equal(ready, report.Ready);
        Assert.Equal(ready, report.Checks["outbox"].Ok);
        if (!ready) Assert.Equal("a code has been due for 360 s, the limit is 300 s", report.Checks["outbox"].Says);
    }

    [Fact]
    public async Task Draining_turns_readiness_red_at_once_and_liveness_never()
    {
        await ReadyAsync(HttpStatusCode.OK);
        _portal.Services.GetRequiredService<Draining>().Begin();
        var report = await ReadyAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("not-ready", report.GetProperty("status").GetString());
        Assert.Equal("failed", Status(report, "draining"));
        Assert.Equal("ok", Status(report, "database"));
        Assert.Equal(HttpStatusCode.OK, (await _portal.CreateClient().GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task A_database_that_does_not_answer_turns_readiness_red_within_the_limit()
    {
        var database = Database.Open("sqlite::memory:");
        await database.DisposeAsync();
        var started = TimeProvider.System.GetTimestamp();
        var report = await Checks(database).CheckAsync();
        Assert.False(report.Ready);
        Assert.False(report.Checks["database"].Ok);
        Assert.True(report.Checks["engine"].Ok);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, HealthChecks.Limit * 2);
    }

    public void Dispose() => _portal.Dispose();

    // The engine is that of a whole portal; the rest is the test's own.
    private HealthChecks Checks(Database database) => new(
        database, _portal.Services.GetRequiredService<EngineHealth>(), new Draining(), new ConfigurationBuilder().Build(),
        _clock);

    private async Task<JsonElement> ReadyAsync(HttpStatusCode expected)
    {
        var answer = await _portal.CreateClient().GetAsync("/health/ready");
        Assert.Equal(expected, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    private static string? Status(JsonElement report, string check) =>
        report.GetProperty("checks").GetProperty(check).GetProperty("status").GetString();

    private sealed class WholePortal : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development");
            builder.UseSetting("Portal:Storage", "sqlite::memory:");
            builder.UseSetting("Portal:Secret", "q9Vf2mXw7LkT4sZb8RnC3yHdJ6pEaUgQ");
            builder.UseSetting("Portal:Demo", "false");
            builder.UseSetting("Logging:LogLevel:Default", "None");
        }
    }
}
